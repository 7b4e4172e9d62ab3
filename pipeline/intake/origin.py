"""Where an input comes from, and how its bytes and its origin become a snapshot.

Belongs here: the metadata that a manifest or a record gives, the checks that hold for every input whatever its format.
Does not: any format.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

from pipeline import ids
from pipeline.intake.dates import Moment
from pipeline.intake.encoding import binary_reason, is_mark
from pipeline.intake.licences import canonical
from pipeline.intake.snapshot import MediaType, Snapshot

_MAX_DETAIL = 300


@dataclass(frozen=True, slots=True)
class Origin:
    """What is known of an input from outside its text; each value may be missing. Fields as in Snapshot."""

    title: str | None = None
    byline: str | None = None
    publisher: str | None = None
    url: str | None = None
    published: Moment | None = None
    captured: Moment | None = None
    language: str | None = None
    licence: str | None = None

    def or_else(self, other: Origin) -> Origin:
        """Each value of this origin, or the other's where this one has none."""
        return Origin(*(getattr(self, f.name) or getattr(other, f.name) for f in fields(self)))


NOTHING_KNOWN = Origin()


def snapshot(
    name: str, content: bytes, media_type: MediaType, origin: Origin = NOTHING_KNOWN, charset: str | None = None
) -> Snapshot:
    """The snapshot of an input that could be read; nothing and binary content are problems."""
    if not content:
        return refused(name, "empty", "no bytes", origin=origin, media_type=media_type)
    if is_mark(content):
        return refused(name, "empty", "nothing but a byte order mark", content, origin, media_type=media_type)
    if reason := binary_reason(content):
        return refused(name, "unreadable", f"no text: {reason}", content, origin, media_type=media_type)
    return _snapshot(name, content, media_type, origin, content=content, charset=charset)


def refused(  # noqa: PLR0913  (two of them say why, four say of what)
    name: str,
    problem: str,
    detail: str,
    read: bytes = b"",
    origin: Origin = NOTHING_KNOWN,
    *,
    media_type: MediaType = "text/plain",
) -> Snapshot:
    """The snapshot of an input with a problem. It carries no content, and the SHA-256 of the bytes that were read."""
    return _snapshot(name, read, media_type, origin, problem=problem, detail=characters(detail)[:_MAX_DETAIL])


def too_large(name: str, read: bytes, limit: int, origin: Origin = NOTHING_KNOWN) -> Snapshot:
    """The refusal of an input of more than `limit` bytes, of which only the first `limit` count for its SHA-256."""
    detail = f"more than {limit} bytes; source_sha256 is that of the first {limit}"
    return refused(name, "too_large", detail, read[:limit], origin)


def _snapshot(  # noqa: PLR0913  (the fields of Snapshot, grouped by where they come from)
    name: str,
    read: bytes,
    media_type: MediaType,
    origin: Origin,
    *,
    content: bytes = b"",
    problem: str | None = None,
    detail: str | None = None,
    charset: str | None = None,
) -> Snapshot:
    return Snapshot(
        source_name=name,
        source_sha256=ids.sha256(read),
        media_type=media_type,
        content=content,
        problem=problem,
        detail=detail,
        title=origin.title,
        byline=origin.byline,
        publisher=origin.publisher,
        url=origin.url,
        published_at=origin.published.at if origin.published else None,
        published_offset=origin.published.offset if origin.published else None,
        captured_at=origin.captured.at if origin.captured else None,
        language=origin.language,
        licence=canonical(origin.licence),
        charset=charset,
    )


def characters(text: str) -> str:
    """The text with U+FFFD for what is no character: halves of surrogate pairs, as broken JSON holds them."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
