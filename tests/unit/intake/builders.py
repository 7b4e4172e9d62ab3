"""Folders of inputs and WARC archives, made for one test."""

from __future__ import annotations

import gzip
from collections.abc import Mapping
from pathlib import Path

import zstandard

from pipeline.intake.folder import read_folder
from pipeline.intake.snapshot import Snapshot
from pipeline.settings import Settings

ARTICLE = "The council will reopen the pool in May, the mayor said."
PAGE = f"<!doctype html><html><head><title>Pool</title></head><body><p>{ARTICLE}</p></body></html>"


def zipped(content: bytes, level: int = 9) -> bytes:
    """The same bytes whenever it is called: gzip writes the time into its header."""
    return gzip.compress(content, level, mtime=0)


def write(folder: Path, files: Mapping[str, bytes | str]) -> Path:
    """The folder, with these files in it."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    return folder


def packed(name: str, content: bytes) -> bytes:
    """The content as a file of that name holds it: .gz and .zst are compressed."""
    if name.endswith(".gz"):
        return zipped(content)
    return zstandard.compress(content) if name.endswith(".zst") else content


def read(folder: Path, files: Mapping[str, bytes | str], limit: int = 1 << 20) -> list[Snapshot]:
    """The snapshots of a folder that holds these files."""
    return list(read_folder(write(folder, files), Settings(max_input_bytes=limit)))


def read_one(folder: Path, name: str, content: bytes | str, limit: int = 1 << 20) -> Snapshot:
    """The only snapshot of a folder that holds this file."""
    [snapshot] = read(folder, {name: content}, limit)
    return snapshot


def problems(snapshots: list[Snapshot]) -> dict[str, str | None]:
    """The problem of each snapshot, by name, in the order read."""
    return {snapshot.source_name: snapshot.problem for snapshot in snapshots}


def warc_record(kind: str, url: str, body: bytes, content_type: str = "application/http") -> bytes:
    """One WARC record."""
    header = (
        f"WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Target-URI: {url}\r\nWARC-Date: 2026-03-01T00:00:00Z\r\n"
        f"WARC-Record-ID: <urn:uuid:00000000-0000-0000-0000-000000000000>\r\n"
        f"Content-Type: {content_type}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return header.encode() + body + b"\r\n\r\n"


def response(
    url: str, body: bytes, content_type: str = "text/html", status: str = "200 OK", headers: str = ""
) -> bytes:
    """A WARC record that holds an HTTP answer; `headers` are further lines, each ending in CRLF."""
    head = f"HTTP/1.1 {status}\r\nContent-Type: {content_type}\r\n{headers}\r\n"
    return warc_record("response", url, head.encode() + body)
