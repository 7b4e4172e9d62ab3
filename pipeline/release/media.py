"""What kind of file each file of a release is, for those who download it.

Belongs here: media types by the end of a file's name. Does not: what is in the files.
"""

from __future__ import annotations

_TYPES = {
    ".parquet": "application/vnd.apache.parquet",
    ".gz": "application/gzip",
    ".tar.zst": "application/zstd",
    ".duckdb": "application/vnd.duckdb",
    ".json": "application/json",
    ".html": "text/html",
    ".md": "text/markdown",
    ".sql": "application/sql",
    ".cff": "application/yaml",
}
"""Compressed files are what they are packed in: a client must not unpack them on the way."""


def media_type(name: str) -> str:
    """The media type (RFC 6838) of a file of a release; a name without a known end is plain text."""
    return next((kind for end, kind in _TYPES.items() if name.endswith(end)), "text/plain")
