"""How alike two claims are: the same quotation, the same statement in other words, or neither.

Belongs here: the rules that accept a pair, each with its bounds, and the vetoes. Does not: which pairs are looked at,
or what follows for groups (`grouping`). The answer depends on the words of the two claims and on whether one named
actor says both, so it can be kept.

A quotation is compared by its longest run of words in common and by the longest common subsequence, as text-reuse
detection does (passim: Smith, Cordell & Mullen 2015).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import Match, SequenceMatcher
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from pipeline.extraction.wordlists import words as listed
from pipeline.resolution.groups.statements import ENOUGH, Said, Words, is_number, negates, stem, telling

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


Texts = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is enough to take two quoted pieces for one.

    Words in the longest common run, those of them that tell something, and the share of the shorter piece that the
    other has in the same order. The example is enough, the near miss is not.
    """

    name: str
    reason: str
    run: int
    telling: int
    share: float
    example: Texts
    near_miss: Texts
    one_speaker: bool = True
    whole: bool = False
    """Both quotations are these words and no others."""


EVIDENCE = (
    Evidence(
        "short quotation",
        "trimmed, or a word differs by what each reporter heard",
        5, 3, 0.8,
        ("The old pier will outlive every one of us", "I say the old pier will outlive every single one of us"),
        ("The old pier will outlive the council", "The new mayor will outlive the council"),
    ),
    Evidence(
        "whole quotation",
        "word for word, so even one of few words",
        5, 2, 1.0,
        ("You think I am going to resign?", "You think I am going to resign?"),
        ("You think I am going to resign?", "Do you think I am going to sing?"),
        whole=True,
    ),
    Evidence(
        "quotation heard twice",
        "translated or taken down apart, with a longer run kept",
        8, 3, 0.6,
        (
            "Honestly, nobody in this valley has seen a wolf since the war, I swear",
            "Well, nobody in this valley has seen a wolf since the great flood, and I am old",
        ),
        (
            "Honestly, nobody in this valley has seen a wolf since the war",
            "Nobody in that town has heard a wolf since the flood, and so they sleep well",
        ),
    ),
    Evidence(
        "passage in common",
        "each outlet adds other sentences of the same speech",
        12, 5, 0.0,
        (
            "The harbour was built by hands that never held a pen in their lives. Remember them tonight.",
            "My grandmother carried stones. The harbour was built by hands that never held a pen in their lives.",
        ),
        (
            "The harbour was built by hands. Remember them when you sign tonight, and remember the stones.",
            "The harbour was built by hands. Nobody paid my grandmother a crown for it in thirty years of work.",
        ),
    ),
    Evidence(
        "speaker not named",
        "one outlet says only 'a spokesman', so the words must do",
        8, 4, 0.8,
        (
            "The valve was replaced in June and tested twice before the ship left",
            "The valve was replaced in June and tested twice before the ship left",
        ),
        ("The valve was replaced in June", "The valve was replaced in June"),
        one_speaker=False,
    ),
)  # fmt: skip


def likeness(one: Said, two: Said, *, one_speaker: bool) -> Likeness:
    """How alike two claims are; `one_speaker` says that the same named actor makes both."""
    pieces = ((a, b) for a in one.quoted for b in two.quoted if not _turned_before(a, b, one.words, two.words))
    known = {"one_speaker": one_speaker, "are_direct": one.mode == two.mode == "direct"}
    score = max((_piece_score(a, b, **known) for a, b in pieces), default=0.0)
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


def _piece_score(one: Words, two: Words, *, one_speaker: bool, are_direct: bool) -> float:
    run = longest_run(one, two)
    if len(run) < min(rule.run for rule in EVIDENCE):
        return 0.0
    share, tells = common_subsequence(one, two) / min(len(one), len(two)), sum(map(bool, telling(run)))
    enough = any(
        rule.one_speaker <= one_speaker
        and len(run) >= rule.run
        and tells >= rule.telling
        and share >= rule.share
        and rule.whole <= (one == two and are_direct)
        for rule in EVIDENCE
    )
    return share if enough and not _contradict(one, two) else 0.0


