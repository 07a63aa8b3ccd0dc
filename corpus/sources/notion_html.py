"""Pages of Notion as it writes them in HTML: header, table of properties, body."""

from __future__ import annotations

import re

from selectolax.lexbor import LexborHTMLParser as HTMLParser

from corpus.sources.markup import text_of, too_deep
from corpus.sources.notion_page import Page, properties_of

PAGE = re.compile(rb'<article id="[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}" class="page\b')
GONE = (
    *("a.bookmark", ".table_of_contents", "table.collection-content", "figure.link-to-page"),
    *(".collection-title", "figure.image", ".page-cover-image", ".bookmark"),
)
"""Parts of a page that are others' words or stand in pages of their own."""

TYPES = {
    "created_time": "created_time",
    "created_by": "created_by",
    "url": "url",
}
"""The type of a property, which needs no language → the name it is known by."""


def page(html: str) -> Page | None:
    """Return the page in parts, or None where none is found."""
    tree = HTMLParser("" if too_deep(html) else html)
    article = tree.css_first("article.page")
    if article is None:
        return None
    given = []
    for row in article.css("table.properties tr"):
        name, value = row.css_first("th"), row.css_first("td")
        kind = (row.attributes.get("class") or "").rpartition("property-row-")[2]
        if name is not None and value is not None:
            values = [node.text() for node in value.css(".selected-value")] or [value.text()]
            given.append((TYPES.get(kind, name.text().strip()), ", ".join(values)))
    for selector in GONE:
        for node in article.css(selector):
            node.decompose()
    for box in article.css(".page-body .checkbox"):
        box.replace_with("[x] " if "checkbox-on" in (box.attributes.get("class") or "") else "[ ] ")
    title, body = article.css_first(".page-title"), article.css_first(".page-body")
    own = (article.attributes.get("id") or "").replace("-", "")
    return Page(
        own or None,
        " ".join(title.text().split()) if title is not None else "",
        text_of(body.html or "") if body is not None else "",
        properties_of(given),
    )
