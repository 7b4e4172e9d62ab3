"""A folder of articles, file by file, in the order of their names.

Belongs here: which files are inputs, links, what cannot be opened. Does not: any format (`formats`).
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import BinaryIO

from pipeline.errors import OnRecordError
from pipeline.intake.formats import read_source, reason
from pipeline.intake.lines import STDIN
from pipeline.intake.manifest import Manifest, is_input, read_manifest
from pipeline.intake.origin import refused
from pipeline.intake.remote import read_remote
from pipeline.intake.snapshot import Snapshot
from pipeline.intake.source import Source, kind_of
from pipeline.settings import Settings


def read_folder(folder: Path, settings: Settings) -> Iterator[Snapshot]:
    """All inputs of a folder and its folders, by name, records by number; read while they are taken.

    Then those in other file systems that its manifest names, by name, too.
    Hidden files, the manifest, README and LICENSE files are no inputs. Links are followed to files inside the folder
    only. Raises OnRecordError, before anything is read, if the folder or its manifest cannot be read, or if the output
    lies within it.
    """
    _check(folder)
    _check_apart(folder, settings.output)
    manifest = read_manifest(folder)
    root = folder.resolve()
    local = _walk([_Found("", root, is_folder=True)], root, manifest, settings)
    return chain(local, read_remote(manifest.remote, settings))


LOOSE, ELSEWHERE = "(loose files)", "(elsewhere)"
"""Batches that are no folder: the files that lie at the top, and those in other file systems."""


def batches(folder: Path) -> list[str]:
    """The intake batches of a folder of articles: each folder in it is one, then the loose files, then those elsewhere.

    Raises OnRecordError if the folder or its manifest cannot be read.
    """
    _check(folder)
    inside = _inside(_Found("", folder.resolve(), is_folder=True))
    found = [entry.name for entry in inside if entry.is_folder]
    loose = [LOOSE] if len(found) < len(inside) else []
    return found + loose + ([ELSEWHERE] if read_manifest(folder).remote else [])


def read_batch(folder: Path, batch: str, settings: Settings) -> Iterator[Snapshot]:
    """The inputs of one of the `batches`, as `read_folder` gives them. Raises as that does."""
    manifest = read_manifest(folder)
    if batch == ELSEWHERE:
        return read_remote(manifest.remote, settings)
    root = folder.resolve()
    inside = _inside(_Found("", root, is_folder=True))
    chosen = [entry for entry in inside if (not entry.is_folder if batch == LOOSE else entry.name == batch)]
    return _walk(chosen, root, manifest, settings)


def read_file(path: Path, settings: Settings) -> Iterator[Snapshot]:
    """All inputs of a single file, of which nothing else is known; `-` is standard input.

    Raises OnRecordError if there is no such file.
    """
    if path == STDIN:
        return _piped("standard input", nullcontext(sys.stdin.buffer), settings.max_input_bytes)
    kind = kind_of(path)
    if kind == "folder":
        raise OnRecordError(f"{path} is a folder; name a file in it")
    if kind is None:
        raise OnRecordError(f"{path} does not exist; name a file that does")
    if path.is_fifo():
        return _piped(_name(path.name), path.open("rb"), settings.max_input_bytes)
    return read_source(Source(_name(path.name), path, settings.max_input_bytes))


def _piped(name: str, piped: AbstractContextManager[BinaryIO], limit: int) -> Iterator[Snapshot]:
    """All inputs of a stream. It goes into a file first, since telling what it is reads bytes that come but once."""
    with piped as stream, NamedTemporaryFile(prefix="onrecord-") as file:
        shutil.copyfileobj(stream, file)
        file.flush()
        yield from read_source(Source(name, Path(file.name), limit))


def _check_apart(folder: Path, output: Path) -> None:
    if output.resolve().is_relative_to(folder.resolve()):
        raise OnRecordError(
            f"{output} lies within {folder}, and the next build would take its files for articles; "
            "choose a folder beside it with --output"
        )


def _check(folder: Path) -> None:
    kind = kind_of(folder)
    if kind is None:
        raise OnRecordError(f"{folder} does not exist; name the folder that holds the articles")
    if kind != "folder":
        raise OnRecordError(f"{folder} is no folder; name the folder that holds it")
    try:
        os.scandir(folder).close()
    except OSError as error:
        raise OnRecordError(
            f"{folder} cannot be read ({error.strerror}); give yourself the right to read it"
        ) from error


@dataclass(frozen=True, slots=True)
class _Found:
    """Something in the folder: its name in the dataset, its place, whether it is a folder."""

    name: str
    path: Path
    is_folder: bool = False

    @property
    def place(self) -> str:
        """What makes the order of a walk, folder by folder, the order of all names."""
        return f"{self.name}/" if self.is_folder else self.name


def _walk(chosen: list[_Found], root: Path, manifest: Manifest, settings: Settings) -> Iterator[Snapshot]:
    """The inputs of these files and folders of the root, in order."""
    waiting = chosen[::-1]
    while waiting:
        found = waiting.pop()
        try:
            waiting += reversed(_inside(found)) if found.is_folder else ()
            problem = _problem(found, root)
        except OSError as error:
            problem = f"it cannot be opened: {reason(error)}"
        except RuntimeError:  # its message holds the path, which says where somebody keeps their articles
            problem = "it cannot be opened: links in a circle"
        entry = manifest.entry(found.name)
        if problem:
            yield refused(found.name, "unreadable", problem, origin=entry.origin)
        elif kind_of(found.path) == "file":
            yield from read_source(Source(found.name, found.path, settings.max_input_bytes, entry.origin, entry.fields))


def _inside(folder: _Found) -> list[_Found]:
    prefix = f"{folder.name}/" if folder.name else ""
    with os.scandir(folder.path) as entries:
        found = [
            _Found(prefix + _name(entry.name), Path(entry.path), entry.is_dir(follow_symlinks=False))
            for entry in entries
        ]
    return sorted((entry for entry in found if is_input(entry.name)), key=lambda entry: entry.place)


def _problem(found: _Found, root: Path) -> str | None:
    """Why something in the folder must not be read. A link to a folder inside it is passed over without a word.

    What such a link leads to is read in its own place. Raises OSError, or RuntimeError for links in a circle.
    """
    if found.path.is_symlink() and not found.path.resolve(strict=True).is_relative_to(root):
        return "a link that leads out of the folder; put a copy in its place"
    return "neither a file nor a folder" if kind_of(found.path) in ("other", None) else None


def _name(name: str) -> str:
    r"""A file's name as text: bytes that are no UTF-8 are written like \xe9."""
    return os.fsencode(name).decode("utf-8", "backslashreplace")
