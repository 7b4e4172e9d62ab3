"""How alike two claims are: the same quotation, the same statement in other words, or neither.

Belongs here: the rules that accept a pair, each with its bounds, and the vetoes. Does not: which pairs are looked at,
or what follows for groups (`groups`). The answer depends on the words of the two claims and on whether one named actor
says both, so it can be kept.

A quotation is compared by its longest run of words in common and by the longest common subsequence, as text-reuse
detection does (passim: Smith, Cordell & Mullen 2015).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import pairwise
from typing import NamedTuple

from pipeline.extraction.wordlists import words as listed
from pipeline.resolution.statements import ENOUGH, FRAGMENT, Said, Words, is_number, negates, stem, telling

SHORT_GAP = 3
"""Words that stand in the place of others; what is longer was left out or put in, and says nothing against."""


AROUND = {2: 2, 3: 2, 4: 1}
"""Content words beside a fragment of so many words that must agree, as two or three words may be anybody's name for the
matter."""


class Likeness(NamedTuple):
    """What two claims are to each other.

    `relation` is same_quote, same_statement or "" for none; `score` says how much of the shorter one is in the other,
    `closeness` how much of both is common, 0 to 1.
    """

    relation: str
    score: float = 0.0
    closeness: float = 0.0


UNLIKE = Likeness("")


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is enough to take two quoted pieces for one.

    Words in the longest common run, those of them that tell something, and the share of the shorter piece that the
    other has in the same order.
    """

    name: str
    reason: str
    one_speaker: bool
    run: int
    telling: int
    share: float


EVIDENCE = (
    Evidence("short quotation", "trimmed, or a word differs by what each reporter heard", True, 5, 2, 0.8),
    Evidence("quotation heard twice", "translated or taken down apart, with a longer run kept", True, 8, 3, 0.6),
    Evidence("passage in common", "each outlet adds other sentences of the same speech", True, 12, 5, 0.0),
    Evidence("speaker not named", "one outlet says only 'a spokesman', so the words must do", False, 8, 4, 0.8),
)


def likeness(one: Said, two: Said, *, one_speaker: bool) -> Likeness:
    """How alike two claims are; `one_speaker` says that the same named actor makes both."""
    score = max((_piece_score(a, b, one_speaker=one_speaker) for a in one.quoted for b in two.quoted), default=0.0)
    if one_speaker and not score:
        score = max(_fragment_score(one, two), _fragment_score(two, one))
    if score:
        return Likeness("same_quote", score, _closeness(one, two))
    score = _statement_score(one, two) if one_speaker else 0.0
    return Likeness("same_statement", score, _closeness(one, two)) if score else UNLIKE


def _closeness(one: Said, two: Said) -> float:
    """Dice of the words of both."""
    a, b = set(one.words), set(two.words)
    return 2 * len(a & b) / (len(a) + len(b))


# --- the same quotation ---


def _piece_score(one: Words, two: Words, *, one_speaker: bool) -> float:
    run = longest_run(one, two)
    if len(run) < min(rule.run for rule in EVIDENCE):
        return 0.0
    share, tells = common_subsequence(one, two) / min(len(one), len(two)), sum(map(bool, telling(run)))
    enough = any(
        rule.one_speaker <= one_speaker and len(run) >= rule.run and tells >= rule.telling and share >= rule.share
        for rule in EVIDENCE
    )
    return share if enough and not _contradict(one, two) else 0.0


def _contradict(one: Words, two: Words) -> bool:
    """True if in the place of a number stands another, or of a negation none."""
    return any(_other_number(a, b) or _turned_round(a, b) for a, b in _replaced(one, two))


def _replaced(one: Words, two: Words) -> Iterator[tuple[Words, Words]]:
    """What stands in each other's place between words in common."""
    blocks = SequenceMatcher(None, one, two, autojunk=False).get_matching_blocks()
    for before, after in pairwise(blocks[:-1]):
        a, b = one[before.a + before.size : after.a], two[before.b + before.size : after.b]
        if len(a) <= SHORT_GAP and len(b) <= SHORT_GAP:
            yield a, b


def _other_number(one: Words, two: Words) -> bool:
    a, b = set(filter(is_number, one)), set(filter(is_number, two))
    return bool(a and b and a != b)


def _turned_round(one: Words, two: Words) -> bool:
    return any(map(negates, one)) != any(map(negates, two))


def _fragment_score(one: Said, two: Said) -> float:
    """A quoted fragment of one inside a quotation of the other, where the words around agree too."""
    if one.mode != "mixed":
        return 0.0
    a, b = set(one.content), set(two.content)
    shared = a & b
    for fragment in one.quoted:
        around = shared - {stem(word) for word in fragment}
        if (
            len(shared) >= 3
            and len(around) >= AROUND.get(len(fragment), 0)
            and any(map(bool, telling(fragment)))
            and _is_inside(fragment, two.quoted)
        ):
            return len(shared) / len(a)
    return 0.0


