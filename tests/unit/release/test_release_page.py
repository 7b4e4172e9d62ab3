"""The page holds the release, needs nothing but itself, and shows hostile text as text."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from datetime import date
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import duckdb
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipeline.release.delta import empty_tables
from pipeline.release.files import is_apart
from pipeline.release.layout import by_month, months_in
from pipeline.release.page import PageContent, render_page, sections
from pipeline.release.page.charts import bars, columns
from pipeline.release.page.examples import first_rows
from pipeline.release.page.figures import figures_and_sample, over_time
from pipeline.release.page.html import breakable, el, embedded_json, join
from pipeline.release.page.linked_data import temporal_coverage
from pipeline.release.page.render import search_data
from pipeline.release.page.sections import SECTIONS, size
from pipeline.release.page.snippets import SNIPPETS
from pipeline.release.quality import MEASURES, quality
from pipeline.schema.tables import DOCUMENTS
from pipeline.warehouse import connect
from tests.unit.release.tables_of_releases import continued

Tables = dict[str, pa.Table]

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


def test_every_file_of_the_release_is_linked_with_its_checksum(either: Path) -> None:
    page = (either / "index.html").read_text()
    links = {attributes.get("href") for tag, attributes in read(page).elements if tag == "a"}
    for path in either.rglob("*"):
        name = path.relative_to(either).as_posix()
        if path.is_file() and name not in {"index.html", "SHA256SUMS", "SHA256SUMS.apart"}:
            assert name in links
            assert is_apart(name) or hashlib.sha256(path.read_bytes()).hexdigest() in page


def test_the_page_names_no_host_but_those_of_articles_schemas_and_licences(release: Path) -> None:
    hosts = set(re.findall(r"https?://([^/\s\"'<>]+)", (release / "index.html").read_text()))
    urls = pq.read_table(release / "documents.parquet", columns=["url"])["url"].to_pylist()
    articles = {urlsplit(url).hostname for url in urls if url}  # shown among the first rows, as text
    assert hosts - articles <= {"schema.org", "creativecommons.org"}


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
    data = json.loads(next(text for text in reader.scripts if text.startswith('{"total"')))
    assert {claim[1] for claim in data["claims"]} == {HOSTILE}


def test_markup_is_escaped_unless_it_was_built_here() -> None:
    assert el("p", "<b>", el("i", "&"), title='"') == '<p title="&quot;">&lt;b&gt;<i>&amp;</i></p>'
    assert join("<", None, 3) == "&lt;3"


def test_long_names_break_between_their_words() -> None:
    assert breakable("a_b.c") == "a_<wbr>b.c"
    assert breakable("csv/<i>.gz") == "csv/<wbr>&lt;i&gt;.gz"
    assert breakable("__x__") == "__<wbr>x__"
    assert breakable("") == ""


@pytest.mark.parametrize("text", ["</script>", "<!--<script>", "&amp;", "\u2028\u2029", '"\\', "]]>"])
def test_embedded_json_keeps_the_text_and_ends_no_element(text: str) -> None:
    packed = embedded_json([text])
    assert json.loads(packed) == [text]
    assert not re.search("[<>&\u2028\u2029]", packed)


def test_the_sample_keeps_the_best_connected_claims_within_its_room(small_tables: Tables) -> None:
    _, everything = figures_and_sample(small_tables)
    _, some = figures_and_sample(small_tables, room=420)
    assert (len(everything.claims), everything.total) == (6, 6)
    assert 0 < len(some.claims) < some.total == 6
    assert {claim["text"] for claim in some.claims} <= {
        "The ferry will sail again by May.",
        "The ferry will sail again by May, … and fares will not rise.",
    }
    assert f"{len(some.claims)} of 6 claims" in render_page(content(small_tables), room=420)


def test_the_figures_count_what_the_tables_hold(small_tables: Tables) -> None:
    figures, _ = figures_and_sample(small_tables)
    assert figures.speakers == [("Ada Quist", 3), ("Blue Line", 1)]
    assert figures.outlets == [("The Harbour Post", 3), ("The Daily Lantern", 2), ("unknown", 1)]
    assert (figures.period, figures.times) == ("month", [("2026-10", 5)])
    assert dict(figures.modes) == {"direct": 2, "indirect": 4}


@pytest.mark.parametrize(
    ("months", "period", "count", "first", "last"),
    [
        ({2026 * 12 + 1: 3, 2026 * 12 + 4: 1}, "month", 4, ("2026-02", 3), ("2026-05", 1)),
        ({2010 * 12: 1, 2019 * 12 + 11: 2}, "month", 120, ("2010-01", 1), ("2019-12", 2)),
        ({2010 * 12: 1, 2020 * 12: 2}, "year", 11, ("2010", 1), ("2020", 2)),
        ({1815 * 12 + 5: 1, 2026 * 12: 2}, "decade", 22, ("1810", 1), ("2020", 2)),
        ({12: 1, 2026 * 12: 2}, "century", 21, ("0000", 1), ("2000", 2)),
    ],
)
def test_time_has_no_gaps_and_few_enough_columns(
    months: dict[int, int], period: str, count: int, first: tuple[str, int], last: tuple[str, int]
) -> None:
    found, times = over_time(months)
    assert (found, len(times), times[0], times[-1]) == (period, count, first, last)
    assert sum(n for _, n in times) == sum(months.values())


def test_without_dates_no_time_is_drawn() -> None:
    assert over_time({}) == ("month", [])
    assert "Nothing to show" in columns([], "claims", "month")


def test_the_end_of_a_long_list_is_one_bar() -> None:
    drawn = bars([(f"reason {n}", 20 - n) for n in range(15)], "claims")
    assert drawn.count("<li") == 12
    assert "<bdi>4 others</bdi></span>" in drawn
    assert f">{9 + 8 + 7 + 6}<" in drawn


def test_of_a_funnel_every_step_has_its_share() -> None:
    assert re.findall(r'class="share">([^<]+)<', bars([("inputs", 8), ("documents", 2)], "", whole=8)) == [
        "100%",
        "25%",
    ]


def test_text_that_grows_by_escaping_is_counted_as_it_grows(small_tables: Tables) -> None:
    texts = replaced(small_tables["claims"], text="<" * 400)
    _, sample = figures_and_sample(small_tables | {"claims": texts}, room=6 * 6 * 400)
    assert len(sample.claims) == 5


def test_one_endless_claim_leaves_room_for_the_others(small_tables: Tables) -> None:
    _, everything = figures_and_sample(small_tables)
    longest = max(claim["text"] for claim in everything.claims)
    endless = pa.array(
        [text + "!" * 9000 if text == longest else text for text in small_tables["claims"]["text"].to_pylist()]
    )
    claims = small_tables["claims"].set_column(small_tables["claims"].schema.get_field_index("text"), "text", endless)
    _, sample = figures_and_sample(small_tables | {"claims": claims}, room=8000)
    assert (len(sample.claims), sample.total) == (5, 6)


def linked(release: Path) -> dict[str, Any]:
    scripts = read((release / "index.html").read_text()).scripts
    described: dict[str, Any] = json.loads(scripts[0])
    return described


def test_the_dataset_is_described_for_catalogues(release: Path) -> None:
    described = linked(release)
    assert (described["@type"], described["version"], described["dateModified"]) == (
        "Dataset",
        "2026.10.0",
        "2026-10-21",
    )
    assert described["temporalCoverage"] == "2026-10-03/2026-10-21"
    assert {"name", "description", "license", "creator", "keywords", "inLanguage"} <= described.keys()
    variables = {variable["name"]: variable["description"] for variable in described["variableMeasured"]}
    assert variables["claim_id"]
    assert not [name for name, words in variables.items() if not words]


def test_every_file_can_be_downloaded_by_what_catalogues_read(release: Path) -> None:
    downloads = {download["contentUrl"]: download for download in linked(release)["distribution"]}
    files = {p.relative_to(release).as_posix() for p in release.rglob("*") if p.is_file()}
    assert downloads.keys() == files - {"index.html", "SHA256SUMS", "SHA256SUMS.apart"}
    claims = downloads["claims.parquet"]
    assert claims["sha256"] == hashlib.sha256((release / "claims.parquet").read_bytes()).hexdigest()
    assert claims["encodingFormat"] == "application/vnd.apache.parquet"
    assert downloads["csv/claims.csv.gz"]["encodingFormat"] == "application/gzip"


def test_a_dataset_without_dates_covers_no_time() -> None:
    assert temporal_coverage(pa.table({"published_at": pa.array([None], pa.timestamp("us"))})) is None


def test_the_head_tells_what_a_shared_link_shows(release: Path) -> None:
    metas = {
        a.get("property") or a.get("name"): a.get("content")
        for tag, a in read((release / "index.html").read_text()).elements
        if tag == "meta"
    }
    assert metas["og:title"] == "OnRecord: who said what in the news (2026.10.0)"
    assert metas["og:description"] == metas["description"]


def test_each_table_shows_its_first_rows(release: Path, small_tables: Tables) -> None:
    page = (release / "index.html").read_text()
    for name in ("claims", "actors", "removals"):
        assert f'aria-label="First rows of {name}"' in page
    assert "First rows" not in sections.data_dictionary(empty_tables())
    with connect() as connection:
        rows = first_rows(connection, DOCUMENTS, small_tables["documents"])
    assert len(rows) == 3
    assert max(len(value) for row in rows for value in row) <= 70


def test_the_code_to_copy_gives_the_same_in_every_tool(
    either: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(either)
    code = {tool: by_month(words, months_in(either)) for tool, words in SNIPPETS.items()}
    page = Path("index.html").read_text()
    assert all(el("code", words, id=f"code-{tool.lower()}") in page for tool, words in code.items())
    asked = duckdb.execute(code["DuckDB"]).fetchall()
    with pd.option_context("display.width", 200):
        exec(compile(code["pandas"], "snippet", "exec"), {})  # noqa: S102 - this is what is tested
    printed = [line.split() for line in capsys.readouterr().out.splitlines()[1:]]
    assert (
        [(" ".join(words[2:-1]), int(words[-1])) for words in printed] == asked == [("Ada Quist", 3), ("Blue Line", 1)]
    )


def test_search_data_names_each_speaker_once(small_tables: Tables) -> None:
    _, sample = figures_and_sample(small_tables)
    data: dict[str, Any] = search_data(sample)
    assert len(data["speakers"]) == len(set(data["speakers"]))
    assert [data["speakers"][number] for number in data["known"]] == ["Ada Quist", "Blue Line"]


def test_charts_are_drawn_to_scale() -> None:
    assert re.findall(r'width="([0-9.]+)"', bars([("a", 4), ("b", 1)], "claims")) == ["100.00", "25.00"]
    months = [(f"2026-{month:02}", month) for month in range(1, 9)]
    drawn = columns(months, "claims", "month")
    assert re.findall(r'height="([0-9.]+)"', drawn)[-1] == "100.00"
    assert "most in 2026-08: 8" in drawn
    assert "Nothing to show" in bars([], "claims")


@pytest.mark.parametrize(("count", "words"), [(0, "0 B"), (999, "999 B"), (1400, "1.4 kB"), (20_100_000, "20.1 MB")])
def test_sizes_are_for_people(count: int, words: str) -> None:
    assert size(count) == words


def test_rules_that_did_not_pass_stand_before_all_others(release: Path) -> None:
    page = (release / "index.html").read_text()
    assert "1 of 2 rules passed" in page
    first = page[page.index("Rules that did not pass") :]
    assert first.index("is_<wbr>sure") < first.index("<details")


def test_rules_of_cleaning_stand_with_how_often_they_were_right(small_tables: Tables) -> None:
    rules = [
        {
            "rule": "a_rule",
            "reason": "related",
            "hits": 1200,
            "right": 900,
            "precision": 0.75,
            "measured_on": "4 pages",
        },
        {"rule": "b_rule", "reason": "share", "hits": 0, "right": 0, "precision": None, "measured_on": None},
    ]
    page = sections.checks_and_quality((), quality(small_tables) | {"cleaning_rules": rules})
    assert "1 of 2 measured · held against 4 pages" in page
    assert '<td class="n">1,200</td><td class="n">900</td><td class="n">0.750</td>' in page
    assert "b_rule" not in page


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


def test_the_page_says_how_claims_keep_to_the_bound(small_tables: Tables) -> None:
    rights = {"closed_documents": 2, "largest_share": 0.5032, "share_bound": 0.5, "free_characters": 1200}
    cut = {"claims_cut": {"excerpts": 3, "withheld": 1}}
    page = sections.checks_and_quality((), quality(small_tables) | {"rights": rights | cut})
    assert "The most that they hold of such an article is 50.3%; the bound is 50% of it, or 1,200 characters" in page
    assert "3 claims are cut to their first words, and the words of 1 are withheld" in page
