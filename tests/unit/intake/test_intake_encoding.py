from __future__ import annotations

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.intake.encoding import NotTextError, binary_reason, declared_charset, decode

QUOTED = "“We won’t wait,” the minister said – the café’s bill was £40, or €46…"
PLAIN = "The minister said nothing."
META = '<meta charset="{}"><p>'
LONG_META = '<meta http-equiv="Content-Type" content="text/html; charset={}"><p>'


@pytest.mark.parametrize(
    ("content", "media_type", "declared", "text"),
    [
        pytest.param(QUOTED.encode(), "text/plain", None, QUOTED, id="UTF-8"),
        pytest.param(codecs.BOM_UTF8 + QUOTED.encode(), "text/plain", None, QUOTED, id="UTF-8 with a mark"),
        pytest.param(QUOTED.encode("utf-16"), "text/plain", None, QUOTED, id="UTF-16 with a mark"),
        pytest.param(codecs.BOM_UTF16_BE + QUOTED.encode("utf-16-be"), "text/plain", None, QUOTED, id="UTF-16BE mark"),
        pytest.param(QUOTED.encode("utf-32"), "text/plain", None, QUOTED, id="UTF-32 with a mark"),
        pytest.param(QUOTED.encode("utf-16-le"), "text/plain", None, QUOTED, id="UTF-16LE without a mark"),
        pytest.param(QUOTED.encode("utf-16-be"), "text/plain", None, QUOTED, id="UTF-16BE without a mark"),
        pytest.param(QUOTED.encode("cp1252"), "text/plain", None, QUOTED, id="Windows-1252, undeclared"),
        pytest.param(b"It cost \xa35.", "text/plain", None, "It cost £5.", id="one pound sign"),
        pytest.param(b"A \x96 B said \x93no\x94", "text/plain", None, "A – B said “no”", id="dash and quotes"),
        pytest.param(
            QUOTED.replace("€46…", "€46").encode("mac-roman"), "text/plain", None, QUOTED[:-1], id="Mac Roman"
        ),
        pytest.param(QUOTED.encode("cp1252"), "text/plain", "iso-8859-1", QUOTED, id="Latin-1 means Windows-1252"),
        pytest.param(QUOTED.encode("cp1252"), "text/plain", "us-ascii", QUOTED, id="ASCII means Windows-1252"),
        pytest.param(QUOTED.encode(), "text/plain", "windows-1252", QUOTED, id="UTF-8 declared as Windows-1252"),
        pytest.param(QUOTED.encode("cp1252"), "text/plain", "utf-8", QUOTED, id="Windows-1252 declared as UTF-8"),
        pytest.param("Привет, мир".encode("koi8-r"), "text/plain", " KOI8-R ", "Привет, мир", id="declared by HTTP"),
        pytest.param("日本".encode("iso2022_jp"), "text/html", "iso-2022-jp", "日本", id="charset made of ASCII bytes"),
        pytest.param(PLAIN.encode(), "text/plain", "rot13", PLAIN, id="a codec that is no charset"),
        pytest.param(PLAIN.encode(), "text/plain", "no such\x00thing", PLAIN, id="a charset that nobody knows"),
        pytest.param(QUOTED.encode("cp1252"), "text/plain", "utf-16", QUOTED, id="declared UTF-16 that it is not"),
        pytest.param(b"", "text/plain", None, "", id="nothing"),
        pytest.param(b"one\r\ntwo\n", "text/plain", None, "one\r\ntwo\n", id="line ends stay"),
        pytest.param(
            QUOTED.encode() + b" \x93no\x94", "text/plain", None, f"{QUOTED} “no”", id="Windows-1252 pasted into UTF-8"
        ),
        pytest.param(QUOTED.encode()[:-1], "text/plain", None, f"{QUOTED[:-1]}â€", id="UTF-8 cut in a character"),
    ],
)
def test_text_is_decoded(content: bytes, media_type: str, declared: str | None, text: str) -> None:
    assert decode(content, media_type, declared) == text


@pytest.mark.parametrize("meta", [META, LONG_META, '<?xml version="1.0" encoding="{}"?>'])
@pytest.mark.parametrize("charset", ["windows-1250", "ISO-8859-2"])
def test_a_page_declares_its_charset(meta: str, charset: str) -> None:
    page = meta.format(charset) + "Wałęsa"
    assert declared_charset(page.encode(charset)) == charset
    assert decode(page.encode(charset), "text/html") == page


def test_the_http_header_goes_before_the_page() -> None:
    page = META.format("windows-1251") + "Wałęsa"
    assert decode(page.encode("cp1250"), "text/html", "windows-1250") == page


def test_a_plain_text_declares_nothing() -> None:
    text = META.format("windows-1251") + "café"
    assert decode(text.encode("cp1252"), "text/plain") == text


def test_a_declaration_in_a_comment_does_not_count() -> None:
    page = f"<!-- {META.format('windows-1251')} -->" + META.format("windows-1250") + "Wałęsa"
    assert decode(page.encode("cp1250"), "text/html") == page


def test_a_page_cannot_declare_utf16_in_ascii() -> None:
    page = META.format("utf-16") + QUOTED
    assert decode(page.encode(), "text/html") == page


@pytest.mark.parametrize(
    "content",
    [
        b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR",
        b"%PDF-1.7\nplain words",
        b"PK\x03\x04words",
        b"\x1f\x8b\x08words",
        b"words\x00\x01\x02words",
        bytes(range(256)),
        codecs.BOM_UTF16_LE + bytes(range(256)) * 2 + b"\x00\xdc" * 300,
        b"\x00" * 50,
    ],
)
def test_binary_content_is_told(content: bytes) -> None:
    assert binary_reason(content)
    with pytest.raises(NotTextError):
        decode(content)


@pytest.mark.parametrize(
    "content", [b"PNG is a format", b"PDF-1.7", b"GIF89 was new", b"x" * 500 + b"\x00", b"\x0cpage"]
)
def test_text_is_not_taken_for_binary(content: bytes) -> None:
    assert binary_reason(content) is None


@given(st.binary(max_size=300), st.sampled_from(["text/plain", "text/html"]), st.sampled_from([None, "utf-16", "gbk"]))
def test_bytes_are_decoded_or_told(content: bytes, media_type: str, declared: str | None) -> None:
    try:
        text = decode(content, media_type, declared)
    except NotTextError:
        assert binary_reason(content)
    else:
        assert len(text.encode()) >= len(text)  # no half of a surrogate pair


@given(st.text(st.characters(categories=["L", "N", "P", "Z"]), max_size=200))
def test_every_text_in_utf8_comes_back(text: str) -> None:
    assert decode(text.encode()) == text.removeprefix("\ufeff")
