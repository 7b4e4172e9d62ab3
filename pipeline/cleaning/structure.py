"""What a page's markup says of a block: captions, hidden labels, advertisements, links alone.

Class names are weak evidence (half of the elements that are called paywall hold the article itself), so only names that
stand on the block's own element count, and only those in this table.
Belongs here: elements, class names and links. Does not: words (`rules`), or where the block stands (`layout`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from pipeline.cleaning.blocks import Block
from pipeline.cleaning.layout import Verdict, remove

HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
STANDFIRST = re.compile(
    r"stand-?first|sub-?head(line|ing)?|sub-?title|\bdek\b|\bdeck\b|article[-_]*(summary|intro|description|lede?|excerpt)"
    r"|\b(summary|intro|lede|leadin|tagline|strapline|excerpt|synopsis|alternativeheadline)\b|\bdescription\b",
)
"""How pages name the introduction under the headline."""
_LINK_ONLY = 0.9
_ALL_BOLD = 0.9
"""Share of a block's characters that are bold if all of it is (spaces between two runs are not counted)."""
_ADDRESS = re.compile(r"^(https?://|www\.)\S+$")


@dataclass(frozen=True, slots=True)
class NameRule:
    """Own class names, id or role of a block that give it away."""

    name: str
    reason: str
    pattern: re.Pattern[str]


NAME_RULES = (
    NameRule(
        "caption_name", "caption", re.compile(r"caption|(image|photo|picture|media)[-_]*(credit|source|byline|meta)")
    ),
    NameRule("hidden_name", "navigation", re.compile(r"visually-?hidden|sr-only|screen-?reader")),
    NameRule("advert_name", "advertisement", re.compile(r"advertis?e?ment|\bad-(label|slot|container|wrapper)\b")),
    NameRule("byline_name", "byline", re.compile(r"\bbyline\b|article[-_]*author|author-?name|\bcontributors?\b")),
)
"""In the order in which they are tried."""

PART_RULES = (
    NameRule("newsletter_form", "newsletter", re.compile(
        r"newsletter[-_]?(sign-?up|subscri|form|widget|box|promo|module|cta|inline|callout|embed|banner|card|block)"
        r"|(email|mailing-?list)[-_]?(sign-?up|subscri)|mc_embed_signup|subscription-widget|kg-signup"
        r"|jetpack-subscriptions|\b(sign-?up|subscribe)[-_](form|box|widget|card)"
    )),
)  # fmt: skip
"""Names of parts that stand among an article's paragraphs: one of a block's ancestors carries one of them."""

SECTION_RULES = (
    NameRule("comment_section", "comment", re.compile(
        r"(user-?|reader-?)?comments?([-_](area|body|content|form|item|list|meta|section|text|thread|wrap(per)?))?"
        r"|disqus([-_]thread)?|respond"
    )),
    NameRule("navigation_name", "navigation", re.compile(
        r"(top|site|main|primary|secondary|global|mobile)?[-_]?(nav|navbar|navigation|topbar|masthead|breadcrumbs?)"
    )),
)  # fmt: skip
"""Names of whole sections of a page: one of a block's ancestors carries one of these words as a class, id or role."""


def judge(block: Block) -> Verdict | None:
    """The removal that the markup calls for, or None."""
    if "figcaption" in block.path or block.tag == "caption":
        return remove("caption", "figcaption")
    for rule in NAME_RULES:
        if block.own and rule.pattern.search(block.own):
            return remove(rule.reason, rule.name)
    return next((remove(r.reason, r.name) for r in PART_RULES if r.pattern.search(block.hints)), None)


def role(block: Block) -> tuple[str, str]:
    """The role of a block inside the body, and the rule that says so."""
    if block.tag in HEADINGS:
        return "subhead", "heading"
    if "blockquote" in block.path:
        return "quotation", "block_quote"
    if block.bold and block.bold >= _ALL_BOLD * len(block.text):
        return "emphasised", "bold_type"
    return "body", "main_text"


def link_only(block: Block) -> Verdict | None:
    """The removal of a block that is nothing but links to other pages, or None."""
    if block.link_share >= _LINK_ONLY and not _ADDRESS.match(block.text):
        return remove("related", "link_only")
    return None


def section(block: Block) -> Verdict | None:
    """The removal of a block in a menu or among the comments, or None; only for blocks outside the article."""
    if "nav" in block.path or "menu" in block.hints:
        return remove("navigation", "navigation_element")
    names = block.hints.split()
    return next((remove(r.reason, r.name) for r in SECTION_RULES if any(map(r.pattern.fullmatch, names))), None)
