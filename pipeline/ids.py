"""The only place where an identifier is minted.

An id is a prefix for its kind and 100 bits of SHA-256 in lower-case base32, computed from published columns: it never
depends on the run, the order of the input or the machine. Belongs here: which fields make which id. Does not: choosing
those fields' values.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata

_WORD = re.compile(r"\w+")
DOCUMENT_ID = re.compile(r"\bdoc_[a-z2-7]{20}\b")
"""An id of a document within other words."""
_SEPARATOR = "\x1f"
_ALPHABET = "abcdefghijklmnopqrstuvwxyz234567"
_TWO_LETTERS = tuple(one + two for one in _ALPHABET for two in _ALPHABET)
_PLACES = range(90, -1, -10)
"""Base32 (RFC 4648) of 100 bits, ten at a time: millions of ids are minted for a large corpus."""


def sha256(data: bytes) -> str:
    """SHA-256 in hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def _mint(prefix: str, *parts: str) -> str:
    bits = int.from_bytes(hashlib.sha256(_SEPARATOR.join((prefix, *parts)).encode()).digest()[:13]) >> 4
    return f"{prefix}_{''.join([_TWO_LETTERS[bits >> place & 1023] for place in _PLACES])}"


def document_id(url: str | None, source_sha256: str) -> str:
    """Id of a document, from its canonical URL if there is one, else from its source."""
    return _mint("doc", "url", url) if url else _mint("doc", "sha256", source_sha256)


def claim_id(document: str, speaker_text: str | None, text: str, turn: int) -> str:
    """Id of a claim.

    `turn` counts (from 0, by start offset) the claims of the document with the same speaker text and the same words.
    """
    return _mint("clm", document, speaker_text or "", words(text), str(turn))


def mention_id(document: str, source_start: int, source_end: int) -> str:
    """Id of a mention, from its place in the source text."""
    return _mint("men", document, str(source_start), str(source_end))


def quantity_id(document: str, source_start: int, source_end: int) -> str:
    """Id of a quantity, from its place in the source text."""
    return _mint("qty", document, str(source_start), str(source_end))


def linked_actor_id(wikidata_id: str) -> str:
    """Id of an actor that a knowledge base knows."""
    return _mint("act", "wikidata", wikidata_id)


def named_actor_id(kind: str, name: str, apart: str = "") -> str:
    """Id of a named actor without a link; `apart` keeps two actors of one name apart (their first document's id)."""
    return _mint("act", "name", kind, words(name), apart)


def unnamed_actor_id(document: str, source_start: int) -> str:
    """Id of an unnamed actor: it lives in one document only, and its first mention's place is its identity."""
    return _mint("act", "unnamed", document, str(source_start))


def claim_group_id(members: list[str]) -> str:
    """Id of a group of claims, from the smallest of its members' ids."""
    return _mint("grp", min(members))


def fingerprint(kind: str, *parts: str) -> str:
    """What an id was computed from, as 128 bits in hexadecimal: the same id with another fingerprint is a clash."""
    return sha256(_SEPARATOR.join((kind, *parts)).encode())[:32]


def words(text: str) -> str:
    """The words of a text, folded, so that marks, spaces and case do not change an id."""
    return " ".join(_WORD.findall(unicodedata.normalize("NFKC", text).casefold()))