def _contradict(one: Words, two: Words) -> bool:
    """True if in the place of a number stands another, of a word its opposite, of a negation none.

    Also if two words are replaced: one may have been heard or translated otherwise.
    """
    replaced, around = list(_replaced(one, two)), list(_replaced(one, two, with_ends=True))
    other = sum(any(set(telling(a)) - {"", *two}) and any(set(telling(b)) - {"", *one}) for a, b in replaced)
    turned = any(_turned_round(a, b) for a, b in replaced)
    return other > 1 or turned or any(_other_number(a, b) or _opposite(a, b) for a, b in around)


def _replaced(one: Words, two: Words, *, with_ends: bool = False) -> Iterator[tuple[Words, Words]]:
    """What stands in each other's place between words in common, and before the first and after the last of them."""
    blocks = _matching_blocks(one, two)
    for before, after in pairwise([Match(0, 0, 0), *blocks] if with_ends else blocks[:-1]):
        a, b = one[before.a + before.size : after.a], two[before.b + before.size : after.b]
        if len(a) <= SHORT_GAP and len(b) <= SHORT_GAP:
            yield a, b


@lru_cache(maxsize=1000)
def _matching_blocks(one: Words, two: Words) -> list[Match]:
    return SequenceMatcher(None, one, two, autojunk=False).get_matching_blocks()


def _other_number(one: Words, two: Words) -> bool:
    a, b = set(filter(is_number, one)), set(filter(is_number, two))
    return bool(a and b and a != b)


def _opposite(one: Words, two: Words) -> bool:
    a, b = ({stem(word) for word in words} for words in (one, two))
    return any((x in a and y in b) or (y in a and x in b) for x, y in _OPPOSITES)


def _turned_round(one: Words, two: Words) -> bool:
    return any(map(negates, one)) != any(map(negates, two))


def _fragment_score(one: Said, two: Said) -> float:
    """A quoted fragment of one inside a quotation of the other, where the words around agree too."""
    if one.mode != "mixed" or (one.numbers and two.numbers and one.numbers.isdisjoint(two.numbers)):
        return 0.0
    a, b = set(one.content), set(two.content)
    shared = a & b
    for fragment in one.quoted:
        around = shared - {stem(word) for word in fragment}
        if (
            len(shared) >= 3
            and len(around) >= AROUND.get(len(fragment), 0)
            and any(map(bool, telling(fragment)))
            and _is_inside(fragment, one.words, two.quoted)
        ):
            return len(shared) / len(a)
    return 0.0


def _is_inside(fragment: Words, around: Words, pieces: Sequence[Words]) -> bool:
    """True if these words stand in a row in one of the pieces; negated, if they are in the claim `around` them."""
    negated = {_negated_before(around, start) for start in _places(fragment, around)}
    return any(_negated_before(words, start) in negated for words in pieces for start in _places(fragment, words))


def _places(fragment: Words, words: Words) -> Iterator[int]:
    size = len(fragment)
    return (start for start in range(len(words) - size + 1) if words[start : start + size] == fragment)


def _turned_before(one: Words, two: Words, around_one: Words, around_two: Words) -> bool:
    """True if a negation stands right before the words that two pieces have in common, in one of the claims only."""
    run = longest_run(one, two)
    before = [{_negated_before(words, start) for start in _places(run, words)} for words in (around_one, around_two)]
    return bool(run) and before[0].isdisjoint(before[1])


def _negated_before(words: Words, start: int) -> bool:
    return any(map(negates, words[max(0, start - SHORT_GAP) : start]))


