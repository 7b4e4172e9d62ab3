"""A made-up news corpus of any size: the same seed gives the same files, on every machine.

Belongs here: sentences, people and outlets, and how often they occur. Does not: measuring (`bench_pipeline`).

What makes news hard for a pipeline is kept: a few people are named in very many articles and most in one (Zipf's law),
an outlet repeats its lines in each of its articles, wire reports are printed by several outlets, and some articles are
pages, some are plain text, and some no articles at all.
"""

from __future__ import annotations

import argparse
import csv
import math
import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from html import escape
from pathlib import Path

OUTLETS = (
    "Larkfield Courier",
    "Harrow Vale Echo",
    "Tamsin Post",
    "Northquay Times",
    "Elder Bay Gazette",
    "Wick Herald",
)
GIVEN = ("Ada", "Bruno", "Carla", "Dmitri", "Esther", "Farid", "Greta", "Hanif", "Ines", "Jonas", "Kemi", "Lars")
FAMILY = ("Ashdown", "Brindle", "Corrigan", "Dunmore", "Eastlake", "Farrow", "Gladwin", "Hollis", "Inglis", "Jessop")
ENDINGS = ("", "son", "ford", "wick", "ley", "by", "man", "stead", "worth", "gate")
OFFICES = ("mayor", "finance minister", "police chief", "union leader", "hospital director", "spokeswoman", "farmer")
BODIES = ("the city council", "the transport ministry", "the water board", "the teachers' union", "the port authority")
SUBJECTS = ("the new bridge", "the budget", "the flood barrier", "the school reform", "the tram line", "the harbour")
VERDICTS = (
    "would cost more than planned",
    "had to be finished before winter",
    "was the best answer to the crisis",
    "would not be paid for by taxpayers",
    "needed another {n} million euros",
    "had failed the people of the valley",
)
TELLINGS = (
    "{who} said {subject} {verdict}.",
    "“We knew that {subject} {verdict},” {who} said.",
    "{who} told reporters on {day} that {subject} {verdict}.",
    "According to {body}, {subject} {verdict}.",
    "{who} denied that {subject} {verdict}.",
    "“Nobody asked us,” said {who}. “In the end {subject} {verdict}, and {n} families pay for it.”",
    "{body} warned that {subject} {verdict}.",
)
PLAIN = (
    "Work on {subject} began {n} months ago.",
    "About {n} people came to the meeting on {day}.",
    "Rain has delayed {subject} twice since the spring.",
    "The vote was {n} to 4, with two members absent.",
)
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday")
APPEAL = "Subscribe to the {outlet} for {n} euros a month and support local reporting."
PARAGRAPHS = 11
"""Paragraphs of an article in the median: some 300 words. Two make a brief of some 60."""
FOOT = "Follow the {outlet} for more stories from the region."


@dataclass(frozen=True, slots=True)
class Article:
    """An article before it is printed as a page or as text."""

    outlet: str
    published: datetime
    title: str
    paragraphs: tuple[str, ...]


