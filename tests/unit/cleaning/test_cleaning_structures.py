"""Pages in the structures of many publishing systems: the article is kept, what stands around and in it goes."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pipeline.cleaning.document import Cleaned

DATA: dict[str, Any] = tomllib.loads((Path(__file__).parents[2] / "data" / "pages.toml").read_text(encoding="utf-8"))
_SPACE = re.compile(r"\s+")


@pytest.mark.parametrize("page", DATA["page"], ids=lambda page: page["name"])
def test_the_article_is_kept_and_nothing_else(
    page: dict[str, Any], read: Callable[..., Cleaned], written: Callable[[str, str], str]
) -> None:
    document = read(written(page["html"], "text/html"), "text/html").document
    assert document is not None
    text = _SPACE.sub(" ", document.text)
    assert [kept for kept in page["kept"] if written(kept, "text/plain") not in text] == []
    assert [gone for gone in page["gone"] if written(gone, "text/plain") in text] == []
    assert document.truncation in page.get("truncation", [document.truncation])
