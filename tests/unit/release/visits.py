"""A page in a real browser: what a visitor does, sees and is told, and what the page did meanwhile.

Belongs here: starting the installed Chromium, and looks at a page that several tests take. Does not: tests.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Dialog, Page

WIDE = {"width": 1280, "height": 900}
PHONE = {"width": 390, "height": 844}

_CONTRAST = """() => {
  const context = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const rgba = (colour) => {
    context.clearRect(0, 0, 1, 1); context.fillStyle = colour; context.fillRect(0, 0, 1, 1);
    return [...context.getImageData(0, 0, 1, 1).data];
  };
  const linear = (part) => part <= 10.31475 ? part / 3294.6 : ((part / 255 + 0.055) / 1.055) ** 2.4;
  const luminance = ([r, g, b]) => 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
  const behind = (node) => {
    for (let at = node; at; at = at.parentElement) {
      const colour = rgba(getComputedStyle(at).backgroundColor);
      if (colour[3] > 230) return colour;
    }
    return [255, 255, 255, 255];
  };
  const found = [];
  for (const node of document.body.querySelectorAll("*")) {
    const own = [...node.childNodes].some((child) => child.nodeType === 3 && child.data.trim());
    if (!own || !node.checkVisibility() || ["SCRIPT", "TITLE", "OPTION"].includes(node.tagName.toUpperCase())) continue;
    const [front, back] = [luminance(rgba(getComputedStyle(node).color)), luminance(behind(node))];
    found.push([(Math.max(front, back) + 0.05) / (Math.min(front, back) + 0.05), node.outerHTML.slice(0, 90)]);
  }
  return found;
}"""
"""Contrast of each element's text with what is behind it (WCAG 2.2, relative luminance)."""


@dataclass
class Visit:
    """An open page, and what a visitor should never meet: dialogs, messages in the console, requests."""

    page: Page
    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def dismiss(self, dialog: Dialog) -> None:
        """Closes a dialog, and keeps what it said."""
        self.complaints.append(dialog.message)
        dialog.dismiss()

    def found(self) -> list[str]:
        """Ids of the claims that are shown, in their order."""
        ids: list[str] = self.page.locator("#found-claims > li[id]").evaluate_all("cards => cards.map(card => card.id)")
        return ids

    def ask(self, **fields: str) -> list[str]:
        """Types into fields or chooses from them, presses Enter, and gives the ids of the claims found."""
        for name, value in fields.items():
            control = self.page.locator(f"#search [name={name}]")
            if control.evaluate("node => node.tagName") == "SELECT":
                control.select_option(value)
            else:
                control.fill(value)
        self.page.locator("#search [name=q]").press("Enter")
        return self.found()

    def open_everything(self) -> None:
        """Opens every part that can be folded."""
        self.page.evaluate("() => { for (const part of document.querySelectorAll('details')) part.open = true }")

    def overflow(self) -> int:
        """By how many pixels the page is wider than the screen."""
        too_wide: int = self.page.evaluate("() => document.documentElement.scrollWidth - innerWidth")
        return too_wide

    def faint(self, least: float) -> list[Any]:
        """Texts whose contrast with what is behind them is less than that."""
        return [seen for seen in self.page.evaluate(_CONTRAST) if seen[0] < least]

    def accessible(self) -> list[dict[str, Any]]:
        """What assistive technology is told: role, name and properties of each node that is not ignored."""
        client = self.page.context.new_cdp_session(self.page)
        nodes = client.send("Accessibility.getFullAXTree")["nodes"]
        return [_plain(node) for node in nodes if not node["ignored"]]


def _plain(node: dict[str, Any]) -> dict[str, Any]:
    properties = {p["name"]: p["value"].get("value") for p in node.get("properties", [])}
    return {"role": node["role"]["value"], "name": node.get("name", {}).get("value", ""), **properties}


def chromium() -> str:
    """The installed browser."""
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    assert found, "the page is tested in a browser: install Chromium, or leave `make browser` out"
    return found


@contextmanager
def visit(browser: Browser, path: Path, fragment: str = "", **options: Any) -> Iterator[Visit]:
    """Opens a page from the disk; whatever it asks for or complains of is kept."""
    context = browser.new_context(**{"viewport": WIDE, **options})
    page = context.new_page()
    seen = Visit(page)
    page.on("request", lambda request: seen.requests.append(request.url))
    page.on("console", lambda message: seen.complaints.append(message.text))
    page.on("pageerror", lambda error: seen.complaints.append(str(error)))
    page.on("dialog", seen.dismiss)
    page.goto(f"{path.as_uri()}{fragment}")
    yield seen
    context.close()