class Newsroom:
    """Writes articles, one after the other."""

    def __init__(self, seed: int, people: int, paragraphs: int = PARAGRAPHS) -> None:
        self._random = random.Random(seed)  # noqa: S311  (chance that can be repeated is what is wanted)
        self._paragraphs = paragraphs
        self._people = [self._person() for _ in range(people)]
        self._weights = [1 / rank for rank in range(1, people + 1)]
        self._wire: list[Article] = []

    def _person(self) -> tuple[str, str, str]:
        pick = self._random.choice
        return pick(GIVEN), pick(FAMILY) + pick(ENDINGS), pick(OFFICES)

    def article(self) -> Article:
        """The next article; one in eight is a wire report that another outlet had before."""
        outlet = self._random.choice(OUTLETS)
        published = datetime(2026, 1, 5, tzinfo=UTC) + timedelta(minutes=self._random.randrange(300_000))
        if self._wire and self._random.random() < 0.125:
            report = self._random.choice(self._wire[-50:])
            return Article(outlet, report.published + timedelta(hours=2), report.title, report.paragraphs)
        count = max(1, min(60, round(self._random.lognormvariate(math.log(self._paragraphs), 0.5))))
        cast = self._random.choices(self._people, self._weights, k=4)
        made = Article(outlet, published, self._title(), tuple(self._paragraph(cast) for _ in range(count)))
        self._wire.append(made)
        return made

    def _title(self) -> str:
        return self._filled("{Subject} {verdict}", "").rstrip(".")

    def _paragraph(self, cast: list[tuple[str, str, str]]) -> str:
        sentences = []
        for _ in range(self._random.randint(1, 3)):
            given, family, office = self._random.choice(cast)
            who = self._random.choice((f"{given} {family}, the {office},", f"{given} {family}", family))
            sentences.append(self._filled(self._random.choice(TELLINGS if self._random.random() < 0.6 else PLAIN), who))
        return " ".join(sentences)

    def _filled(self, pattern: str, who: str) -> str:
        pick = self._random.choice
        subject, n = pick(SUBJECTS), self._random.randint(2, 900)
        verdict = pick(VERDICTS).format(n=n)
        values = {"who": who, "subject": subject, "Subject": subject.capitalize(), "verdict": verdict, "n": n}
        made = pattern.format(**values, body=pick(BODIES), day=pick(DAYS))
        return made[0].upper() + made[1:]

    def page(self, article: Article) -> str:
        """The article as its outlet prints it on the web, with what stands around it there."""
        body = "".join(f"<p>{escape(paragraph)}</p>\n" for paragraph in article.paragraphs)
        return (
            f"<!doctype html><html lang=en><head><title>{escape(article.title)} - {article.outlet}</title></head><body>"
            f"<nav><ul>{''.join(f'<li><a href=/{i}>Section {i}</a></li>' for i in range(12))}</ul></nav>"
            f"<article><h1>{escape(article.title)}</h1>\n{body}<p>{self._lines(article)}</p></article>"
            f"<aside><h2>Most read</h2><p>{escape(self._title())}</p></aside>"
            f"<footer>{article.outlet}</footer></body></html>"
        )

    def text(self, article: Article) -> str:
        """The article as somebody pasted it."""
        return "\n\n".join((article.title, *article.paragraphs, self._lines(article), ""))

    def _lines(self, article: Article) -> str:
        return FOOT.format(outlet=article.outlet) if article.published.minute % 2 else APPEAL.format(
            outlet=article.outlet, n=9
        )  # fmt: skip


def write(folder: Path, size: int, seed: int = 1, paragraphs: int = PARAGRAPHS) -> None:
    """Writes this many inputs and their manifest into a folder; the first ones are the same for every size."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "manifest.csv").open("w", encoding="utf-8", newline="") as lines:
        manifest = csv.writer(lines)
        manifest.writerow(("file", "publisher", "url", "published_at", "licence", "language"))
        for name, content, entry in _inputs(Newsroom(seed, people=5_000, paragraphs=paragraphs), size):
            path = folder / name
            path.parent.mkdir(exist_ok=True)
            path.write_text(content, encoding="utf-8")
            manifest.writerow((name, *entry))


def _inputs(newsroom: Newsroom, size: int) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    for number in range(size):
        article = newsroom.article()
        is_page = number % 3 == 0
        name = f"{number // 1000:05}/{number:08}.{'html' if is_page else 'txt'}"
        host = article.outlet.lower().replace(" ", "")
        entry = (article.outlet, f"https://{host}.example/{number}", article.published.isoformat(), "CC-BY-4.0", "en")
        content = newsroom.page(article) if is_page else newsroom.text(article)
        yield name, "" if number % 100 == 99 else content, entry


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("size", type=int)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--paragraphs", type=int, default=PARAGRAPHS)
    options = parser.parse_args()
    write(options.folder, options.size, options.seed, options.paragraphs)
