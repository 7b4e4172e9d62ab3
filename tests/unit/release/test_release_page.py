"""The page holds the release, needs nothing but itself, and shows hostile text as text."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import shutil
import subprocess
from collections.abc import Callable
from datetime import date
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from pipeline.release.delta import empty_tables
from pipeline.release.files import is_apart
from pipeline.release.page import PageContent, render_page, sections
from pipeline.release.page.charts import bars, columns
from pipeline.release.page.figures import figures_and_sample
from pipeline.release.page.html import el, embedded_json, join
from pipeline.release.page.render import search_data
from pipeline.release.page.sections import SECTIONS, size
from pipeline.release.publish import Release
from pipeline.release.quality import MEASURES, quality
from pipeline.release.registry import continued

Tables = dict[str, pa.Table]
Publish = Callable[..., Release]

HOSTILE = "</script><script>document.title='owned'</script><img src=x onerror=\"document.title='owned'\">&lt;\u2028'"


class Reader(HTMLParser):
    """Collects what a browser would see: elements, their attributes, ids, and the data block."""

    def __init__(self) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.scripts: list[str] = []
        self._in_script = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag == "script":
            self.scripts.append("")
            self._in_script = True

    def handle_endtag(self, tag: str) -> None:
        self._in_script = self._in_script and tag != "script"

    def handle_data(self, data: str) -> None:
        if self._in_script:
            self.scripts[-1] += data


def read(page: str) -> Reader:
    reader = Reader()
    reader.feed(page)
    return reader


def replaced(rows: pa.Table, **values: str) -> pa.Table:
    """The table with these columns holding one value in every row."""
    for name, value in values.items():
        index = rows.schema.get_field_index(name)
        column = pa.array([value] * rows.num_rows, rows.schema.field(index).type)
        rows = rows.set_column(index, rows.schema.field(index), column)
    return rows


def content(tables: Tables) -> PageContent:
    register = continued(empty_tables(), tables, "2026.10.0", None)
    whole = tables | {"identifiers": register}
    return PageContent("2026.10.0", date(2026, 10, 21), whole, [], quality(tables), {})


@pytest.fixture(scope="module")
def hostile(small_tables: Tables) -> str:
    tables = small_tables | {
        "claims": replaced(small_tables["claims"], text=HOSTILE, speaker_text=HOSTILE),
        "documents": replaced(small_tables["documents"], title=HOSTILE, publisher=HOSTILE),
        "actors": replaced(small_tables["actors"], name=HOSTILE),
    }
    return render_page(content(tables))


def test_the_page_has_every_section_and_its_link(release: Path) -> None:
    found = read((release / "index.html").read_text()).elements
    ids = {attributes.get("id") for _, attributes in found}
    links = {attributes.get("href") for tag, attributes in found if tag == "a"}
    assert set(SECTIONS) <= ids
    assert {f"#{anchor}" for anchor in SECTIONS} <= links


def test_every_file_of_the_release_is_linked_with_its_checksum(release: Path) -> None:
    page = (release / "index.html").read_text()
    links = {attributes.get("href") for tag, attributes in read(page).elements if tag == "a"}
    for path in release.rglob("*"):
        name = path.relative_to(release).as_posix()
        if path.is_file() and name not in {"index.html", "SHA256SUMS", "SHA256SUMS.apart"}:
            assert name in links
            assert is_apart(name) or hashlib.sha256(path.read_bytes()).hexdigest() in page


def test_the_page_names_no_host_but_those_of_schemas_and_licences(release: Path) -> None:
    hosts = set(re.findall(r"https?://([^/\s\"'<>]+)", (release / "index.html").read_text()))
    assert hosts <= {"schema.org", "creativecommons.org"}


def test_nothing_is_loaded_from_elsewhere(release: Path) -> None:
    for tag, attributes in read((release / "index.html").read_text()).elements:
        assert "src" not in attributes, tag
        assert tag != "link"
        assert not [name for name in attributes if name.startswith("on")], tag


def test_only_the_script_and_style_of_the_page_may_run(release: Path) -> None:
    page = (release / "index.html").read_text()
    policy = next(a["content"] for tag, a in read(page).elements if a.get("http-equiv") == "Content-Security-Policy")
    script = page[page.rindex("<script>") + len("<script>") : page.rindex("</script>")]
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert policy is not None
    assert f"script-src 'sha256-{digest}'" in policy
    assert "default-src 'none'" in policy


def test_hostile_text_becomes_neither_markup_nor_script(hostile: str) -> None:
    reader = read(hostile)
    assert [tag for tag, _ in reader.elements].count("script") == 3
    assert "img" not in {tag for tag, _ in reader.elements}
    data = json.loads(next(text for text in reader.scripts if text.startswith('{"speakers"')))
    assert {claim[1] for claim in data["claims"]} == {HOSTILE}


def _chromium() -> str:
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    assert found, "the page is tested in a browser: install Chromium, or leave `make browser` out"
    return found


def rendered(path: Path, fragment: str = "") -> str:
    """The document after a real browser ran its script."""
    command = [_chromium(), "--headless", "--no-sandbox", "--disable-gpu", "--virtual-time-budget=2000", "--dump-dom"]
    url = f"{path.as_uri()}{fragment}"
    return subprocess.run([*command, url], capture_output=True, text=True, check=True, timeout=60).stdout


@pytest.mark.browser
def test_a_browser_runs_none_of_it(hostile: str, tmp_path: Path) -> None:
    path = tmp_path / "hostile.html"
    path.write_text(hostile)
    dom = rendered(path)
    assert "<title>OnRecord 2026.10.0" in dom
    assert "<img" not in dom
    assert len(re.findall(r'<li [^>]*id="clm_', dom)) == 6


@pytest.mark.browser
def test_a_shared_link_shows_the_claims_that_it_asks_for(release: Path) -> None:
    dom = rendered(release / "index.html", "#claims?q=SAIL+again&mode=direct&outlet=The+Daily+Lantern")
    cards = re.findall(r'<li [^>]*id="clm_.*?</li>', dom, flags=re.DOTALL)
    assert len(cards) == 1
    assert "<mark>sail</mark>" in cards[0]
    assert "The Daily Lantern" in cards[0]
    assert re.search(r'id="found-count"[^>]*>1 claim<', dom)


def test_markup_is_escaped_unless_it_was_built_here() -> None:
    assert el("p", "<b>", el("i", "&"), title='"') == '<p title="&quot;">&lt;b&gt;<i>&amp;</i></p>'
    assert join("<", None, 3) == "&lt;3"


@pytest.mark.parametrize("text", ["</script>", "<!--<script>", "&amp;", "\u2028\u2029", '"\\', "]]>"])
def test_embedded_json_keeps_the_text_and_ends_no_element(text: str) -> None:
    packed = embedded_json([text])
    assert json.loads(packed) == [text]
    assert not re.search("[<>&\u2028\u2029]", packed)


def test_the_sample_keeps_the_best_connected_claims_within_its_room(small_tables: Tables) -> None:
    _, everything = figures_and_sample(small_tables)
    _, some = figures_and_sample(small_tables, room=380)
    assert (len(everything.claims), everything.total) == (6, 6)
    assert 0 < len(some.claims) < some.total == 6
    assert {claim["text"] for claim in some.claims} <= {
        "The ferry will sail again by May.",
        "The ferry will sail again by May, … and fares will not rise.",
    }
    assert f"{len(some.claims)} of 6 claims" in render_page(content(small_tables), room=380)


def test_the_figures_count_what_the_tables_hold(small_tables: Tables) -> None:
    figures, _ = figures_and_sample(small_tables)
    assert figures.speakers == [("Ada Quist", 3), ("Blue Line", 1)]
    assert figures.outlets == [("The Harbour Post", 3), ("The Daily Lantern", 2), ("unknown", 1)]
    assert figures.months == [("2026-10", 5)]
    assert dict(figures.modes) == {"direct": 2, "indirect": 4}


def test_search_data_names_each_speaker_once(small_tables: Tables) -> None:
    _, sample = figures_and_sample(small_tables)
    data: dict[str, Any] = search_data(sample)
    assert len(data["speakers"]) == len(set(data["speakers"]))
    assert [data["speakers"][number] for number in data["known"]] == ["Ada Quist", "Blue Line"]


def test_charts_are_drawn_to_scale() -> None:
    assert re.findall(r'width="([0-9.]+)"', bars([("a", 4), ("b", 1)], "claims")) == ["100.00", "25.00"]
    months = [(f"2026-{month:02}", month) for month in range(1, 9)]
    drawn = columns(months, "claims")
    assert re.findall(r'height="([0-9.]+)"', drawn)[-1] == "100.00"
    assert "most in 2026-08: 8" in drawn
    assert "Nothing to show" in bars([], "claims")


@pytest.mark.parametrize(("count", "words"), [(0, "0 B"), (999, "999 B"), (1400, "1.4 kB"), (20_100_000, "20.1 MB")])
def test_sizes_are_for_people(count: int, words: str) -> None:
    assert size(count) == words


def test_measured_scores_stand_in_columns_with_what_they_mean(small_tables: Tables) -> None:
    rates = {"precision": 0.25, "recall": 0.5, "f1": 1 / 3}
    measured = {"a key": {"documents": 1200, "joint": rates, "by_mode": {"direct": rates}, "source_accuracy": 0.75}}
    page = sections.checks_and_quality((), quality(small_tables, measured))
    assert "Measured on a key" in page
    assert MEASURES in unescape(page)
    numbers = '<td class="n">0.250</td><td class="n">0.500</td><td class="n">0.333</td>'
    assert f'<td>joint</td><td class="n"></td>{numbers}' in page
    assert f'<td>by mode: direct</td><td class="n"></td>{numbers}' in page
    assert '<td>documents</td><td class="n">1,200</td>' in page
    assert '<td>source accuracy</td><td class="n">0.750</td>' in page


def test_the_page_says_how_claims_keep_to_the_bound() -> None:
    rights = {"closed_documents": 2, "largest_share": 0.5032, "share_bound": 0.5, "free_characters": 1200}
    cut = {"claims_cut": {"excerpts": 3, "withheld": 1}}
    page = sections.checks_and_quality((), {"rights": rights | cut, "measured": {}})
    assert "The most that they hold of such an article is 50.3%; the bound is 50% of it, or 1,200 characters" in page
    assert "3 claims are cut to their first words, and the words of 1 are withheld" in page
