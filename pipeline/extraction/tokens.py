"""The words of a text with their grammar, as the rules read them.

Belongs here: a reading of what spaCy finds, under spaCy's names (`token.dep_`, `token.head`, `token.children`). Does
not: finding it (`parse`), or any rule.

spaCy makes a new object whenever a rule looks at a token, and decodes a string for each attribute. The rules look at
each token some thirty times, so it pays to make one plain object per token, once: that takes a third off their time.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import accumulate, chain, count, pairwise, repeat
from typing import NamedTuple


class Analysis(NamedTuple):
    """What the model says of the tokens of a text, a list each and an item per token.

    `heads` are numbers of tokens, that of the token itself for the root of a sentence; `codes` are B, I and O, and
    `labels` are empty outside of names.
    """

    tags: list[str]
    parts: list[str]
    lemmas: list[str]
    deps: list[str]
    codes: list[str]
    labels: list[str]
    heads: list[int]


class Form(NamedTuple):
    """What a word is by its letters alone."""

    lower: str
    is_alpha: bool
    is_space: bool
    is_punct: bool
    is_quote: bool


@dataclass(eq=False, slots=True)
class Token:
    """A word, mark or run of spaces. `idx` is its offset in the text, `i` its number; a token equals itself alone."""

    doc: Doc = field(repr=False)
    i: int
    idx: int
    text: str
    whitespace_: str
    tag_: str
    pos_: str
    lemma_: str
    dep_: str
    ent_iob_: str
    ent_type_: str
    lower_: str
    is_alpha: bool
    is_space: bool
    is_punct: bool
    is_quote: bool
    is_sent_start: bool = False
    head: Token = field(init=False, repr=False)
    """The word that governs it; the root of a sentence is its own."""
    left_edge: Token = field(init=False, repr=False)
    """The first token that it governs, itself included."""
    right_edge: Token = field(init=False, repr=False)
    sent: Span = field(init=False, repr=False)
    children: list[Token] | tuple[()] = field(default=(), repr=False)
    """The tokens whose head it is, in order."""

    def __len__(self) -> int:
        return len(self.text)

    @property
    def lefts(self) -> list[Token]:
        """The children before it, in order."""
        return [child for child in self.children if child.i < self.i]

    @property
    def rights(self) -> list[Token]:
        """The children behind it, in order."""
        return [child for child in self.children if child.i > self.i]

    @property
    def subtree(self) -> list[Token]:
        """The token and all that it governs, in order."""
        found = [self]
        for token in found:  # grows on the way
            found += token.children
        return sorted(found, key=_number)

    @property
    def ancestors(self) -> Iterator[Token]:
        """What governs it, from its head to the root."""
        token = self
        while token.head is not token:
            token = token.head
            yield token

    @property
    def like_num(self) -> bool:
        """True for a number in digits or words."""
        from spacy.lang.en.lex_attrs import like_num

        return bool(like_num(self.text))  # type: ignore[no-untyped-call]

    @property
    def is_currency(self) -> bool:
        """True for the sign of a currency."""
        from spacy.lang.lex_attrs import is_currency

        return is_currency(self.text)

    def nbor(self, step: int = 1) -> Token:
        """The token so many places behind, or before if negative."""
        return self.doc[self.i + step]


def _number(token: Token) -> int:
    return token.i


@dataclass(frozen=True, slots=True)
class Span:
    """The tokens `start` to `end` of a text: a sentence, or a name with the model's label."""

    doc: Doc = field(repr=False)
    start: int
    end: int
    label_: str = ""

    def __iter__(self) -> Iterator[Token]:
        return iter(self.doc[self.start : self.end])

    def __len__(self) -> int:
        return self.end - self.start

    @property
    def text(self) -> str:
        return self.doc.passage(self.start, self.end)

    @property
    def start_char(self) -> int:
        """Where it begins in the text."""
        return self.doc[self.start].idx

    @property
    def end_char(self) -> int:
        """Where it ends in the text."""
        return self.doc[self.end - 1].idx + len(self.doc[self.end - 1])

    @property
    def root(self) -> Token:
        """The first of the tokens nearest to the root of the sentence; a mark or space only if there is no word."""
        tops = [token for token in self if token.head is token or not self.start <= token.head.i < self.end]
        return min(tops, key=_height)


def _height(token: Token) -> tuple[bool, int]:
    no_word = (token.is_punct or token.is_space) and not token.children and token.head is not token
    return no_word, sum(1 for _ in token.ancestors)


class Doc(list[Token]):
    """The tokens of a text, with its sentences and the names that the model found; a document equals itself alone."""

    __hash__ = object.__hash__  # type: ignore[assignment]
    __eq__ = object.__eq__

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text = text
        self.sents: list[Span] = []
        self.ents: list[Span] = []

    def passage(self, start: int, end: int) -> str:
        """The text of the tokens `start` to `end`, as far as there are such, without the space behind the last."""
        found = self[start:end]
        return self.text[found[0].idx : found[-1].idx + len(found[-1].text)] if found else ""


def read(text: str, words: Sequence[str], spaces: Sequence[bool], found: Analysis) -> Doc:
    """The tokens of a text from its words in order, whether a space follows each, and what the model says of them.

    Words and spaces together are the text. A sentence begins where what the root of a tree governs begins.
    """
    doc = Doc(text)
    places = accumulate((len(word) + space for word, space in zip(words, spaces, strict=True)), initial=0)
    behind = (" " if space else "" for space in spaces)
    by_letters = zip(*map(form, words), strict=True)
    doc += map(Token, repeat(doc), count(), places, words, behind, *found[:-1], *by_letters)
    _link(doc, found.heads)
    doc.sents = list(_sentences(doc))
    for sentence in doc.sents:
        doc[sentence.start].is_sent_start = True
        for token in sentence:
            token.sent = sentence
    doc.ents = list(_names(doc))
    return doc


@lru_cache(maxsize=30_000)
def form(word: str) -> Form:
    """What a word is by its letters alone, by spaCy's definitions."""
    from spacy.lang import lex_attrs

    return Form(word.lower(), word.isalpha(), word.isspace(), lex_attrs.is_punct(word), lex_attrs.is_quote(word))


def _link(doc: Doc, heads: Sequence[int]) -> None:
    """Give each token its head, its children and its edges."""
    for token, number in zip(doc, heads, strict=True):
        token.head = head = doc[number]
        if head is not token:
            if not isinstance(head.children, list):
                head.children = []
            head.children.append(token)
    for token, left, right in zip(doc, *_edges(heads), strict=True):
        token.left_edge, token.right_edge = doc[left], doc[right]


def _edges(heads: Sequence[int]) -> tuple[list[int], list[int]]:
    """The first and the last token that each token governs, itself included.

    One way there and one back, as spaCy does it: that finds them all where no branches cross.
    """
    first, last = list(range(len(heads))), list(range(len(heads)))
    for i in chain(range(len(heads)), reversed(range(len(heads)))):
        head = heads[i]
        first[head] = min(first[head], first[i])
        last[head] = max(last[head], last[i])
    return first, last


def _sentences(doc: Doc) -> Iterator[Span]:
    starts = {0, *(token.left_edge.i for token in doc if token.head is token)}
    return (Span(doc, *bounds) for bounds in pairwise(sorted({*starts, len(doc)})))


def _names(doc: Doc) -> Iterator[Span]:
    starts = [token.i for token in doc if token.ent_iob_ == "B"]
    for start in starts:
        end = next((i for i in range(start + 1, len(doc)) if doc[i].ent_iob_ != "I"), len(doc))
        yield Span(doc, start, end, doc[start].ent_type_)
