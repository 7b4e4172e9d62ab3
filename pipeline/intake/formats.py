"""Which reader reads which file.

Belongs here: suffixes, how files without one begin, what to tell a person about files that cannot be read. Does not:
the readers.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from pipeline.intake import html, jsonl, parquet, text, warc
from pipeline.intake.encoding import binary_reason
from pipeline.intake.origin import refused
from pipeline.intake.snapshot import Snapshot
from pipeline.intake.source import Source

Reader = Callable[[Source], Iterator[Snapshot]]

READERS: dict[str, Reader] = {
    ".txt": text.read,
    ".text": text.read,
    ".md": text.read,
    ".html": html.read,
    ".htm": html.read,
    ".xhtml": html.read,
    ".jsonl": jsonl.read,
    ".ndjson": jsonl.read,
    ".parquet": parquet.read,
    ".warc": warc.read,
    ".wet": warc.read,
}

HINTS: dict[str, str] = {
    ".json": "write each article as one object on a line of its own and name the file .jsonl",
    ".csv": "save the table as .parquet or .jsonl; a manifest.csv counts only at the top of the folder",
    ".tsv": "save the table as .parquet or .jsonl",
    ".xlsx": "save the table as .parquet or .jsonl",
    ".pdf": "save its text as .txt (pdftotext does it)",
    ".doc": "save its text as .txt",
    ".docx": "save its text as .txt",
    ".odt": "save its text as .txt",
    ".rtf": "save its text as .txt",
    ".xml": "save each article as .html or .txt",
    ".mht": "save the page as .html",
    ".mhtml": "save the page as .html",
    ".zip": "unpack it into the folder",
    ".tar": "unpack it into the folder",
    ".tgz": "unpack it into the folder",
    ".7z": "unpack it into the folder",
    ".bz2": "pack it as .gz or .zst, or unpack it",
    ".xz": "pack it as .gz or .zst, or unpack it",
    ".parquet.gz": "unpack it: a Parquet file is compressed inside",
    ".parquet.zst": "unpack it: a Parquet file is compressed inside",
}
"""What a person can do about kinds of files that are often found beside articles."""

_BEGINNINGS: tuple[tuple[re.Pattern[bytes], str], ...] = (
    (re.compile(rb"WARC/\d"), ".warc"),
    (re.compile(rb"PAR1"), ".parquet"),
    (
        re.compile(
            rb"(?:\xef\xbb\xbf)?\s*(?:<!--.{0,500}?-->\s*)*<(?:!doctype\s+html|html|head|body)\b",
            re.IGNORECASE | re.DOTALL,
        ),
        ".html",
    ),
    (re.compile(rb'(?:\xef\xbb\xbf)?[{][ \t]*"'), ".jsonl"),
    (re.compile(rb'(?:\xef\xbb\xbf)?\s*[{\[]\s*["{]'), ".json"),
)
"""How files begin that have no suffix, and the suffix that they should have."""

_SUFFIX = re.compile(r"\.[a-z][a-z0-9]{0,7}")
"""What is taken for a suffix; "Mr. Smith resigns" and "report 2026.03" have none."""

_HEAD = 4096


def read_source(source: Source) -> Iterator[Snapshot]:
    """All snapshots of a file. Whatever is wrong with the file becomes a problem of a snapshot; nothing is raised.

    A file gives at least one snapshot: where it breaks off, the last one tells it.
    """
    number = 0
    try:
        for number, found in enumerate(_reader(source)(source), 1):  # noqa: B007  (counts for what follows)
            yield found
    except Exception as error:  # noqa: BLE001  (a broken file never stops a build, however a reader fails on it)
        name = f"{source.name}#{number + 1}" if number else source.name
        place = f"the file breaks off after record {number}: " if number else ""
        yield refused(name, "unreadable", f"{place}{reason(error)}", origin=source.origin)
    else:
        if not number:
            yield refused(source.name, "empty", "no record", origin=source.origin)


def reason(error: Exception) -> str:
    """An error in a few words, without the path of the file, which says where somebody keeps their articles."""
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return (str(error).strip().splitlines() or [type(error).__name__])[0]


def _reader(source: Source) -> Reader:
    suffix = source.suffix
    if not _SUFFIX.fullmatch(suffix):
        return _sniffed(source)
    if suffix == ".parquet" and source.compression:
        return _unsupported(suffix + source.compression)
    return READERS.get(suffix) or _unsupported(suffix)


def _sniffed(source: Source) -> Reader:
    with source.open() as stream:
        head = stream.read(_HEAD)
    for pattern, suffix in _BEGINNINGS:
        if pattern.match(head):
            return READERS.get(suffix) or _unsupported(suffix)
    binary = binary_reason(head)
    return _unsupported(f"without a suffix, {binary}") if binary else text.read


def _unsupported(kind: str) -> Reader:
    known = ", ".join(READERS)
    hint = HINTS.get(kind, f"OnRecord reads {known}, all but Parquet also as .gz and .zst")

    def refuse(source: Source) -> Iterator[Snapshot]:
        yield refused(source.name, "unsupported_format", f"file {kind}; {hint}", _head(source), source.origin)

    return refuse


def _head(source: Source) -> bytes:
    """The bytes that the SHA-256 of a file that is not read counts: the first ones, up to the limit."""
    with source.path.open("rb") as raw:
        return raw.read(source.limit)
