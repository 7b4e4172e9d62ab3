"""Every rule table: examples match, near misses do not, and no pattern takes long on a hostile line."""

from __future__ import annotations

import re
import time
from pathlib import Path

import pytest

from pipeline.cleaning.rules import Rule, first_lead, first_match, read_table, rules
from pipeline.errors import OnRecordError
from pipeline.ids import words

RULES = rules()


def count(text: str) -> int:
    return len(words(text).split())


def cases(kind: str) -> list[tuple[Rule, str]]:
    return [(rule, text) for rule in RULES for text in getattr(rule, kind)]


def name(value: object) -> str:
    return value.name if isinstance(value, Rule) else str(value)[:40]


@pytest.mark.parametrize(("rule", "text"), cases("examples"), ids=name)
def test_an_example_matches(rule: Rule, text: str) -> None:
    assert rule.matches(text, count(text))


@pytest.mark.parametrize(("rule", "text"), cases("near_misses"), ids=name)
def test_a_near_miss_does_not(rule: Rule, text: str) -> None:
    assert not rule.matches(text, count(text))


def test_names_are_unique_and_every_rule_has_both_kinds_of_cases() -> None:
    names = [rule.name for rule in RULES]
    assert len(names) == len(set(names))
    assert all(rule.examples and rule.near_misses and rule.why for rule in RULES)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("Skip to main content", "navigation"),
        ("Subscribe to continue reading.", "paywall"),
        ("Make a donation", "subscription_appeal"),
        ("Sign up to our newsletter and get it in your inbox", "newsletter"),
        ("This site uses cookies to improve your visit. Read our cookie policy.", "cookie_notice"),
        ("Share this article", "share"),
        ("Read more: Seven things to know about lagoons", "related"),
        ("Photograph: Idris Vann", "caption"),
        ("By Olive Penhallow", "byline"),
        ("Published: 3 March 2026", "dateline"),
        ("About the author", "author_bio"),
        ("Leave a comment", "comment"),
        ("Advertisement", "advertisement"),
        ("© 2026 Harbour Press Ltd", "legal"),
        ("5 Min Read", "timestamp"),
        ("Tides wait for nobody. Click To Tweet", "pull_quote"),
    ],
)
def test_reasons(text: str, reason: str) -> None:
    rule = first_match(text, count(text))
    assert rule is not None
    assert rule.reason == reason


@pytest.mark.parametrize("text", ["Subscribe to continue reading.", "By Olive Penhallow", "About the author"])
def test_a_gate_keeps_a_rule_out_of_the_body(text: str) -> None:
    assert first_match(text, count(text), "unknown") is not None
    assert first_match(text, count(text), "inside") is None


def test_somebodys_words_are_never_boilerplate() -> None:
    assert first_match("“Subscribe to continue reading.”", 4) is None


def test_an_outlets_rule_binds_that_outlet_alone() -> None:
    bound = Rule(
        "house_line", "legal", "anywhere", None, re.compile("printed on paper from managed forests"), 20, "", (), (),
        outlet="The Courier",
    )  # fmt: skip
    line = "The Courier is printed on paper from managed forests."
    assert bound.matches(line, 9, "inside", "The Courier")
    assert not bound.matches(line, 9, "inside", "The Ledger")


HOSTILE = (
    "a " * 900,
    "Facebook " * 200,
    "A" * 2000,
    "Ab Cd " * 300,
    "(" * 1000 + ")" * 1000,
    "1 of " * 400,
    "read more " * 190,
    "photo by " * 220,
    "by A. " * 300,
    "- " * 900,
    "News > " * 280,
    "© " * 900,
    "Subscribe to continue " * 90,
)


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: text[:20])
def test_no_pattern_takes_long(text: str) -> None:
    for rule in RULES:
        for cut in (text, text[:80], text[:80] + "!"):
            start = time.process_time()
            rule.matches(cut, 1)
            assert time.process_time() - start < 0.25, rule.name


def test_a_broken_table_names_its_file(tmp_path: Path) -> None:
    table = tmp_path / "legal.toml"
    table.write_text('[[rule]]\nname = "half"\n', encoding="utf-8")
    with pytest.raises(OnRecordError, match=r"legal\.toml: rule half is not complete"):
        read_table(table)
    table.write_text("[[rule", encoding="utf-8")
    with pytest.raises(OnRecordError, match=r"legal\.toml: not a table of rules"):
        read_table(table)


def test_a_table_may_use_only_known_reasons(tmp_path: Path) -> None:
    table = tmp_path / "mystery.toml"
    table.write_text(
        '[[rule]]\nname = "x"\ngate = "anywhere"\npattern = "^x$"\nmax_words = 1\nwhy = "-"\n'
        "examples = []\nnear_misses = []\n",
        encoding="utf-8",
    )
    with pytest.raises(OnRecordError, match="unknown reason or gate"):
        read_table(table)


@pytest.mark.parametrize(
    ("text", "claimed"),
    [
        ("NEW DELHI: The harbour is open again.", "NEW DELHI: "),
        ("PORTSMOUTH, May 4 — The wall fell.", "PORTSMOUTH, May 4 — "),
        ("HALE: The otters came back.", None),
        ("WARNING: The water is not safe.", None),
        ("NASA: The moon is far.", None),
    ],
)
def test_only_a_city_opens_a_paragraph_with_a_colon(text: str, claimed: str | None) -> None:
    found = first_lead(text)
    assert (text[: found[1]] if found else None) == claimed