@lru_cache(maxsize=1000)
def longest_run(one: Words, two: Words) -> Words:
    """The longest run of words that two texts share."""
    if one == two:
        return one
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
    order, or in any; of whole claims or of a sentence of each. The example is enough, the near miss is not.
    """

    name: str
    reason: str
    words: int
    share: float
    of_longer: float
    example: Texts
    near_miss: Texts
    of_parts: bool = False
    any_order: bool = False


SHARES = (
    Share(
        "few words",
        "of four or five words one that differs may be the one that counts",
        ENOUGH, 0.8, 0.5,
        ("that the ferry needs a second engine", "the ferry needs a second engine"),
        ("that the ferry needs a second engine", "that the ferry needs a second captain"),
    ),
    Share(
        "many words",
        "reporters choose other verbs and leave out what is known",
        6, 0.75, 0.0,
        (
            "that a safe harbour requires a strong and independent pilot service",
            "a safe harbour needs a strong, independent pilot service",
        ),
        (
            "that a safe harbour requires a strong and independent pilot service",
            "that a safe school requires a strong and patient teacher",
        ),
    ),
    Share(
        "sentence of a longer claim",
        "one outlet has a sentence, another the whole answer",
        5, 0.8, 0.4,
        (
            "the museum will open its flooded cellar to visitors",
            "I was born beside it. The museum will open its flooded cellar to visitors. Whoever wants may bring a lamp",
        ),
        (
            "the museum will open its flooded cellar to visitors",
            "I was born beside it. The museum will sell its flooded cellar to brewers. Whoever wants may bring a lamp",
        ),
        of_parts=True,
    ),
    Share(
        "other word order",
        "translators turn sentences round",
        6, 0.9, 0.8,
        (
            "For thirty summers I have measured this glacier, and never before did I have to take my gloves off",
            "I have measured this glacier for thirty summers and I have never had to take off my gloves before",
        ),
        (
            "For thirty summers I have measured this glacier, and never before did I have to take my gloves off",
            "I have measured this river for thirty summers and I have never had to take off my boots before",
        ),
        any_order=True,
    ),
)  # fmt: skip
NAMING = listed(
    "president nominee runner front candidate presidential presumptive leader minister secretary senator governor",
    "mayor chief rival opponent former republican democrat democratic prime party new",
)
"""Words beside a name: who is called alike is no statement."""
_NAMING = frozenset(map(stem, NAMING))

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
    if len(_plain(one) & _plain(two)) < 2 or _other_negation(one.words, two.words):
        return 0.0
    whole = _share(one.content, two.content, of_parts=False)
    return whole or max((_share(a, b, of_parts=True) for a in one.parts for b in two.parts), default=0.0)


def _other_negation(one: Words, two: Words) -> bool:
    """True if the claims negate by other words, and one of these stands where the other claim has none."""
    a, b = (sorted(filter(negates, words)) for words in (one, two))
    return a != b and any(_turned_round(x, y) for x, y in _replaced(one, two))


def _plain(claim: Said) -> set[str]:
    """The content words that are neither names nor what stands beside names."""
    return set(claim.content) - _NAMING - claim.names


def _share(one: Words, two: Words, *, of_parts: bool) -> float:
    shorter, longer = sorted((len(one), len(two)))
    ordered, unordered = common_subsequence(one, two), len(set(one) & set(two))
    shares = [
        common / shorter
        for rule in SHARES
        if rule.of_parts == of_parts
        and shorter >= rule.words
        and (common := unordered if rule.any_order else ordered) >= rule.share * shorter
        and common >= rule.of_longer * longer
    ]
    return max(shares, default=0.0)


def _other_day(one: Said, two: Said) -> bool:
    return bool(one.days and two.days and not (one.days <= two.days or two.days <= one.days))


def _opposed(one: Said, two: Said) -> bool:
    """True if a word of one has its opposite in the other, and neither claim has both."""
    a, b = ({stem(word) for word in said.words} for said in (one, two))
    only_a, only_b = a - b, b - a
    return any({x, y} <= only_a | only_b and (x in only_a) != (y in only_a) for x, y in _OPPOSITES)
