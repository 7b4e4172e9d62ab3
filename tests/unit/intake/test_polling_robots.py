"""What a robots.txt allows, as RFC 9309 reads it: a case a line."""

from __future__ import annotations

import time

import pytest

from pipeline.intake.polling.robots import LIMIT, Robots

ALL = b"User-agent: *\n"
CASES = [
    ("no rule", b"", "/2026/a.html", True),
    ("empty disallow", ALL + b"Disallow:\n", "/2026/a.html", True),
    ("a folder", ALL + b"Disallow: /private/\n", "/private/a.html", False),
    ("beside it", ALL + b"Disallow: /private/\n", "/privately/a.html", True),
    ("byte order mark", b"\xef\xbb\xbf" + ALL + b"Disallow: /private/\n", "/private/a.html", False),
    ("carriage returns alone", b"User-agent: *\rDisallow: /private/\r", "/private/a.html", False),
    ("blank line in a group", b"User-agent: *\n\nDisallow: /private/\n", "/private/a.html", False),
    ("comment in a line", b"User-agent: * # all\nDisallow: /private/ # now\n", "/private/a.html", False),
    ("space before the colon", b"user-agent : *\ndisallow : /private/\n", "/private/a.html", False),
    ("longest match, allow first", ALL + b"Allow: /\nDisallow: /private/\n", "/private/a.html", False),
    ("longest match, disallow first", ALL + b"Disallow: /\nAllow: /open/\n", "/open/a.html", True),
    ("allow wins among equals", ALL + b"Disallow: /open/\nAllow: /open/\n", "/open/a.html", True),
    ("wild card", ALL + b"Disallow: /*/a.html\n", "/2026/a.html", False),
    ("wild card at the end", ALL + b"Disallow: /*.html$\n", "/2026/a.html", False),
    ("end not reached", ALL + b"Disallow: /*.html$\n", "/2026/a.html?page=2", True),
    ("query", ALL + b"Disallow: /*?print=\n", "/2026/a.html?print=1", False),
    ("escaped in the rule", ALL + b"Disallow: /%7Ejoe/\n", "/~joe/a.html", False),
    ("escaped in the address", ALL + "Disallow: /straße/\n".encode(), "/stra%C3%9Fe/a.html", False),
    ("second group of all", ALL + b"Disallow: /x/\n\n" + ALL + b"Disallow: /private/\n", "/private/a.html", False),
    ("our group", ALL + b"Disallow: /\n\nUser-agent: onrecord\nDisallow: /x/\n", "/2026/a.html", True),
    ("our group first", b"User-agent: OnRecord\nDisallow: /x/\n\n" + ALL + b"Allow: /\n", "/x/a.html", False),
    ("our group with a version", ALL + b"Allow: /\n\nUser-agent: OnRecord/2.0\nDisallow: /\n", "/2026/a.html", False),
    ("our group among others", b"User-agent: Fox\nUser-agent: OnRecord\nDisallow: /x/\n", "/x/a.html", False),
    ("group of another", b"User-agent: Fox\nDisallow: /\n", "/2026/a.html", True),
    ("name that ours begins with", b"User-agent: On\nAllow: /\n\n" + ALL + b"Disallow: /\n", "/2026/a.html", False),
    ("name that begins with ours", b"User-agent: OnRecord-News\nDisallow: /\n", "/2026/a.html", True),
    ("rules of nobody", b"Disallow: /\n", "/2026/a.html", True),
    ("broken address in a rule", ALL + b"Disallow: //[x\nDisallow: /private/\n", "/private/a.html", False),
    ("no text", ALL + b"Disallow: /\x00\xff%zz\n", "/2026/a.html", True),
    ("beyond the limit", ALL + b"#" * LIMIT + b"\nDisallow: /\n", "/2026/a.html", True),
]


@pytest.mark.parametrize(("content", "path", "allowed"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_rules_are_read_as_the_standard_has_them(content: bytes, path: str, allowed: bool) -> None:  # noqa: FBT001
    assert Robots(content).allows(f"https://courier.example{path}") is allowed


@pytest.mark.parametrize(
    ("lines", "seconds"),
    [
        (b"Crawl-delay: 0.5\n", 0.5),
        (b"Disallow: /x/\nCrawl-delay: 7\n", 7.0),
        (b"Crawl-delay: soon\nRequest-rate: 1/0\n", 0.0),
        (b"Crawl-delay: -1\n", 0.0),
        (b"Crawl-delay: inf\n", 0.0),
        (b"Allow: /\nUser-agent: OnRecord\nCrawl-delay: 3\n", 3.0),
        (b"Allow: /\nUser-agent: Fox\nCrawl-delay: 3\n", 0.0),
    ],
)
def test_the_pause_is_that_of_our_group(lines: bytes, seconds: float) -> None:
    assert Robots(ALL + lines).pause == seconds


def test_thousands_of_names_and_rules_cost_little() -> None:
    names = "".join(f"User-agent: fox{number}\n" for number in range(2_000))
    rules = "".join(f"Disallow: /{number}/\n" for number in range(2_000))
    begun = time.process_time()
    assert Robots((names + rules).encode()).allows("https://courier.example/1/a.html")
    assert time.process_time() - begun < 2
