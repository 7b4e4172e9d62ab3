"""Claims that make the same statement: the same words quoted, or the same actor saying the same in other words.

Belongs here: which claims belong together, and how sure that is. Does not: rows (`corpus`).

Candidates come from inverted indexes (runs of words; rare words of one speaker), whose common entries are left out,
so that the work grows with the number of claims and not with its square. A quotation is compared by its longest run
of words in common and by the longest common subsequence (as text-reuse detection does, cf. passim: Smith, Cordell &
Mullen 2015).
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import NamedTuple

RUN = 5
"""Words in a row that make two quotations candidates."""
FRAGMENT = 2
"""Words of the shortest quoted fragment that is looked for in other quotations."""
COMMON = 60
"""An index entry that more claims share says nothing."""
WINDOW = timedelta(days=30)
"""The same quotation is printed within this time."""
SAME_STATEMENT = 0.7
"""Share of the shorter claim's content words, in order, from which two claims of one actor make the same statement."""
SAME_PART = 0.8
"""The same for a sentence or clause of one claim and one of the other."""
ENOUGH = 5
"""Content words of the shortest sentence or clause that is compared by itself."""
_CLAUSE = re.compile(r"(?<=[.!?…])\s+|,? and that ")
_NUMBER = re.compile(r"\d[\d.,]*")
_NEGATIONS = frozenset(
    [
        "not",
        "no",
        "never",
        "n't",
        "nothing",
        "nobody",
        "none",
        "neither",
        "nor",
        "cannot",
        "without",
        "refuse",
        "refused",
        "deny",
        "denied",
    ]
)
_STOP = frozenset(
    [
        "a",
        "an",
        "the",
        "and",
        "or",
        "but",
        "if",
        "of",
        "in",
        "on",
        "at",
        "to",
        "for",
        "from",
        "by",
        "with",
        "as",
        "that",
        "this",
        "these",
        "those",
        "it",
        "its",
        "is",
        "are",
        "was",
        "were",
        "be",
        "been",
        "being",
        "has",
        "have",
        "had",
        "do",
        "does",
        "did",
        "will",
        "would",
        "can",
        "could",
        "may",
        "might",
        "must",
        "shall",
        "should",
        "he",
        "she",
        "they",
        "we",
        "i",
        "you",
        "his",
        "her",
        "their",
        "our",
        "my",
        "your",
        "him",
        "them",
        "us",
        "me",
        "not",
        "no",
        "so",
        "than",
        "then",
        "there",
        "here",
        "what",
        "which",
        "who",
        "whom",
        "when",
        "where",
        "why",
        "how",
        "about",
        "into",
        "over",
        "after",
        "before",
        "up",
        "down",
        "out",
        "all",
        "any",
        "some",
        "more",
        "most",
        "also",
        "just",
        "only",
        "very",
        "because",
        "while",
        "said",
        "says",
        "say",
    ]
)


@dataclass(frozen=True)
class Statement:
    """A claim as it is compared: its words, the words quoted in it, who says it and when it was printed."""

    claim_id: str
    document_id: str
    text: str
    mode: str
    speaker: str | None
    speaker_is_named: bool
    published_at: datetime | None
    start: int = 0
    end: int = 0

    @cached_property
    def words(self) -> tuple[str, ...]:
        return words_of(self.text)

    @cached_property
    def quoted(self) -> tuple[tuple[str, ...], ...]:
        """The words of each quoted piece."""
        if self.mode == "direct":
            return (self.words,)
        pieces = re.findall(r"[“\"«]([^“”\"«»]+)[”\"»]", self.text) if self.mode == "mixed" else []
        return tuple(words for piece in pieces if len(words := words_of(piece)) >= FRAGMENT)

    @cached_property
    def content(self) -> tuple[str, ...]:
        return content_of(self.text)

    @cached_property
    def parts(self) -> tuple[tuple[str, ...], ...]:
        """The content words of each sentence and each "that" clause, where there are enough to compare."""
        pieces = (content_of(piece) for piece in _CLAUSE.split(self.text))
        return tuple(words for words in pieces if len(words) >= ENOUGH)


class Group(NamedTuple):
    """Claims that belong together: their ids in order, the relation, and how alike the least alike two are."""

    members: tuple[str, ...]
    relation: str
    score: float


def words_of(text: str) -> tuple[str, ...]:
    """The words of a text in lower case, apostrophes made straight."""
    return tuple(re.findall(r"\w+(?:'\w+)?", text.replace("’", "'").lower()))


