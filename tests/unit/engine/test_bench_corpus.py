"""The corpus of the benchmarks: the same on every machine, and hard in the ways that news are."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

from tests.bench import corpus


def content(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_the_same_seed_gives_the_same_files(tmp_path: Path) -> None:
    for name, seed in (("a", 1), ("b", 1), ("c", 2)):
        corpus.write(tmp_path / name, 30, seed)
    assert content(tmp_path / "a") == content(tmp_path / "b")
    assert content(tmp_path / "a") != content(tmp_path / "c")


def test_a_larger_corpus_begins_like_a_smaller_one(tmp_path: Path) -> None:
    corpus.write(tmp_path / "few", 30)
    corpus.write(tmp_path / "more", 31)
    few, more = content(tmp_path / "few"), content(tmp_path / "more")
    assert {name for name in more if more[name] != few.get(name)} == {"manifest.csv", "00000/00000030.html"}


def test_it_holds_what_makes_news_hard(tmp_path: Path) -> None:
    newsroom = corpus.Newsroom(seed=1, people=1_000)
    articles = [newsroom.article() for _ in range(400)]
    titles = Counter(article.paragraphs for article in articles)
    assert sum(titles.values()) - len(titles) > 20  # printed again by another outlet
    corpus.write(tmp_path, 100)
    with (tmp_path / "manifest.csv").open(encoding="utf-8") as lines:
        names = [row["file"] for row in csv.DictReader(lines)]
    assert {name: path.stat().st_size for name in names if not (path := tmp_path / name).stat().st_size} == {
        "00000/00000099.html": 0
    }
    assert len({name.rsplit(".")[-1] for name in names}) == 2
