"""What an article prints of itself: names, dates, and the marks of a wrong encoding."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime

import pytest

from pipeline.cleaning.document import Cleaned
from pipeline.cleaning.mojibake import places
from pipeline.cleaning.printed import moment
from pipeline.intake.dates import Moment

Read = Callable[..., Cleaned]

LINES = (
    "Minister promises to rebuild the breakwater before winter",
    "By Olive Penhallow and Huw Castellan, Harbour Correspondents",
    "Published: 3 March 2026, 7:15am",
    "Updated: 4 March 2026",
    "The breakwater will be rebuilt before the winter storms, the harbour minister, Oona Tressell, said on Monday.",
    "“We have the stone, we have the crane and we have the money,” she told fishermen at the quay on 1 May 2024.",
)


def utc(*numbers: int) -> datetime:
    return datetime(*numbers)  # type: ignore[arg-type]  # noqa: DTZ001  (all times are UTC without a zone)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("Published: 3 March 2026, 7:15am", Moment(utc(2026, 3, 3, 7, 15))),
        ("Monday 23 February 2026", Moment(utc(2026, 2, 23))),
        ("Updated 4:26 am EST, Friday, February 13, 2026", Moment(utc(2026, 2, 13, 9, 26), -300)),
        ("Sept. 2nd, 2025 | 12:05 PM", Moment(utc(2025, 9, 2, 12, 5))),
        ("12.30 a.m. BST on 1 May 2025", Moment(utc(2025, 4, 30, 23, 30), 60)),
        ("By admin - 2018-09-16", Moment(utc(2018, 9, 16))),
        ("2018-09-16 29:99", Moment(utc(2018, 9, 16))),
        ("QUAYSIDE, March 3, 2026 (Harbour Wire) - ", Moment(utc(2026, 3, 3))),
        ("3/4/2026", None),
        ("30 February 2026", None),
        ("3 March", None),
        ("1 January 0001, 00:30 CET", None),
        ("No date at all", None),
    ],
)
def test_a_printed_date(line: str, expected: Moment | None) -> None:
    assert moment(line) == expected


def test_a_pasted_text_says_who_wrote_it_and_when(read: Read) -> None:
    document = read("\n".join(LINES)).document
    assert document is not None
    assert (document.byline, document.published_at) == ("Olive Penhallow; Huw Castellan", utc(2026, 3, 3, 7, 15))
    sources = json.loads(document.metadata_sources)
    assert (sources["byline"], sources["published_at"]) == ("text", "text")


def test_the_manifests_date_wins(read: Read) -> None:
    document = read("\n".join(LINES), published_at=utc(2026, 3, 2)).document
    assert document is not None
    assert document.published_at == utc(2026, 3, 2)
    assert json.loads(document.metadata_sources)["published_at"] == "manifest"


def test_neither_an_update_nor_a_date_of_the_story_is_the_date_of_publication(read: Read) -> None:
    document = read("\n".join(line for line in LINES if not line.startswith("Published"))).document
    assert document is not None
    assert document.published_at is None
    assert "published_at" not in json.loads(document.metadata_sources)


def test_the_day_on_which_a_page_was_opened_is_not_the_date_of_publication(read: Read) -> None:
    document = read(
        "\n".join(("Home", "Friday 6 March 2026", *(x for x in LINES if not x.startswith("Published"))))
    ).document
    assert document is not None
    assert document.published_at is None


@pytest.mark.parametrize("words", ["“We can’t,” she said", "Café Zélie", "£640 – or €700", "日本", "🙂"])
@pytest.mark.parametrize("charset", ["latin-1", "cp1252"])
def test_mojibake_is_seen(words: str, charset: str) -> None:
    damaged = words.encode().decode(charset, "replace")
    assert places(damaged) >= sum(not character.isascii() for character in words) - damaged.count("\ufffd")
    assert places(words) == 0


@pytest.mark.parametrize(
    "words",
    [
        "SÃO PAULO",
        "Âge d’or",
        "château",
        "naïve façade",
        "Ðà",
        "Ñandú",
        "Malmö – Ålesund",
        "CAFÉ’S",
        "Beyoncé’”",
        "voilà\u00a0»",
    ],
)
def test_letters_with_accents_are_no_mojibake(words: str) -> None:
    assert places(words) == 0


def test_mojibake_is_said_and_kept(read: Read) -> None:
    damaged = LINES[5].encode().decode("cp1252", "ignore")
    document = read("\n".join((*LINES[:5], damaged))).document
    assert document is not None
    assert damaged in document.text
    assert json.loads(document.metadata_sources)["text"].startswith("mojibake: ")
    whole = read("\n".join(LINES)).document
    assert whole is not None
    assert "text" not in json.loads(whole.metadata_sources)