def content_of(text: str) -> tuple[str, ...]:
    """The words of a text that are no function words, without endings."""
    return tuple(stem(word) for word in words_of(text) if word not in _STOP)


def stem(word: str) -> str:
    """A word without its most common endings, so that requires and required meet."""
    for ending in ("ing", "ed", "es", "s"):
        if word.endswith(ending) and len(word) - len(ending) >= 4:
            return word[: -len(ending)]
    return word


def group_claims(statements: Sequence[Statement]) -> list[Group]:
    """The groups of two claims and more: same_quote where quotations alone connect all members, else same_statement."""
    ordered = sorted(statements, key=lambda s: s.claim_id)
    quotes = list(_same_quotes(ordered))
    quoted = {claim for a, b, _ in quotes for claim in (a, b)}
    alike = [(a, b, score) for a, b, score in _same_statements(ordered) if not (a in quoted and b in quoted)]
    return _groups(quotes, alike)


Pair = tuple[str, str, float]


def _groups(quotes: Sequence[Pair], alike: Sequence[Pair]) -> list[Group]:
    """Connected claims (union-find), with the lowest score of the pairs that connect them."""
    suggested = {claim for a, b, _ in alike for claim in (a, b)}
    parent: dict[str, str] = {}
    scores: dict[str, float] = {}

    def root(claim: str) -> str:
        parent.setdefault(claim, claim)
        while parent[claim] != claim:
            parent[claim] = parent[parent[claim]]
            claim = parent[claim]
        return claim

    for a, b, score in sorted((*quotes, *alike), key=lambda pair: (-pair[2], pair[0], pair[1])):
        one, two = sorted((root(a), root(b)))
        if one != two:
            parent[two] = one
            scores[one] = min(score, scores.get(one, 1.0), scores.get(two, 1.0))
    members = defaultdict(list)
    for claim in sorted(parent):
        members[root(claim)].append(claim)
    return [
        Group(tuple(claims), "same_statement" if suggested & set(claims) else "same_quote", round(scores[top], 4))
        for top, claims in sorted(members.items())
    ]


def _pairs(index: dict[object, list[int]]) -> Iterator[tuple[int, int]]:
    """Pairs of claims that share an entry of the index, each once; entries that too many share are left out."""
    seen = set()
    for entry in index.values():
        if 2 <= len(entry) <= COMMON:
            for position, a in enumerate(entry):
                for b in entry[position + 1 :]:
                    if a != b and (a, b) not in seen:
                        seen.add((a, b))
                        yield a, b


def _near(a: Statement, b: Statement) -> bool:
    """True if the claims were printed within the window; two readings of one place say nothing twice."""
    if a.document_id == b.document_id:
        return a.end <= b.start or b.end <= a.start
    return not (a.published_at and b.published_at) or abs(a.published_at - b.published_at) <= WINDOW


# --- the same quotation ---


def _same_quotes(statements: Sequence[Statement]) -> Iterator[Pair]:
    rare = _rare_words(statements)
    index: dict[object, list[int]] = defaultdict(list)
    for number, statement in enumerate(statements):
        for run in {run for words in statement.quoted for run in _runs(words, RUN)}:
            index[run].append(number)
    yield from _scored(statements, _pairs(index), lambda a, b: _quote_score(a, b, rare))
    yield from _fragments(statements)


def _scored(
    statements: Sequence[Statement], pairs: Iterable[tuple[int, int]], score: Callable[[Statement, Statement], float]
) -> Iterator[Pair]:
    for i, j in pairs:
        a, b = statements[i], statements[j]
        if _near(a, b) and (value := score(a, b)) > 0:
            yield a.claim_id, b.claim_id, value


def _runs(words: Sequence[str], size: int) -> Iterator[tuple[str, ...]]:
    for start in range(len(words) - size + 1):
        yield tuple(words[start : start + size])


