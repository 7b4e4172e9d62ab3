"""What a visitor meets on the page of a release, in a real browser."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pyarrow as pa
import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from pipeline.release.delta import empty_tables
from pipeline.release.page import PageContent, render_page
from pipeline.release.quality import quality
from tests.unit.release.tables_of_releases import continued
from tests.unit.release.visits import PHONE, WIDE, Visit, chromium, visit

pytestmark = pytest.mark.browser

Tables = dict[str, pa.Table]

HOSTILE = (
    "</script><script>alert(1)</script>",
    "<img src=x onerror=alert(2)><svg onload=alert(3)>",
    "javascript:alert(4)",
    "\u2028alert(5)\u2029</style><style>body{display:none}</style>",
    "\u202etxet desrever\u202c\u2066",
    "$body ${data} {{7*7}} {% raw %} %s <!-- --> ]]> &lt;b&gt; &amp;",
    "\"' onfocus=alert(6) autofocus x='",
    "<a href=https://elsewhere.example/>x</a><meta http-equiv=refresh content=0;url=https://elsewhere.example/>",
)
LONG = "Q" * 300


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium())
        yield started
        started.close()


@pytest.fixture
def seen(browser: Browser, release: Path) -> Iterator[Visit]:
    with visit(browser, release / "index.html") as opened:
        yield opened
        assert opened.complaints == []


def with_values(rows: pa.Table, name: str, values: list[str]) -> pa.Table:
    """The table with the values in that column, over and over."""
    place = rows.schema.get_field_index(name)
    column = pa.array([values[i % len(values)] for i in range(rows.num_rows)], rows.schema.field(place).type)
    return rows.set_column(place, rows.schema.field(place), column)


def written(tables: Tables, path: Path) -> Path:
    register = continued(empty_tables(), tables, "2026.10.0", None)
    content = PageContent("2026.10.0", date(2026, 10, 21), tables | {"identifiers": register}, [], quality(tables), {})
    path.write_text(render_page(content), encoding="utf-8")
    return path


def everywhere(tables: Tables, values: list[str]) -> Tables:
    """The tables with the values wherever an article, or the name of a file, can put text of its own."""
    columns = {
        "documents": ("title", "publisher", "byline", "source_name"),
        "claims": ("text", "speaker_text", "cue_text"),
        "actors": ("name",),
        "exclusions": ("detail",),
        "mentions": ("surface",),
    }
    changed = dict(tables)
    for table, names in columns.items():
        for name in names:
            changed[table] = with_values(changed[table], name, values)
    return changed


def test_text_speaker_outlet_and_filters_find_claims(seen: Visit) -> None:
    assert len(seen.found()) == 6
    sails = seen.ask(q="SAIL again")
    assert len(sails) == 2
    expect(seen.page.locator("mark").first).to_have_text("sail")
    assert len(seen.ask(q="", speaker="Ada Quist")) == 3
    assert len(seen.ask(speaker="quist", outlet="The Daily Lantern")) == 1
    assert set(seen.ask(speaker="", outlet="", mode="direct")) == set(sails)
    assert len(seen.ask(mode="", act="promise", outlet="harbour")) == 2
    expect(seen.page.locator("#found-count")).to_have_text("2 claims")


def test_what_is_not_there_is_said_and_cleared(seen: Visit) -> None:
    assert seen.ask(q="zeppelin") == []
    expect(seen.page.locator(".none")).to_have_text("No claim matches. Try fewer words, or clear the filters.")
    seen.page.get_by_role("button", name="Clear").click()
    expect(seen.page.locator("#found-count")).to_have_text("6 claims")


def test_names_are_offered_as_they_are_typed(seen: Visit) -> None:
    seen.page.get_by_label("Speaker", exact=True).press_sequentially("QUI")
    offered = seen.page.locator("#speaker-names option").evaluate_all("options => options.map(o => o.value)")
    assert offered == ["Ada Quist"]


def test_a_link_that_is_shared_shows_the_same(browser: Browser, release: Path, seen: Visit) -> None:
    ids = seen.ask(q="sail", mode="direct", outlet="The Daily Lantern")
    address = seen.page.url
    assert len(ids) == 1
    with visit(browser, release / "index.html", address[address.index("#") :]) as again:
        assert again.found() == ids
        expect(again.page.locator("#search [name=outlet]")).to_have_value("The Daily Lantern")
        again.page.locator(".link").click()
        assert again.found() == ids
        assert again.page.url.endswith(f"#claims?claim={ids[0]}")


def test_whatever_is_asked_survives_the_link(browser: Browser, release: Path, seen: Visit) -> None:
    words = "a&b=c 50% + 1 #?/\\ “so” — é"
    seen.ask(q=words)
    with visit(browser, release / "index.html", seen.page.url.partition("index.html")[2]) as again:
        expect(again.page.locator("#search [name=q]")).to_have_value(words)


def test_by_keyboard_alone(seen: Visit) -> None:
    keys = seen.page.keyboard
    keys.press("Tab")
    skip = seen.page.locator(".skip")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    keys.press("Enter")
    expect(seen.page).to_have_url(re.compile("#claims$"))
    keys.press("Tab")
    expect(seen.page.locator("#search [name=q]")).to_be_focused()
    keys.type("ferry")
    keys.press("Enter")
    expect(seen.page).to_have_url(re.compile("q=ferry$"))
    keys.press("Escape")
    expect(seen.page.locator("#search [name=q]")).to_have_value("")
    assert len(seen.found()) == 6


def test_every_stop_of_the_tab_key_is_seen_and_in_order(seen: Visit) -> None:
    stops: list[dict[str, Any]] = []
    for _ in range(120):
        seen.page.keyboard.press("Tab")
        stop = seen.page.evaluate(
            """() => { const node = document.activeElement, style = getComputedStyle(node);
            return { tag: node.tagName, top: node.getBoundingClientRect().top + scrollY,
                     nav: !!node.closest("nav, .skip"),
                     outline: style.outlineStyle === "none" ? 0 : parseFloat(style.outlineWidth) } }"""
        )
        if stop["tag"] == "BODY":
            break
        stops.append(stop)
    assert {"A", "INPUT", "SELECT", "BUTTON", "SUMMARY", "PRE"} <= {stop["tag"] for stop in stops}
    assert [stop for stop in stops if stop["outline"] < 2] == []
    tops = [stop["top"] for stop in stops if not stop["nav"]]
    assert all(after >= before - 60 for before, after in pairwise(tops))


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_all_text_stands_out_from_what_is_behind_it(browser: Browser, release: Path, scheme: str) -> None:
    for path in (release / "index.html", release.parent / "index.html"):
        with visit(browser, path, color_scheme=scheme) as opened:
            opened.open_everything()
            assert opened.faint(4.5) == []
            paper = opened.page.evaluate("() => getComputedStyle(document.body).backgroundColor")
            assert (int(paper.split("(")[1].split(",")[0]) < 128) == (scheme == "dark")


def test_on_a_phone_nothing_is_cut_off_and_everything_can_be_tapped(browser: Browser, release: Path) -> None:
    for path in (release / "index.html", release.parent / "index.html"):
        with visit(browser, path, viewport=PHONE, has_touch=True) as opened:
            opened.open_everything()
            assert opened.overflow() == 0
            small = opened.page.evaluate(
                """() => [...document.querySelectorAll("button, input, select, summary, nav a, .link")]
                .filter(node => node.checkVisibility() && node.type !== "hidden")
                .map(node => [Math.round(node.getBoundingClientRect().height), node.outerHTML.slice(0, 80)])
                .filter(([height]) => height < 40)"""
            )
            assert small == []


@pytest.mark.parametrize("screen", [PHONE, WIDE])
def test_endless_words_stay_on_the_screen(
    browser: Browser, small_tables: Tables, tmp_path: Path, screen: dict[str, int]
) -> None:
    path = written(everywhere(small_tables, [LONG, f"https://{LONG}.example/"]), tmp_path / "long.html")
    with visit(browser, path, viewport=screen) as opened:
        opened.open_everything()
        assert opened.overflow() == 0


def test_a_release_without_anything_says_so(browser: Browser, tmp_path: Path) -> None:
    path = written(empty_tables(), tmp_path / "empty.html")
    with visit(browser, path) as opened:
        expect(opened.page.locator(".none")).to_have_text("This release holds no claims.")
        expect(opened.page.locator("#claims .intro")).to_have_text("All 0 claims of this release.")
        assert opened.page.get_by_text("Nothing to show.").count() == 9
        expect(opened.page.get_by_role("button", name="Show more")).to_be_hidden()
        assert opened.complaints == []


def test_hostile_text_is_shown_and_nothing_of_it_runs(browser: Browser, small_tables: Tables, tmp_path: Path) -> None:
    path = written(everywhere(small_tables, list(HOSTILE)), tmp_path / "hostile.html")
    with visit(browser, path) as opened:
        opened.open_everything()
        shown = opened.page.locator("#found-claims blockquote").evaluate_all("texts => texts.map(t => t.textContent)")
        assert set(shown) <= set(HOSTILE)
        assert len(shown) == 6
        for words in HOSTILE:
            opened.ask(q=words, outlet=words)
        opened.page.wait_for_timeout(100)
        assert opened.page.title() == "OnRecord: who said what in the news (2026.10.0)"
        assert (
            opened.page.locator("img, main style, main script, main meta, [onerror], [onload], [onfocus]").count() == 0
        )
        links = opened.page.locator("a").evaluate_all("links => links.map(link => link.getAttribute('href'))")
        assert not [link for link in links if link.startswith(("javascript:", "https://elsewhere"))]
        assert opened.requests == [path.as_uri()]
        assert opened.complaints == []


def test_a_hostile_link_asks_for_words_and_no_more(seen: Visit) -> None:
    for words in map(quote, HOSTILE):
        ask = "&".join(f"{name}={words}" for name in ("q", "speaker", "outlet", "mode", "act", "claim"))
        seen.page.evaluate("ask => { location.hash = ask }", f"claims?{ask}")
        expect(seen.page.locator(".none")).to_be_visible()
        assert seen.found() == []
    assert len(seen.requests) == 1


def test_turned_text_turns_nothing_around_it(browser: Browser, small_tables: Tables, tmp_path: Path) -> None:
    path = written(everywhere(small_tables, ["\u202eturned"]), tmp_path / "turned.html")
    with visit(browser, path) as opened:
        kinds = opened.page.locator("#found-claims :is(bdi, blockquote, .cue), .bars bdi, .sample td").evaluate_all(
            "nodes => nodes.map(node => getComputedStyle(node).unicodeBidi)"
        )
        assert kinds
        assert set(kinds) == {"isolate"}


def test_the_page_asks_for_nothing_but_itself(browser: Browser, release: Path) -> None:
    with visit(browser, release / "index.html") as opened:
        opened.open_everything()
        opened.ask(q="ferry")
        opened.page.wait_for_timeout(100)
        assert opened.requests == [(release / "index.html").as_uri()]


def test_without_scripts_the_first_claims_are_there_and_no_dead_controls(browser: Browser, release: Path) -> None:
    with visit(browser, release / "index.html", java_script_enabled=False) as opened:
        expect(opened.page.locator("#found-claims > li")).to_have_count(6)
        expect(opened.page.locator("#search")).to_be_hidden()
        expect(opened.page.locator("button:visible")).to_have_count(0)


def test_code_is_copied(browser: Browser, release: Path) -> None:
    with visit(browser, release / "index.html", permissions=["clipboard-read", "clipboard-write"]) as opened:
        button = opened.page.get_by_role("button", name="Copy the code for DuckDB")
        button.click()
        expect(opened.page.locator("#told")).to_have_text("Copied")
        copied = opened.page.evaluate("() => navigator.clipboard.readText()")
        assert copied == opened.page.locator("#code-duckdb").text_content()
        expect(opened.page.get_by_role("button", name="Copy the code for DuckDB")).to_be_enabled()


CONTROLS = {
    "button",
    "link",
    "textbox",
    "searchbox",
    "combobox",
    "DisclosureTriangle",
    "region",
    "navigation",
    "search",
}


def test_assistive_technology_is_told_what_everything_is(browser: Browser, release: Path) -> None:
    with visit(browser, release / "index.html") as opened:
        opened.open_everything()
        nodes = opened.accessible()
    named = CONTROLS | {"image", "img", "table", "columnheader"}
    roles = {node["role"] for node in nodes}
    assert {"button", "link", "searchbox", "combobox", "region", "navigation", "table", "columnheader"} <= roles
    assert [node for node in nodes if node["role"] in named - {"search"} and not node["name"].strip()] == []
    levels = [node["level"] for node in nodes if node["role"] == "heading"]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    assert len([node for node in nodes if node["role"] in {"main", "banner", "contentinfo"}]) == 3


def test_on_paper_there_are_no_controls(browser: Browser, release: Path) -> None:
    with visit(browser, release / "index.html", color_scheme="dark") as opened:
        opened.page.emulate_media(media="print")
        assert opened.page.locator("nav:visible, form:visible, button:visible, .link:visible").count() == 0
        assert opened.page.evaluate("() => getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
        assert opened.faint(4.5) == []


def many(tables: Tables, count: int) -> Tables:
    """The tables with their claims over and over, each with an id and words of its own."""
    times = -(-count // tables["claims"].num_rows)
    rows = pa.concat_tables([tables["claims"]] * times).slice(0, count)
    texts = rows["text"].to_pylist()
    rows = with_values(rows, "claim_id", [f"clm_{i:020}" for i in range(count)])
    return tables | {
        "claims": with_values(rows, "text", [f"{text} Berth {i} is free." for i, text in enumerate(texts)])
    }


def test_fifty_thousand_claims_stay_small_and_quick(browser: Browser, small_tables: Tables, tmp_path: Path) -> None:
    tables = many(small_tables, 50_000)
    register = empty_tables()["identifiers"]
    content = PageContent("2026.10.0", date(2026, 10, 21), tables | {"identifiers": register}, [], quality(tables), {})
    path = tmp_path / "many.html"
    path.write_text(render_page(content), encoding="utf-8")
    assert 2_000_000 < path.stat().st_size < 5_000_000
    with visit(browser, path) as opened:
        expect(opened.page.locator("#claims .intro")).to_contain_text("of 50,000 claims")
        expect(opened.page.locator("#claims .intro")).to_contain_text("A sample")
        took = opened.page.evaluate(
            """() => { const field = document.querySelector("#search [name=q]"), form = field.form;
            field.value = "berth 49"; const start = performance.now(); form.requestSubmit();
            return [performance.now() - start, document.querySelectorAll("#found-claims mark").length] }"""
        )
        assert took[1] > 20
        # A tenth of it on a quiet machine: this only holds that no search takes time that grows faster than the claims.
        assert took[0] < 2000
        opened.page.get_by_role("button", name="Show more").click()
        assert len(opened.found()) == 40
        assert opened.complaints == []
