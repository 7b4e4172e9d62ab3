"""A claim as it is compared with others: its words, the words quoted in it, what in them tells something.

Belongs here: words, stock phrases, numbers and negations of one claim. Does not: the keys under which like claims meet
(`keys`), how alike two claims are (`likeness`), or which belong together (`grouping`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property, lru_cache

from pipeline.extraction.wordlists import words as listed

FRAGMENT = 2
"""Words of the shortest quoted fragment that is looked for in other quotations."""
ENOUGH = 4
"""Content words of the shortest claim that is compared by what it says."""

Words = tuple[str, ...]

STOP = listed(
    "a an the and or but if of in on at to for from by with as that this these those it its is are was were be been",
    "being has have had do does did will would can could may might must shall should he she they we i you his her",
    "their our my your him them us me not no so than then there here what which who whom when where why how about",
    "into over after before up down out all any some more most also just only very because while said says say i'm",
    "it's we're they're that's there's we've i've they've don't doesn't didn't won't can't isn't aren't you're he's",
    "she's we'll i'll they'll i'd we'd going get got go like know think want really well even now one",
)
"""Words that hold a sentence together and tell nothing of what it is about."""


@dataclass(frozen=True, slots=True)
class Stock:
    """Words that people say on many occasions: they tell nothing of which occasion it was."""

    name: str
    pattern: str
    example: str
    near_miss: str


STOCK = (
    Stock(
        "condolences",
        r"(?:our|my) (?:\w+ )?(?:thoughts|hearts?|prayers|condolences|sympathies)(?: and \w+)?"
        r" (?:are|is|go|goes|remain) (?:out )?(?:with|to)(?: all)?(?: of)?(?: the| his| her| their| those)?"
        r"(?: (?:family|families|friends|loved ones|victims?|people|affected|injured|colleagues|and|of|everyone|by|this"
        r"|the|at|difficult|time|tragedy|tragic|incident|involved))*",
        "Our thoughts and prayers are with the families of the victims at this difficult time",
        "Our thoughts on the harbour are in the letter",
    ),
    Stock(
        "silence on a case",
        r"(?:we|i) (?:can(?:not|'t)|do not|don't|will not|won't|never) comment (?:any )?(?:further )?on"
        r"(?: (?:an|any|the|these|individual|specific|ongoing|pending|active|live|matters|cases?|investigations?"
        r"|legal|proceedings|litigation|personnel|security|operational|leaks|rumou?rs|speculation|or))*",
        "We cannot comment on an ongoing investigation",
        "We comment on the price of herring every week",
    ),
    Stock(
        "awareness",
        r"(?:we|officers|police) (?:are|were) aware of (?:the|an?|these|this|recent|reports? of)"
        r"(?: (?:incident|reports?|matter|issue|allegations|claims|video|situation|concerns?|and|are|investigating"
        r"|looking|into|it))*",
        "We are aware of the incident and are investigating",
        "We are aware of 14 leaks below the water line",
    ),
    Stock(
        "seriousness",
        r"we take (?:\w+ ){0,7}seriously",
        "We take all allegations of this kind very seriously",
        "We take the ferry at nine",
    ),
    Stock(
        "priority",
        r"(?:the )?(?:safety|security|wellbeing|welfare|health)(?: (?:and|of|our|the|safety|wellbeing|security|welfare"
        r"|customers|passengers|staff|patients|pupils|students|residents|public|people|employees))*"
        r" (?:is|remains|has always been|will always be) (?:our|my|the) (?:top|first|number one|highest|absolute|main)"
        r"(?: priority| concern)?",
        "The safety of our passengers and staff is our top priority",
        "The safety of the old pier is in doubt",
    ),
    Stock(
        "apology",
        r"we (?:would like to )?(?:sincerely )?apologi[sz]e (?:to (?:\w+ ){1,3})?for (?:any|the) (?:inconvenience|delay"
        r"|disruption)(?: (?:this|it|caused|may|has|have|to|our|customers|passengers))*",
        "We apologise for any inconvenience this may have caused",
        "We apologise for the broken window",
    ),
    Stock(
        "appeal for witnesses",
        r"(?:anyone|anybody) (?:with|who has|who may have) (?:any )?(?:further )?(?:information|footage)"
        r"(?: (?:is|are|should|to|asked|urged|call|contact|please|police|get|in|touch|with|us|the))*",
        "Anyone with information is asked to contact police",
        "Anything else can wait for the mayor",
    ),
    Stock(
        "lessons",
        r"lessons (?:will|must|have to|need to) be (?:learned|learnt)",
        "Lessons will be learned",
        "Lessons will be longer",
    ),
    Stock(
        "course of an inquiry",
        r"(?:an |the |our |a full )?(?:investigations?|enquir(?:y|ies)|inquir(?:y|ies))(?: into the \w+)?"
        r" (?:is|are|remains?) (?:ongoing|under way|underway|continuing|at an early stage)",
        "The investigation is ongoing",
        "The investigation is closed",
    ),
    Stock(
        "cooperation",
        r"(?:we )?(?:are|will|will continue to|continue to) (?:be )?(?:work|working|cooperat(?:e|ing)) (?:\w+ )?with"
        r"(?: (?:all|our|the|local|relevant|partners|authorities|police|law|enforcement|agencies|stakeholders"
        r"|communities|community|and|emergency|services))*",
        "We are working closely with the local authorities",
        "We are walking with the ferrymen",
    ),
    Stock(
        "gratitude",
        r"(?:i|we) (?:would like to|want to|wish to|would) (?:also )?thank (?:everyone|everybody|all|the|our|my)"
        r"(?: (?:who|those|of|fans|supporters|staff|team|family|friends|emergency|services|for|their|your|support"
        r"|has|have|help|hard|work|and|public|community))*",
        "I would like to thank everyone for their support",
        "I would like to see the swans",
    ),
    Stock(
        "slogan",
        r"make (?:\w+ ){1,2}great again|yes we can|stronger together|take back control|enough is enough",
        "We will make our town great again",
        "Make our tea strong again",
    ),
    Stock(
        "turn of speech",
        r"at the end of the day|as soon as possible|when all is said and done|it is important to note that"
        r"|as far as i(?:'m| am) concerned|(?:a|the) step in the right direction|(?:in|over) the coming (?:days|weeks"
        r"|months)|we(?:'ll| will) have to wait and see|for the first time in|at this moment in time|on a daily basis"
        r"|there is still a lot of work to (?:do|be done)|thank you very much|ladies and gentlemen",
        "At the end of the day it is what it is",
        "At the end of the pier",
    ),
)
_STOCK = re.compile(r"(?<![\w'])(?:" + "|".join(f"(?:{stock.pattern})" for stock in STOCK) + r")(?![\w'])")

_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_WORD = re.compile(r"\w+(?:'\w+)?")
_CAPITAL = re.compile(r"(?<!^)(?<!\w)(?:[A-Z]\w*)(?:'\w+)?")
_COUNTED = listed(
    "two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen",
    "nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred thousand million billion trillion dozen",
    "half third quarter double triple twice",
)
_DAYS = listed(
    "monday tuesday wednesday thursday friday saturday sunday january february march april june july august september",
    "october november december spring summer autumn winter today tomorrow yesterday tonight",
)
NEGATIONS = listed(
    "not no never n't nothing nobody none neither nor cannot without refuse refused refuses refusal deny denied denies",
    "denial fail failed fails reject rejected rejects unable impossible",
)
_QUOTED = re.compile(r"[“\"«]([^“”\"«»]+)[”\"»]")
_CLAUSE = re.compile(r"(?<=[.!?…])\s+|,? and that ")


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

    @property
    def sayer(self) -> str | None:
        """The speaker, if it is known by name."""
        return self.speaker if self.speaker_is_named else None

    @cached_property
    def said(self) -> Said:
        return said(self.text, self.mode)


@dataclass(frozen=True)
class Said:
    """The words of a claim, without who said them and when."""

    text: str
    mode: str

    @cached_property
    def words(self) -> Words:
        return words_of(self.text)

    @cached_property
    def quoted(self) -> tuple[Words, ...]:
        """The words of each quoted piece."""
        if self.mode == "direct":
            return (self.words,)
        pieces = _QUOTED.findall(self.text) if self.mode == "mixed" else []
        return tuple(words for piece in pieces if len(words := words_of(piece)) >= FRAGMENT)

    @cached_property
    def content(self) -> Words:
        return tuple([stem(word) for word in telling(self.words) if word])

    @cached_property
    def parts(self) -> tuple[Words, ...]:
        """The content words of each sentence and each "that" clause."""
        pieces = (telling(words_of(piece)) for piece in _CLAUSE.split(self.text))
        return tuple(tuple(stem(word) for word in piece if word) for piece in pieces)

    @cached_property
    def names(self) -> frozenset[str]:
        """The stems of words with a capital, the first word of the claim aside."""
        capital = _CAPITAL.findall(self.text.replace("’", "'"))
        return frozenset(stem(word.lower()) for word in capital)

    @cached_property
    def numbers(self) -> frozenset[str]:
        figures = (number.replace(",", "") for number in _NUMBER.findall(self.text))
        return frozenset(figures) | (_COUNTED & set(self.words))

    @cached_property
    def days(self) -> frozenset[str]:
        return _DAYS & set(self.words)

    @cached_property
    def is_negated(self) -> bool:
        return any(map(negates, self.words))


@lru_cache(maxsize=50_000)
def said(text: str, mode: str) -> Said:
    """The same words are taken apart once while they are compared with many."""
    return Said(text, mode)


def words_of(text: str) -> Words:
    """The words of a text in lower case, apostrophes made straight."""
    return tuple(_WORD.findall(text.replace("’", "'").lower()))


@lru_cache(maxsize=50_000)
def telling(words: Words) -> Words:
    """The same words, with nothing in the place of function words and of stock phrases."""
    text = " ".join(words)
    if found := [match.span() for match in _STOCK.finditer(text)]:
        for start, end in reversed(found):
            text = text[:start] + " ".join("_" * len(text[start:end].split())) + text[end:]
    return tuple("" if word == "_" or word in STOP else word for word in text.split(" ") if word)


def is_number(word: str) -> bool:
    """True for figures and for numbers in letters."""
    return word[0].isdigit() or word in _COUNTED


def negates(word: str) -> bool:
    """True for words that turn a statement round."""
    return word in NEGATIONS or word.endswith("n't")


@lru_cache(maxsize=200_000)
def stem(word: str) -> str:
    """A word without its most common endings, so that requires and required meet."""
    word = word.removesuffix("'s")
    for ending in ("ing", "ed", "es", "s"):
        if word.endswith(ending) and len(word) - len(ending) >= 4:
            return word[: -len(ending)]
    return word.removesuffix("e") if len(word) > ENOUGH else word
