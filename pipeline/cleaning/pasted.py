"""Pasted text: a file of lines, of which the article may be all or only a part.

What is not recognised is kept: a text that is only an article loses nothing.
Belongs here: verdicts on the lines of a text file. Does not: pages (`page`).
"""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.cleaning.blocks import Block
from pipeline.cleaning.layout import Body, Reading, Verdict, by, ends_as_sentence, keep, remove
from pipeline.cleaning.roles import Repeats, is_headline_of, is_name_line, is_note, words

_MIN_HEADLINE, _MAX_HEADLINE = 2, 40
_MIN_STANDFIRST = 6
_LIST_LINES = 12
_MAX_HEAD = 4
"""More lines than that above the body are a page's furniture, whatever their words."""
_TRIVIAL = frozenset({"advertisement", "caption", "timestamp", "pull_quote"})
"""Reasons that say nothing about where the article ends."""


def judge(blocks: list[Block], title: str | None, outlet: str | None) -> list[Verdict]:
    """A verdict for every line, in order."""
    lines = [block for block in blocks if block.text.strip()]
    reading = Reading(lines, outlet)
    body = reading.body()
    found = _Judge(reading, body or Body(0, len(lines) - 1), title).verdicts() if lines else []
    after = iter(found)
    return [next(after) if block.text.strip() else remove("blank", "blank_line") for block in blocks]


class _Judge:
    def __init__(self, reading: Reading, body: Body, title: str | None) -> None:
        self.reading, self.blocks, self.body = reading, reading.blocks, body
        self.headline = self._headline(title)

    def verdicts(self) -> list[Verdict]:
        return [*self._head(), *self._inside(), *self._tail()]

    def _headline(self, title: str | None) -> int | None:
        """The line that shows the title, else the first plausible line above the body, in its last repetition."""
        head = range(self.body.first)
        if title:
            named = [i for i in head if is_headline_of(self.blocks[i].text, title)]
            if named:
                return named[-1]
        first = next((i for i in head if self._may_be_headline(i)), None)
        if first is None:
            return None
        return max(i for i in head if i == first or self._repeats(i, first))

    def _may_be_headline(self, index: int) -> bool:
        block = self.blocks[index]
        if self.reading.match[index] is not None or is_name_line(block.text):
            return False
        return _MIN_HEADLINE <= block.words <= _MAX_HEADLINE and not block.text.rstrip().endswith(".")

    def _repeats(self, index: int, first: int) -> bool:
        mine, other = words(self.blocks[index].text), words(self.blocks[first].text)
        return len(mine) > _MIN_HEADLINE and other[: len(mine)] == mine

    def _head(self) -> Iterator[Verdict]:
        is_page = self.body.first > _MAX_HEAD or any(self.reading.match[i] is not None for i in range(self.body.first))
        standfirst_open = True
        for index in range(self.body.first):
            verdict = self._head_line(index, is_page=is_page, standfirst_open=standfirst_open)
            if self.headline is not None and index > self.headline:
                standfirst_open = False
            yield verdict

    def _head_line(self, index: int, *, is_page: bool, standfirst_open: bool) -> Verdict:
        block, rule = self.blocks[index], self.reading.match[index]
        if index == self.headline:
            return keep("headline", "first_plausible_line")
        if is_note(block.text):
            return keep("note", "note")
        if rule is not None and rule.gate != "tail":
            return by(rule)
        if self.headline is not None and index < self.headline:
            return remove("outside_article", "above_the_headline")
        if self._credit_follows(index) and is_page:
            return remove("caption", "credit_follows")
        under = self._under_the_headline(index, block, standfirst_open=standfirst_open)
        if under is None:
            under = remove("outside_article", "above_the_body") if is_page else keep("body", "nothing_against_it")
        return under

    def _under_the_headline(self, index: int, block: Block, *, standfirst_open: bool) -> Verdict | None:
        if self.headline is None or index < self.headline:
            return None
        if words(block.text) == words(self.blocks[self.headline].text):
            return remove("duplicate_block", "headline_again")
        if standfirst_open and block.words >= _MIN_STANDFIRST:
            return keep("standfirst", "under_the_headline")
        return remove("byline", "name_line") if is_name_line(block.text) else None

    def _credit_follows(self, index: int) -> bool:
        following = self.reading.match[index + 1] if index + 1 < len(self.blocks) else None
        return following is not None and following.name in ("credit_label", "agency_credit")

    def _inside(self) -> Iterator[Verdict]:
        repeats, listed, opened = Repeats(), 0, None
        for index in range(self.body.first, self.body.last + 1):
            block = self.blocks[index]
            rule = self.reading.rule_at(index, "inside")
            again = repeats.again(block.text)
            if rule is not None:
                opened, listed = (rule if rule.opens else opened), 0
                yield by(rule)
            elif again is not None:
                yield remove(again, "seen_before")
            elif (
                opened is not None
                and listed < _LIST_LINES
                and not ends_as_sentence(block.text)
                and not self.reading.prose[index]
            ):
                listed += 1
                yield Verdict(opened.reason, f"under_{opened.name}")
            elif not ends_as_sentence(block.text) and self._credit_follows(index):
                yield remove("caption", "credit_follows")
            else:
                opened = None
                repeats.add(block.text)
                yield keep("note" if is_note(block.text) else "body", "inside_the_body")

    def _tail(self) -> Iterator[Verdict]:
        over: str | None = None
        for index in range(self.body.last + 1, len(self.blocks)):
            block = self.blocks[index]
            rule = self.reading.rule_at(index, "tail")
            if is_note(block.text):
                yield keep("note", "note")
            elif rule is not None:
                if rule.opens or over is None:
                    over = rule.reason if rule.reason not in _TRIVIAL else over
                yield by(rule)
            elif over is not None:
                yield remove(
                    over if over in ("related", "comment", "author_bio") else "outside_article", "after_the_end"
                )
            else:
                yield keep("body", "before_the_end")
