"""Bytes become characters.

Belongs here: byte order marks, declared charsets, guessing, and telling text from binary content. Does not: what the
characters mean (`pipeline.cleaning`). The order of the steps follows the WHATWG Encoding and HTML standards, but for
one thing: bytes that are valid UTF-8 are UTF-8 whatever a page declares, because pages saved by a browser keep the
declaration of the server they came from, and hardly any other text is valid UTF-8 by chance (RFC 3629, section 1).
"""

from __future__ import annotations

import codecs
import re

_SIGNATURES: tuple[tuple[bytes, str], ...] = (
    (b"\x89PNG\r\n", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"GIF87a", "a GIF picture"),
    (b"GIF89a", "a GIF picture"),
    (b"%PDF-", "a PDF file"),
    (b"{\\rtf", "an RTF document"),
    (b"PK\x03\x04", "a ZIP archive or an Office document"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Office document"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"\x28\xb5\x2f\xfd", "a Zstandard archive"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
    (b"\xfd7zXZ\x00", "an xz archive"),
    (b"PAR1", "a Parquet file"),
    (b"SQLite format 3\x00", "an SQLite file"),
    (b"\x7fELF", "a program"),
)
"""How files begin that are no text, and what they are."""

_MARKS: tuple[tuple[bytes, str], ...] = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)

_LATIN = {"ascii": "cp1252", "iso8859-1": "cp1252", "iso8859-9": "cp1254", "iso8859-11": "cp874"}
"""Charsets that pages declare when they mean the larger Windows charset (WHATWG Encoding, section 4.2)."""

_BEFORE_UTF8 = frozenset({"utf-16", "utf-16-le", "utf-16-be", "iso2022_jp"})
"""Charsets whose bytes may be valid UTF-8 by nature."""

_CHARSETS = frozenset(
    {f"cp{number}" for number in (437, 850, 866, 874, 932, 949, 950, *range(1250, 1259))}
    | {f"iso8859-{number}" for number in range(1, 17) if number != 12}
    | {"utf-8", "ascii", "koi8-r", "koi8-u", "mac-roman", "mac-cyrillic", "tis-620"}
    | {"big5", "big5hkscs", "euc_jp", "euc_kr", "gb2312", "gbk", "gb18030", "shift_jis"}
    | _BEFORE_UTF8
)
"""Charsets that a declaration may name, as Python calls them; Python also knows codecs that give no text."""

_GUESSES = ("cp1252", "iso8859_15", "mac_roman", "cp850")
"""What undeclared bytes of an English text may be; Windows-1252 is the first choice where several fit."""

_CONTROLS = bytes(code for code in range(32) if code not in b"\t\n\v\f\r\x1a\x1b") + b"\x7f"
_MAX_CONTROLS = 0.02
"""Share of control characters above which bytes are no text: bytes at random have a tenth, text a stray one."""

_DECLARED = re.compile(
    rb"""<meta\b[^>]{0,400}?\bcharset\s*=\s*["']?\s*([\w.:-]{1,40})"""
    rb"""|\A\s*<\?xml\b[^>]{0,200}?\bencoding\s*=\s*["']([\w.:-]{1,40})""",
    re.IGNORECASE,
)
_COMMENT = re.compile(rb"<!--.*?-->", re.DOTALL)
_HEAD = 4096
"""Bytes of a page in which its charset is looked for; the standard asks for 1024, and many pages declare it later."""


class NotTextError(ValueError):
    """The bytes are no text; the message says what they are."""


def is_mark(content: bytes) -> bool:
    """True for a byte order mark that no text follows."""
    return any(content == mark for mark, _ in _MARKS)


