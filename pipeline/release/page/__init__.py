"""index.html of a release: what it holds, for a person with a browser and no network.

Belongs here: choosing, drawing and escaping what the page shows. Does not: any figure that the tables do not give.
"""

from __future__ import annotations

from pipeline.release.page.render import PageContent, render_page

__all__ = ["PageContent", "render_page"]
