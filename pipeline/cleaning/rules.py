"""Phrase rules: boilerplate that gives itself away by its words, and the engine that reads the rule tables.

A table (seeds/reference/cleaning/<reason>.toml) lists rules in the order in which they are tried:

    name, pattern       a regular expression, searched case-insensitively in one block
    gate                where it may match: anywhere; edges (before the first or after the last paragraph of the body);
                        head (before); tail (after); lead (the beginning of a paragraph: only the words matched go)
    max_words           a longer block is never boilerplate of this kind
    no_sentence         true if a block that ends as a sentence does never matches
    city                true if what the group of that name matches must be the name of a city
    opens               true for the heading of a list: the lines after it belong to the list until the article goes on
    reason, outlet      where it differs from the file's name; host or publisher to which the rule is bound
    why, examples, near_misses   for people, and for the tests: every example matches, no near miss does

A block that opens with a quotation mark never matches: it is somebody's words.
Belongs here: reading and matching rules. Does not: where the body begins and ends (`layout`).
"""

from __future__ import annotations

import re
import tomllib
from bisect import bisect_left
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Literal

from pipeline.cleaning.limits import MAX_LEAD_LENGTH, MAX_RULE_LENGTH
from pipeline.cleaning.places import is_city
from pipeline.errors import OnRecordError
from pipeline.schema.vocabulary import REMOVAL_REASONS
from pipeline.settings import REFERENCE

Position = Literal["head", "inside", "tail", "unknown"]
_GATES: dict[str, frozenset[str]] = {
    "anywhere": frozenset({"head", "inside", "tail", "unknown"}),
    "edges": frozenset({"head", "tail", "unknown"}),
    "head": frozenset({"head", "unknown"}),
    "tail": frozenset({"tail", "unknown"}),
    "lead": frozenset({"unknown"}),
}
_TABLES = (
    "advertisement", "cookie_notice", "paywall", "subscription_appeal", "newsletter", "comment", "share", "caption",
    "byline", "dateline", "related", "legal", "author_bio", "navigation",
)  # fmt: skip
"""The tables in the order in which they are tried: a line that two could claim goes to the more precise reason."""
_OPENING_QUOTE = frozenset("“\"‘„'")
_SENTENCE_END = re.compile(r"[.!?…:][”\"’')\]]*$")
_SENTENCE_WORDS = 7
_PART_WORDS = 3
"""A block of fewer words is boilerplate as a whole or not at all."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A row of a rule table; `name` is unique, `reason` a value of the vocabulary removal_reason.

    `whole` holds the pattern's alternatives that are bound to the block's beginning, `part` the others: trying the
    first at every character would take ten times as long.
    """

    name: str
    reason: str
    gate: str
    whole: re.Pattern[str] | None
    part: re.Pattern[str] | None
    max_words: int
    why: str
    examples: tuple[str, ...]
    near_misses: tuple[str, ...]
    no_sentence: bool = False
    opens: bool = False
    outlet: str | None = None
    city: bool = False

    def matches(self, text: str, words: int, position: Position = "unknown", outlet: str | None = None) -> bool:
        """Whether a block at this position is boilerplate of this kind."""
        if text[:1] in _OPENING_QUOTE or words > self.max_words:
            return False
        return self.looks_at(position, outlet) and self.claims(text, words)

    def looks_at(self, position: Position, outlet: str | None) -> bool:
        """Whether the rule looks at blocks of this outlet at this position at all."""
        return self.passes(position) and self.outlet in (None, outlet)

    def claims(self, text: str, words: int) -> bool:
        """Whether the words alone, of a block that the rule looks at, are boilerplate of this kind."""
        if self.no_sentence and words >= _SENTENCE_WORDS and _SENTENCE_END.search(text):
            return False
        if self.whole and self.whole.match(text):
            return True
        return bool(self.part and words >= _PART_WORDS and self.part.search(text))

    def passes(self, position: Position) -> bool:
        """Whether the gate lets the rule match at this position."""
        return position in _GATES[self.gate]