def decode(content: bytes, media_type: str = "text/plain", declared: str | None = None) -> str:
    """The characters of a text or page, without a byte order mark; line ends stay as they are.

    `declared` is the charset of the HTTP header, if there was one. What no charset can read becomes U+FFFD. Raises
    NotTextError for binary content, and nothing else.
    """
    if reason := binary_reason(content):
        raise NotTextError(reason)
    if mark := _mark(content):
        return content[len(mark[0]) :].decode(mark[1], "replace")
    for charset in _candidates(content, media_type, declared):
        text = _strictly(content, charset)
        if text is not None:
            return text
    return _nearly_utf8(content) or _guess(content)


def binary_reason(content: bytes) -> str | None:
    """What binary content is; None for text."""
    for signature, meaning in _SIGNATURES:
        if content.startswith(signature):
            return meaning
    if mark := _mark(content):
        return _broken(content[len(mark[0]) :].decode(mark[1], "replace"))
    controls = _controls(content)
    if controls > _MAX_CONTROLS * len(content) and _unmarked_utf16(content) is None:
        return f"{controls} of {len(content)} bytes are control characters"
    return None


def declared_charset(content: bytes) -> str | None:
    """The charset that an HTML or XML page names near its beginning, as it is spelt there."""
    found = _DECLARED.search(_COMMENT.sub(b"", content[:_HEAD]))
    return (found[1] or found[2]).decode("ascii", "replace") if found else None


def _mark(content: bytes) -> tuple[bytes, str] | None:
    return next((mark for mark in _MARKS if content.startswith(mark[0])), None)


def _broken(text: str) -> str | None:
    """Binary content may begin or look like UTF-16 by chance; then much of it is no character."""
    bad = text.count("\ufffd") + _controls(text.encode())
    return f"{bad} of {len(text)} characters are broken" if bad > _MAX_CONTROLS * len(text) else None


def _unmarked_utf16(content: bytes) -> str | None:
    """UTF-16 without a mark, told by the zero bytes at every other place; the name of its charset."""
    half = len(content) // 2
    for charset, zeros, others in (
        ("utf-16-le", content[1::2], content[::2]),
        ("utf-16-be", content[::2], content[1::2]),
    ):
        if zeros.count(0) > 0.4 * half >= 0.4 and others.count(0) <= _MAX_CONTROLS * half:
            text = _strictly(content, charset)
            return charset if text is not None and not _broken(text) else None
    return None


def _controls(content: bytes) -> int:
    return len(content) - len(content.translate(None, _CONTROLS))


def _candidates(content: bytes, media_type: str, declared: str | None) -> list[str]:
    names = [declared, declared_charset(content) if media_type == "text/html" else None]
    known = [charset for charset in map(_known_charset, names) if charset]
    # A page whose declaration can be read as ASCII is not UTF-16: only an HTTP header may say so.
    first = [charset for charset in known[:1] if charset in _BEFORE_UTF8 and declared]
    unmarked = _unmarked_utf16(content)
    return [*first, *([unmarked] if unmarked else []), "utf-8", *known]


def _known_charset(name: str | None) -> str | None:
    try:
        charset = codecs.lookup((name or "").strip(" \"'")).name
    except (LookupError, ValueError):
        return None
    return _LATIN.get(charset, charset) if charset in _CHARSETS else None


def _strictly(content: bytes, charset: str) -> str | None:
    try:
        return content.decode(charset)
    except UnicodeError:
        return None


def _nearly_utf8(content: bytes) -> str | None:
    """UTF-8 with some bytes of Windows-1252 pasted in, or cut in the middle of a character."""
    text = content.decode("utf-8", "replace")
    bad = text.count("\ufffd")
    good = sum(character > "\x7f" for character in text) - bad
    return content.decode("utf-8", _PASTED) if good > bad else None


def _pasted_bytes(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return error.object[error.start : error.end].decode("cp1252", "replace"), error.end


_PASTED = "onrecord.windows-1252"
codecs.register_error(_PASTED, _pasted_bytes)


def _guess(content: bytes) -> str:
    from charset_normalizer import from_bytes

    best = from_bytes(content, cp_isolation=list(_GUESSES), preemptive_behaviour=False).best()
    return content.decode(best.encoding if best else "cp1252", "replace")
