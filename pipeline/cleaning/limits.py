"""The bounds of cleaning: how much of a page is looked at, whoever made it.

Belongs here: every number that keeps time and memory bounded. Does not: thresholds that decide what is article.
"""

from __future__ import annotations

MAX_MARKUP = 16_000_000
"""Longest page in code points; a longer one is excluded as too_large. News pages have 0.02 to 2 million."""
MAX_TAGS = 250_000
"""Most tags of a page, counted before it is parsed: a tree of so many elements takes about 0.7 GB. A page with more is
excluded as too_large; news pages have 1,000 to 20,000."""
MAX_PIECE = 10_000_000
"""Longest stretch of a page without a tag; the parser (libxml2) loses longer ones, and a page with one is excluded as
too_large."""
MAX_ATTRIBUTES = 20_000
"""Most attributes of a tag, or words of a script that look like them; the parser compares each with all others. A page
with more is excluded as too_large."""
LARGE_MARKUP = 500_000
"""Only in a longer page, in code points, attributes are counted: in a shorter one they cannot take long."""
MAX_TEXT = 2_000_000
"""Longest source text in code points; a longer one is excluded as too_large. A novel has about one million."""
MAX_ELEMENTS = 200_000
"""Most elements of a page; a page with more is excluded as too_large. News pages have 500 to 10,000."""
MAX_BLOCKS = 40_000
"""Most blocks of a source text; a page or text with more is excluded as too_large."""
MAX_DEPTH = 200
"""Deepest nesting that is followed; what lies deeper is not read. News pages nest 15 to 60 deep."""
MAX_JSON_LD = 1_000_000
"""Most JSON-LD of a page that is parsed, in code points; a script that would go beyond is passed over."""
MAX_JSON_NODES = 20_000
"""Most nodes of a page's JSON-LD that are visited."""
MAX_APP_DATA = 4_000_000
"""Most scripts of a page that are looked through for an article, in code points."""
MAX_APP_OBJECTS = 50
"""Most objects in those scripts that are parsed: what looks like one may be broken, and is read up to its end."""
MAX_APP_NODES = 200_000
"""Most nodes of one of those objects that are visited."""
MAX_RULE_LENGTH = 2_000
"""Longest block that phrase rules look at, in code points: boilerplate is short."""
MAX_LEAD_LENGTH = 160
"""How far into a paragraph rules look for a dateline, in code points."""
