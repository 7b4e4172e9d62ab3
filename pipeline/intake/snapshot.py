"""A snapshot: one input as it came, with what its manifest says of it.

Belongs here: the record that every reader yields. Does not: any format.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

MediaType = Literal["text/plain", "text/html"]

ALL_RIGHTS_RESERVED = "all-rights-reserved"


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One input; a row of the stage `read`, field by field.

    Times are UTC without a zone, `published_offset` in minutes. `problem` is an exclusion reason found while reading
    (then `detail` says what exactly); such a snapshot is carried on, so that documents and exclusions together are all
    inputs.
    """

    source_name: str
    source_sha256: str
    media_type: MediaType
    content: bytes
    problem: str | None = None
    detail: str | None = None
    title: str | None = None
    byline: str | None = None
    publisher: str | None = None
    url: str | None = None
    published_at: datetime | None = None
    published_offset: int | None = None
    captured_at: datetime | None = None
    language: str | None = None
    licence: str = ALL_RIGHTS_RESERVED
    charset: str | None = None
    """What the HTTP header declared; `pipeline.intake.encoding.decode` takes it as `declared`."""