def _is_inside(fragment: Words, pieces: Sequence[Words]) -> bool:
    """True if these words stand in a row in one of the pieces."""
    size = len(fragment)
    return size >= FRAGMENT and any(
        words[start : start + size] == fragment for words in pieces for start in range(len(words) - size + 1)
    )


def longest_run(one: Words, two: Words) -> Words:
    """The longest run of words that two texts share."""
    found = SequenceMatcher(None, one, two, autojunk=False).find_longest_match()
    return one[found.a : found.a + found.size]


def common_subsequence(one: Sequence[str], two: Sequence[str]) -> int:
    """Length of the longest common subsequence of two texts, in words.

    Bit-parallel (Hyyrö 2004): a column of the usual table is one integer.
    """
    places: dict[str, int] = {}
    for place, word in enumerate(one):
        places[word] = places.get(word, 0) | 1 << place
    row = full = (1 << len(one)) - 1
    for word in two:
        matched = row & places.get(word, 0)
        row = ((row + matched) | (row - matched)) & full
    return len(one) - row.bit_count()


# --- the same statement in other words ---


@dataclass(frozen=True, slots=True)
class Share:
    """What is enough to take two claims of one actor for one statement.

    Content words of the shorter one, and the share of the shorter and of the longer one that the other has in the same
    order; of whole claims or of a sentence of each.
    """

    name: str
    reason: str
    words: int
    share: float
    of_longer: float = 0.0
    of_parts: bool = False


SHARES = (
    Share("few words", "of four or five words one that differs may be the one that counts", ENOUGH, 0.8, 0.5),
    Share("many words", "reporters choose other verbs and leave out what is known", 6, 0.75),
    Share(
        "sentence of a longer claim",
        "one outlet reports a sentence, another the whole answer",
        5,
        0.8,
        0.4,
        of_parts=True,
    ),
)
NAMING = listed(
    "president nominee runner front candidate presidential presumptive leader minister secretary senator governor",
    "mayor chief rival opponent former republican democrat democratic prime party new",
)
"""Words beside a name: who is called alike is no statement."""

OPPOSITES = (
    ("rise", "fall"), ("rose", "fell"), ("increase", "decrease"), ("increase", "cut"), ("raise", "cut"),
    ("raise", "lower"), ("more", "fewer"), ("more", "less"), ("higher", "lower"), ("support", "oppose"),
    ("approve", "reject"), ("open", "close"), ("reopen", "close"), ("accept", "reject"), ("win", "lose"),
    ("won", "lost"), ("buy", "sell"), ("start", "stop"), ("begin", "end"), ("best", "worst"), ("guilty", "innocent"),
    ("safe", "unsafe"), ("arrive", "leave"), ("hire", "fire"), ("legal", "illegal"), ("stay", "leave"),
    ("join", "leave"), ("keep", "scrap"), ("build", "demolish"), ("before", "after"), ("right", "wrong"),
    ("better", "worse"), ("gain", "lose"), ("strong", "weak"), ("true", "false"), ("allow", "ban"), ("lift", "impose"),
)  # fmt: skip
"""Words of which one in the place of the other turns a statement round."""
_OPPOSITES = tuple((stem(one), stem(two)) for one, two in OPPOSITES)


def _statement_score(one: Said, two: Said) -> float:
    if one.numbers != two.numbers or one.is_negated != two.is_negated or _other_day(one, two) or _opposed(one, two):
        return 0.0
    if len(_plain(one) & _plain(two)) < 2:
        return 0.0
    whole = _share(one.content, two.content, of_parts=False)
    return whole or max((_share(a, b, of_parts=True) for a in one.parts for b in two.parts), default=0.0)


def _plain(claim: Said) -> set[str]:
    """The content words that are neither names nor what stands beside names."""
    return set(claim.content) - {stem(word) for word in NAMING} - claim.names


def _share(one: Words, two: Words, *, of_parts: bool) -> float:
    shorter, longer = sorted((len(one), len(two)))
    common = common_subsequence(one, two)
    enough = any(
        rule.of_parts == of_parts
        and shorter >= rule.words
        and common >= rule.share * shorter
        and common >= rule.of_longer * longer
        for rule in SHARES
    )
    return common / shorter if enough else 0.0


def _other_day(one: Said, two: Said) -> bool:
    return bool(one.days and two.days and not (one.days <= two.days or two.days <= one.days))


def _opposed(one: Said, two: Said) -> bool:
    """True if a word of one has its opposite in the other, and neither claim has both."""
    a, b = ({stem(word) for word in said.words} for said in (one, two))
    only_a, only_b = a - b, b - a
    return any({x, y} <= only_a | only_b and (x in only_a) != (y in only_a) for x, y in _OPPOSITES)
