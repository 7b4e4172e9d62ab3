"""What the dataset as a whole is called and under which terms it is given.

Belongs here: name, title, description, licence, keywords. Does not: anything about one table (`tables`) or one release.
"""

from __future__ import annotations

NAME = "onrecord"
TITLE = "OnRecord: who said what in the news"
DESCRIPTION = (
    "Claims that news articles attribute to a speaker: what was said, by whom, to whom, in which words, and where "
    "it stands in the article; with the actors, mentions and amounts around them, what cleaning removed, and what was "
    "left out and why."
)
KEYWORDS = ("attribution", "claims", "journalism", "news", "quotations", "speakers")
CREATOR = "OnRecord contributors"
SOURCES = "News articles; this table names the URL, publisher and licence of each"
LICENCE = "CC-BY-4.0"
LICENCE_TITLE = "Creative Commons Attribution 4.0 International"
LICENCE_URL = "https://creativecommons.org/licenses/by/4.0/"
