"""The Markdown of forms as HTML that can do no harm: no raw HTML, no pictures, headings below the page's own."""

from __future__ import annotations

from functools import lru_cache

import nh3
from markdown_it import MarkdownIt
from markupsafe import Markup

_TAGS = {"p", "br", "strong", "em", "ul", "ol", "li", "a", "h2", "h3", "h4", "blockquote", "hr"}
_SCHEMES = {"https", "tel", "mailto"}
_PARSER = MarkdownIt("commonmark", {"html": False}).disable("image")


@lru_cache(maxsize=1024)
def markdown(text: str) -> Markup:
    """Headings begin at the second level: the first is the page's."""
    tokens = _PARSER.parse(text)
    for token in tokens:
        if token.type in {"heading_open", "heading_close"}:
            token.tag = f"h{min(int(token.tag[1:]) + 1, 4)}"
    html = _PARSER.renderer.render(tokens, _PARSER.options, {})
    cleaned = nh3.clean(
        html, tags=_TAGS, attributes={"a": {"href"}}, url_schemes=_SCHEMES, link_rel="noreferrer noopener"
    )
    return Markup(cleaned.strip())  # noqa: S704 - nh3 made it safe the line above
