"""Pages: the article found, every other block removed with a reason, lost paragraphs taken back."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from pipeline.cleaning.blocks import PageReader
from pipeline.cleaning.document import Cleaned, Document
from pipeline.cleaning.main_text import chosen, parse, share_chosen

Read = Callable[..., Cleaned]
Fates = Callable[[Cleaned], dict[str, str]]
DocumentOf = Callable[[Cleaned], Document]

HEADLINE = "Ferry line drops night sailings after crew shortage"
PARAGRAPHS = (
    "The ferry company that serves the outer islands will stop its night sailings in May, it said on Thursday.",
    "“We cannot sail a ship without a crew,” said Thora Quillan, who has run the line since the spring of last year.",
    "Islanders reacted with anger. The council’s leader, Magnus Orrin, accused the company of breaking its licence.",
    "Under the contract, which was signed in 2019, the line must offer two crossings on each night of the week.",
    "The transport department said that it was studying the notice and would answer the islanders within ten days.",
    "Fishermen fear that their catch will miss the morning market, and a hotel keeper spoke of empty rooms all summer.",
)
JSON_LD = '<script type="application/ld+json">%s</script>'


def paragraphs(*texts: str) -> str:
    return "".join(f"<p>{text}</p>" for text in texts)


def blocks(markup: str) -> list[str]:
    tree = parse(f"<html><body>{markup}</body></html>")
    assert tree is not None
    return [block.text for block in PageReader().read(tree.find("body"))]


def test_white_space_is_collapsed_as_a_browser_does() -> None:
    assert blocks("<p> a\n  b\t<b> c</b>d <i>e </i> f</p>") == ["a b cd e f"]
    assert blocks("<p>no\u00a0break, soft\u00adhyphen, zero\u200bwidth</p>") == [
        "no\u00a0break, soft\u00adhyphen, zero\u200bwidth"
    ]
    assert blocks("one<br>two<div>three<p>four</p>five</div>six") == ["one", "two", "three", "four", "five", "six"]
    assert blocks("<p>a<script>no</script> b<style>no</style></p><template>no</template><!-- no -->") == ["a b"]


def test_blocks_know_their_place() -> None:
    tree = parse('<body><article class="Story"><p id="x">Go to <a href="/">the harbour</a></p></article></body>')
    assert tree is not None
    block = PageReader().read(tree.find("body"))[0]
    assert (block.tag, block.own, block.hints) == ("p", "x", "x story")
    assert block.path == ("body", "article", "p")
    assert block.linked == len("the harbour")
    assert (block.start, block.end) == (0, len("Go to the harbour"))


def test_the_extractors_choice_is_read_back_exactly() -> None:
    tree = parse(f"<body><nav><a href='/'>Home</a></nav><article>{paragraphs(*PARAGRAPHS)}</article></body>")
    assert tree is not None
    reader = PageReader()
    found = reader.read(tree.find("body"))
    numbers = chosen(tree, reader.nodes)
    assert [share_chosen(block, numbers) for block in found] == [0.0, *(1.0 for _ in PARAGRAPHS)]


PAGE = f"""
<div class="cookie"><p>We and our 40 partners use cookies to store information on your device.</p></div>
<nav><ul><li><a href="/">News</a></li><li><a href="/isles">Isles</a></li></ul></nav>
<main><article>
<h1>{HEADLINE}</h1>
<p class="standfirst">Islanders accuse the company of breaking its licence</p>
<p class="byline">By Olive Penhallow</p>
<figure><img src="ship.jpg"><figcaption>The Menna Rose in port. Photograph: Idris Vann</figcaption></figure>
{paragraphs(*PARAGRAPHS[:3])}
<div class="ad">Advertisement</div>
<blockquote><p>“We cannot sail a ship without a crew”</p></blockquote>
<h2>Empty rooms</h2>
{paragraphs(*PARAGRAPHS[3:])}
<p><a href="/other">How the licence was won</a></p>
</article></main>
<section class="comments"><h3>2 comments</h3><p>Bring back the steamer, I say.</p></section>
<footer><p>© 2026 Isles Press Ltd</p></footer>
"""


def test_a_page(read_page: Read, fates: Fates, document_of: DocumentOf) -> None:
    cleaned = read_page(PAGE)
    found = fates(cleaned)
    assert found[HEADLINE] == "headline"
    assert found["Islanders accuse the company of breaking its licence"] == "standfirst"
    assert found["By Olive Penhallow"] == "byline"
    assert found["The Menna Rose in port. Photograph: Idris Vann"] == "caption"
    assert found["“We cannot sail a ship without a crew”"] == "pull_quote"
    assert found["Empty rooms"] == "subhead"
    assert found["News"] == found["Isles"] == "navigation"
    assert found["Advertisement"] == "advertisement"
    assert found["How the licence was won"] == "related"
    assert found["2 comments"] == "comment"
    assert found["Bring back the steamer, I say."] == "comment"
    assert found["© 2026 Isles Press Ltd"] == "legal"
    assert found["We and our 40 partners use cookies to store information on your device."] == "cookie_notice"
    assert all(found[text] == "body" for text in PARAGRAPHS)
    document = document_of(cleaned)
    assert document.title == HEADLINE
    assert document.byline == "Olive Penhallow"
    assert len(cleaned.captions) == 1


def test_roles_of_what_a_page_sets_in(read_page: Read, fates: Fates) -> None:
    quoted, asked = "The boats will sail again as soon as there is a crew.", "When will that be, Ms Quillan?"
    spoken = "“Not before the summer,” she said, and she <b>did not</b> smile when she said it."
    body = f"<blockquote><p>{quoted}</p></blockquote><p><strong>{asked}</strong></p><p>{spoken}</p>"
    found = fates(read_page(f"<article><h1>{HEADLINE}</h1>{paragraphs(*PARAGRAPHS)}{body}</article>"))
    assert (found[quoted], found[asked]) == ("quotation", "emphasised")
    assert found[spoken.replace("<b>", "").replace("</b>", "")] == "body"


def test_a_second_half_behind_an_advertisement_is_taken_back(read_page: Read, fates: Fates) -> None:
    half = '<div class="body-part">{}</div><div class="ad-slot"><div>Advertisement</div></div>'
    long = tuple(f"{text} {other}" for text, other in zip(PARAGRAPHS, PARAGRAPHS[::-1], strict=True))
    page = f"<h1>{HEADLINE}</h1>" + "".join(half.format(paragraphs(*long[i : i + 2])) for i in (0, 2, 4))
    found = fates(read_page(f"<main>{page}</main>"))
    assert all(found.get(text) == "body" for text in long)


def test_a_body_that_stands_only_in_the_pages_data(read_page: Read, fates: Fates, document_of: DocumentOf) -> None:
    import json

    stated = {"@type": "NewsArticle", "headline": HEADLINE, "articleBody": "\n".join(PARAGRAPHS)}
    cleaned = read_page(f"<h1>{HEADLINE}</h1><p>Loading the story.</p>", JSON_LD % json.dumps(stated))
    assert all(fates(cleaned)[text] == "body" for text in PARAGRAPHS)
    assert document_of(cleaned).title == HEADLINE


def test_a_page_shown_in_full_is_not_read_from_its_data(read_page: Read) -> None:
    import json

    stated = {"@type": "NewsArticle", "articleBody": "\n".join(PARAGRAPHS)}
    cleaned = read_page(PAGE, JSON_LD % json.dumps(stated))
    assert (cleaned.source_text or "").count(PARAGRAPHS[0]) == 1


def test_reserved_rights_exclude_the_page(read_page: Read) -> None:
    assert read_page(PAGE, '<meta name="tdm-reservation" content="1">').problem == "no_licence"
    assert read_page(PAGE, '<meta name="tdm-reservation" content="0">').problem is None


def test_a_page_without_an_article_is_empty(read_page: Read) -> None:
    assert read_page("<script>document.write('x')</script><div id=app></div>").problem == "empty"


def test_a_page_does_not_depend_on_the_pages_before_it(read_page: Read) -> None:
    first = read_page(PAGE)
    read_page(PAGE.replace("ferry", "steamer"))
    assert read_page(PAGE) == first


def test_class_names_never_empty_an_article(read_page: Read, fates: Fates) -> None:
    body = "".join(f'<p class="advertisement-free caption">{text}</p>' for text in PARAGRAPHS)
    found = fates(read_page(f"<article><h1>{HEADLINE}</h1>{body}</article>"))
    assert all(found[text] == "body" for text in PARAGRAPHS)


@pytest.mark.parametrize(
    ("names", "reason"),
    [
        ("comment-list", "comment"),
        ("wide user-comments", "comment"),
        ("disqus_thread", "comment"),
        ("topbar", "navigation"),
        ("site-nav", "navigation"),
        ("commentary", "outside_article"),
        ("navigator-award", "outside_article"),
    ],
)
def test_names_of_sections_say_what_a_block_outside_the_article_is(
    names: str, reason: str, read_page: Read, fates: Fates
) -> None:
    line = "Sailings and steamers of the north"
    page = (
        f"<div class='{names}'><div>{line}</div></div><article><h1>{HEADLINE}</h1>{paragraphs(*PARAGRAPHS)}</article>"
    )
    assert fates(read_page(page))[line] == reason
