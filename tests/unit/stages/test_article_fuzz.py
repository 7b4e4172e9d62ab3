"""Mutated articles through the whole way of one article: every one is kept or excluded with a reason, none fails.

`make test` tries a share of them; `make fuzz` tries ten thousand.
"""

from __future__ import annotations

import tempfile
from functools import lru_cache
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from pipeline.batches import clean_batch, extract_batch
from pipeline.intake.batch import to_batch
from pipeline.intake.folder import read_folder
from pipeline.schema.vocabulary import EXCLUSION_REASONS
from pipeline.settings import ROOT, Settings

SETTINGS = Settings()

ODD = (
    "\x00", "\x0b", "\r", "\u00a0", "\u00ad", "\u200b", "\u2028", "\u202e", "\ufeff", "\ufffd", "e\u0301", "😀", "ﬁ",
    '"', "“", "”", "‘", "’", "«", "»", "''", "…", "—", "(", "]", "“" * 40, "he said, " * 30, "X" * 3000, " " * 500,
    "\n", "\n\n\n", "Mr. ", " said ", " told the Quay Courier ", "$1,000,000,000,000,000,000,000 ", "30 February 2026 ",
    "<", ">", "&", "&#0;", "&#x110000;", "&nbsp;", "</p>", "<p>", "<blockquote>" * 60, "<!--", "<script>", "]]>",
    "<table><tr><td>", '<meta charset="utf-7">', '{"@type": "NewsArticle", "articleBody": [1]}', "\\u0000", "%s{0}",
)  # fmt: skip
"""What breaks programs that read text."""


@lru_cache
def articles() -> dict[str, bytes]:
    """Our own articles in their formats, each cut to what a test can work in a moment."""
    folder = ROOT / "seeds" / "documents"
    kept = (".txt", ".html", ".jsonl")
    return {p.name: p.read_bytes()[:12_000] for p in sorted(folder.rglob("*")) if p.suffix in kept}


@st.composite
def mutated(draw: st.DrawFn) -> tuple[str, bytes]:
    """An article with a few of its pieces replaced by odd ones, doubled, left out, or cut off at the end."""
    name = draw(st.sampled_from(sorted(articles())))
    content = articles()[name]
    for _ in range(draw(st.integers(1, 6))):
        start = draw(st.integers(0, len(content)))
        end = min(len(content), start + draw(st.integers(0, 200)))
        odd = draw(
            st.one_of(st.sampled_from(ODD).map(str.encode), st.binary(max_size=6), st.just(content[start:end] * 2))
        )
        content = content[:start] + odd + content[end:]
    return name, content[: draw(st.sampled_from((len(content), len(content) // 2, 1500)))]


@settings(deadline=None, suppress_health_check=list(HealthCheck))
@given(mutated())
@example(("cut.txt", articles()["16-court-appeal-cut-off.txt"] + b"\n\nThe British"))
def test_every_article_is_kept_or_has_a_reason(file: tuple[str, bytes]) -> None:
    name, content = file
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / name).write_bytes(content)
        inputs = to_batch(list(read_folder(Path(folder), SETTINGS)))
    cleaned = clean_batch(inputs, SETTINGS)
    assert cleaned.num_rows == inputs.num_rows >= 1
    for row in cleaned.to_pylist():
        is_whole(row)
    kept = cleaned.filter(cleaned["problem"].is_null())
    extracted = extract_batch(kept, SETTINGS).to_pylist()
    for source, found in zip(kept.to_pylist(), extracted, strict=True):
        assert found["problem"] in {None, "too_large"}, found["detail"]
        agrees(source["document"]["text"], source["source_text"], found)


def is_whole(row: dict[str, Any]) -> None:
    """Every character of the source stands in one span; an input without a document has a reason, and no crash."""
    if row["document"] is None:
        assert row["problem"] in set(EXCLUSION_REASONS.names) - {"failed"}, row["detail"]
        return
    spans = [*row["document"]["segments"], *row["removals"]]
    places = sorted((span["source_start"], span["source_end"]) for span in spans)
    ends = [0, *(end for _, end in places)]
    assert [start for start, _ in places] == ends[:-1]
    assert ends[-1] == len(row["source_text"])


def agrees(text: str, source: str, found: dict[str, Any]) -> None:
    """Every span lies in the text, and says there what it says of itself."""
    for mention in found["mentions"]:
        assert source[mention["source_start"] : mention["source_end"]] == mention["surface"]
        assert 0 <= mention["entity"] < len(found["entities"])
    for claim in found["claims"]:
        assert claim["fragments"]
        for fragment in claim["fragments"]:
            inside = text[fragment["start"] : fragment["end"]]
            assert inside.strip()
            assert inside == source[fragment["source_start"] : fragment["source_end"]]
    for quantity in found["quantities"]:
        assert text[quantity["start"] : quantity["end"]].strip()