def _alternatives(pattern: str) -> list[str]:
    """The alternatives of a regular expression at its top level."""
    found, depth, start, in_class, index = [], 0, 0, False, 0
    while index < len(pattern):
        character = pattern[index]
        if character == "\\":
            index += 1
        elif in_class:
            in_class = character != "]"
        elif character == "[":
            in_class = True
        elif character in "()":
            depth += 1 if character == "(" else -1
        elif character == "|" and depth == 0:
            found.append(pattern[start:index])
            start = index + 1
        index += 1
    return [*found, pattern[start:]]


def _compiled(alternatives: list[str]) -> re.Pattern[str] | None:
    return re.compile("|".join(alternatives), re.IGNORECASE) if alternatives else None


def _rule(reason: str, row: dict[str, object], path: Path) -> Rule:
    try:
        alternatives = _alternatives(str(row["pattern"]))
        return Rule(
            name=str(row["name"]),
            reason=str(row.get("reason", reason)),
            gate=str(row["gate"]),
            whole=_compiled([a for a in alternatives if a.startswith("^")]),
            part=_compiled([a for a in alternatives if not a.startswith("^")]),
            max_words=int(str(row["max_words"])),
            why=str(row["why"]),
            examples=tuple(map(str, row["examples"])),  # type: ignore[call-overload]
            near_misses=tuple(map(str, row["near_misses"])),  # type: ignore[call-overload]
            no_sentence=bool(row.get("no_sentence", False)),
            opens=bool(row.get("opens", False)),
            outlet=str(row["outlet"]) if "outlet" in row else None,
            city=bool(row.get("city", False)),
        )
    except (KeyError, ValueError, re.error) as error:
        raise OnRecordError(f"{path}: rule {row.get('name', '?')} is not complete: {error}") from error


def read_table(path: Path) -> list[Rule]:
    """The rules of one table. Raises OnRecordError if the table cannot be read or a rule is not complete."""
    try:
        rows = tomllib.loads(path.read_text(encoding="utf-8"))["rule"]
    except (OSError, KeyError, tomllib.TOMLDecodeError) as error:
        raise OnRecordError(f"{path}: not a table of rules ({error}); restore it") from error
    found = [_rule(path.stem, row, path) for row in rows]
    for rule in found:
        if rule.reason not in REMOVAL_REASONS.names or rule.gate not in _GATES:
            raise OnRecordError(f"{path}: rule {rule.name} has an unknown reason or gate")
    return found


@lru_cache(maxsize=1)
def rules() -> tuple[Rule, ...]:
    """Every rule, in the order in which they are tried."""
    return tuple(rule for table in _TABLES for rule in read_table(REFERENCE / "cleaning" / f"{table}.toml"))


@lru_cache(maxsize=8192)
def first_match(text: str, words: int, position: Position = "unknown", outlet: str | None = None) -> Rule | None:
    """The first rule that claims a whole block, or None. `unknown` lets every gate pass."""
    if len(text) > MAX_RULE_LENGTH or text[:1] in _OPENING_QUOTE:
        return None
    lengths = _lengths()
    length = bisect_left(lengths, words)
    if length == len(lengths):
        return None
    return next((rule for rule in _candidates(lengths[length], position, outlet) if rule.claims(text, words)), None)


@lru_cache(maxsize=1)
def _lengths() -> tuple[int, ...]:
    """Every number of words that some rule names as its most, in order."""
    return tuple(sorted({rule.max_words for rule in rules()}))


@lru_cache(maxsize=256)
def _candidates(words: int, position: Position, outlet: str | None) -> tuple[Rule, ...]:
    """The rules that look at blocks of so many words, sorted out once, not for each block."""
    looking = (rule for rule in rules() if rule.gate != "lead" and rule.max_words >= words)
    return tuple(rule for rule in looking if rule.looks_at(position, outlet))


@lru_cache(maxsize=1)
def _leads() -> tuple[Rule, ...]:
    return tuple(rule for rule in rules() if rule.gate == "lead")


def first_lead(text: str) -> tuple[Rule, int] | None:
    """The first rule that claims the beginning of a paragraph, with the number of characters it claims, or None."""
    if text[:1] in _OPENING_QUOTE:
        return None
    for rule in _leads():
        found = rule.whole.match(text[:MAX_LEAD_LENGTH]) if rule.whole else None
        if found is not None and not (rule.city and not is_city(found["city"])):
            return rule, found.end()
    return None