def _rare_words(statements: Sequence[Statement]) -> frozenset[str]:
    """Words in at most one in a hundred claims (and any word in few claims), function words aside."""
    count = Counter(word for statement in statements for word in set(statement.words))
    limit = max(5, len(statements) // 100)
    return frozenset(word for word, number in count.items() if number <= limit and word not in _STOP)


def _may_be_one(a: Statement, b: Statement) -> bool:
    """True if the speakers are the same, or one of them is not known by name."""
    return a.speaker == b.speaker or not (a.speaker and b.speaker and a.speaker_is_named and b.speaker_is_named)


def _quote_score(a: Statement, b: Statement, rare: frozenset[str]) -> float:
    if not _may_be_one(a, b):
        return 0.0
    best = 0.0
    for one in a.quoted:
        for two in b.quoted:
            run = longest_run(one, two)
            share = common_subsequence(one, two) / min(len(one), len(two))
            if len(run) >= RUN and rare & set(run) and (share >= 0.6 or len(run) >= 10):
                best = max(best, share)
    return best


def longest_run(one: Sequence[str], two: Sequence[str]) -> tuple[str, ...]:
    """The longest run of words that two texts share."""
    best, end, before = 0, 0, [0] * (len(two) + 1)
    for i, word in enumerate(one):
        row = [0] * (len(two) + 1)
        for j, other in enumerate(two):
            if word == other:
                row[j + 1] = before[j] + 1
                if row[j + 1] > best:
                    best, end = row[j + 1], i + 1
        before = row
    return tuple(one[end - best : end])


def common_subsequence(one: Sequence[str], two: Sequence[str]) -> int:
    """Length of the longest common subsequence of two texts, in words."""
    before = [0] * (len(two) + 1)
    for word in one:
        row = [0]
        for j, other in enumerate(two):
            row.append(before[j] + 1 if word == other else max(before[j + 1], row[j]))
        before = row
    return before[-1]


def _fragments(statements: Sequence[Statement]) -> Iterator[Pair]:
    """Quoted fragments of mixed claims inside a quotation of the same actor, where the words around agree too."""
    index: dict[tuple[str, str, str], list[int]] = defaultdict(list)
    for number, statement in enumerate(statements):
        for words in statement.quoted if statement.speaker else ():
            for pair in {(words[i], words[i + 1]) for i in range(len(words) - 1)}:
                index[(statement.speaker or "", *pair)].append(number)
    for number, statement in enumerate(statements):
        if statement.mode != "mixed" or not statement.speaker or not statement.speaker_is_named:
            continue
        for fragment in statement.quoted:
            for other in index[(statement.speaker, fragment[0], fragment[1])][:COMMON]:
                if other != number and _near(statement, statements[other]):
                    score = _fragment_score(fragment, statement, statements[other])
                    if score > 0:
                        yield statement.claim_id, statements[other].claim_id, score


def _fragment_score(fragment: tuple[str, ...], a: Statement, b: Statement) -> float:
    inside = any(fragment == run for words in b.quoted for run in _runs(words, len(fragment)))
    shared = set(a.content) & set(b.content)
    extra = shared - {stem(word) for word in fragment}
    if not inside or len(shared) < 3 or (len(fragment) < RUN and not extra):
        return 0.0
    return len(shared) / len(set(a.content))


# --- the same statement ---


def _same_statements(statements: Sequence[Statement]) -> Iterator[Pair]:
    by_speaker: dict[str, list[int]] = defaultdict(list)
    for number, statement in enumerate(statements):
        if statement.speaker and statement.speaker_is_named and len(statement.content) >= 4:
            by_speaker[statement.speaker].append(number)
    for numbers in by_speaker.values():
        yield from _scored(statements, _pairs(_rarest(statements, numbers)), _statement_score)


def _rarest(statements: Sequence[Statement], numbers: Sequence[int]) -> dict[object, list[int]]:
    """Pairs of the rarest content words of each claim, as index entries."""
    count = Counter(word for number in numbers for word in set(statements[number].content))
    index: dict[object, list[int]] = defaultdict(list)
    for number in numbers:
        words = sorted(set(statements[number].content), key=lambda word: (count[word], word))
        shared = [word for word in words if count[word] > 1][:8]
        for i, one in enumerate(shared):
            for two in shared[i + 1 :]:
                index[min(one, two), max(one, two)].append(number)
    return index


def _statement_score(a: Statement, b: Statement) -> float:
    if set(_NUMBER.findall(a.text)) != set(_NUMBER.findall(b.text)) or _negated(a) != _negated(b):
        return 0.0
    share = _share(a.content, b.content)
    if share >= SAME_STATEMENT:
        return share
    parts = max((_share(one, two) for one in a.parts for two in b.parts), default=0.0)
    return parts if parts >= SAME_PART else 0.0


def _share(one: Sequence[str], two: Sequence[str]) -> float:
    return common_subsequence(one, two) / min(len(one), len(two))


def _negated(statement: Statement) -> bool:
    return any(word in _NEGATIONS or word.endswith("n't") for word in statement.words)
