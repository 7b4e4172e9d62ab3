"""Hostile pages end in a document or a problem, within a second or two, and never in an error."""

from __future__ import annotations

import time
import tracemalloc
from collections.abc import Callable

import pytest

from pipeline.cleaning.document import Cleaned

SENTENCE = "The harbour master said on Monday that the wall would be mended before the storms of the coming winter. "
ENTITIES = (
    "<!DOCTYPE html ["
    + "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10 if n else "boom" * 10}">' for n in range(12))
    + "]>"
)

PAGES = {
    "a million nested tags": "<div>" * 1_000_000 + SENTENCE * 5,
    "nested tags around each word": "".join(f"<b><i><u><span>{word} " for word in (SENTENCE * 300).split()),
    "entity bomb": ENTITIES + "<html><body><p>&e11;</p></body></html>",
    "script only": "<html><body><script>" + "var a = '<p>no</p>';" * 20_000 + "</script></body></html>",
    "many elements": "<p>" + "<span></span>" * 300_000,
    "many blocks": "<p>a</p>" * 60_000,
    "many tags": '<meta name="author" content="A B">' * 260_000,
    "much text": "<article>" + f"<p>{SENTENCE * 10}</p>" * 2_000 + "</article>",
    "one long word": "<p>" + "a" * 3_000_000 + "</p>",
    "one long paragraph": "<article><p>" + SENTENCE * 10_000 + "</p></article>",
    "unclosed": "<html><body><article><p>" + SENTENCE * 10 + "<table><tr><td><ul><li>" * 50,
    "control characters": "<p>" + "\x01\x02" + SENTENCE * 10 + "</p>",
    "form feed": "!\x0c<!DOCTYPE html><article><p>" + SENTENCE * 10 + "&#12;&#11;&#1;</p></article>",
    "surrogates": "<p>&#xD800;&#xDFFF;&#0;&#x110000; " + SENTENCE * 10 + "</p>",
    "braille": "<article><p>" + "⠓⠑⠇⠇⠕ " * 50 + "</p><p>" + SENTENCE * 10 + "</p></article>",
    "attribute bomb": "<p " + " ".join(f'class{n}="{"x" * 50}"' for n in range(4_000)) + ">" + SENTENCE * 10 + "</p>",
    "attributes without end": "<p " + " ".join(f"a{n}" for n in range(400_000)) + ">" + SENTENCE * 10 + "</p>",
    "attributes with tags in them": "<p "
    + "".join(f'a{n}="<" ' for n in range(100_000))
    + ">"
    + SENTENCE * 10
    + "</p>",
    "one text node": "<article><p>" + SENTENCE * 97_000 + "</p></article>",
    "one word of ten million letters": "<article><p>" + "a" * 10_500_000 + "</p></article>",
    "data that does not end": "<script>window.state = " + '["one two three four five six.",' * 100_000 + "</script>",
    "binary": bytes(range(256)) * 1_000,
    "links only": "<p>" + "<a href='/x'>Harbour news of the day</a> " * 5_000 + "</p>",
    "no body": "<html><head><title>x</title></head></html>",
    "frameset": "<html><frameset><frame src='x'></frameset></html>",
    "comment only": "<!-- " + SENTENCE * 1000,
    "xml declaration": '<?xml version="1.0" encoding="utf-16"?><html><body><p>' + SENTENCE * 10 + "</p></body></html>",
}


@pytest.mark.parametrize("name", PAGES)
def test_a_hostile_page(name: str, read: Callable[..., Cleaned]) -> None:
    start = time.process_time()
    cleaned = read(PAGES[name], "text/html")
    assert time.process_time() - start < 8
    assert cleaned.problem in {None, "empty", "unreadable", "too_large", "not_english"}


@pytest.mark.parametrize(
    "name",
    ["control characters", "form feed", "unclosed", "braille", "surrogates", "xml declaration", "one long paragraph"],
)
def test_the_article_of_an_odd_page_is_read(name: str, read: Callable[..., Cleaned]) -> None:
    document = read(PAGES[name], "text/html").document
    assert document is not None
    assert SENTENCE.strip() in document.text


@pytest.mark.parametrize(
    "name",
    [
        "a million nested tags", "many elements", "many blocks", "many tags", "much text", "attributes without end",
        "attributes with tags in them", "one text node", "one word of ten million letters",
    ],
)  # fmt: skip
def test_a_page_without_end_is_too_large(name: str, read: Callable[..., Cleaned]) -> None:
    assert read(PAGES[name], "text/html").problem == "too_large"


@pytest.mark.parametrize("text", ["a\n" * 50_000, "a" * 2_100_000], ids=["lines", "characters"])
def test_a_text_without_end_is_too_large(text: str, read: Callable[..., Cleaned]) -> None:
    assert read(text).problem == "too_large"


@pytest.mark.parametrize("media_type", ["text/plain", "text/html"])
def test_an_input_over_the_limit_is_too_large(media_type: str, read: Callable[..., Cleaned]) -> None:
    assert read(b"a" * 100_000_000, media_type).problem == "too_large"


@pytest.mark.parametrize(
    ("name", "problem"), [("script only", "empty"), ("binary", "unreadable"), ("no body", "empty")]
)
def test_a_page_without_text_says_what_it_is(name: str, problem: str, read: Callable[..., Cleaned]) -> None:
    assert read(PAGES[name], "text/html").problem == problem


def test_an_entity_is_never_expanded_into_what_it_is_made_of(read: Callable[..., Cleaned]) -> None:
    cleaned = read(ENTITIES + f"<html><body><p>&e11; {SENTENCE * 10}</p></body></html>", "text/html")
    assert len(cleaned.source_text or "") < 2_000
    assert "boomboom" not in (cleaned.source_text or "")


def test_mojibake_is_kept_and_told(read: Callable[..., Cleaned]) -> None:
    wrong = f"{SENTENCE * 5}“It’s a café,” she said.".encode().decode("cp1252", "replace")
    document = read(wrong).document
    assert document is not None
    assert "mojibake" in document.metadata_sources


def test_memory_is_bounded(read: Callable[..., Cleaned]) -> None:
    tracemalloc.start()
    read(PAGES["a million nested tags"], "text/html")
    read(PAGES["one text node"], "text/html")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 200_000_000


def test_many_lines_of_prose_take_no_quadratic_time(read: Callable[..., Cleaned]) -> None:
    text = "\n".join(f"{SENTENCE}It is paragraph number {n}." for n in range(4_000))
    start = time.process_time()
    assert read(text).document is not None
    assert time.process_time() - start < 8
