"""The digest of a release's data: the same for the same rows, whatever library wrote the files.

Belongs here: one digest over those of all tables (`rows` makes them). Does not: checksums of files (`files`).
"""

from __future__ import annotations

from collections.abc import Mapping

from pipeline import ids


def digest_of(digests: Mapping[str, str]) -> str:
    """SHA-256 over the digests of all tables."""
    lines = "".join(f"{digest}  {name}\n" for name, digest in sorted(digests.items()))
    return ids.sha256(lines.encode())
