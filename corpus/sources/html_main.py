"""The main text of an HTML page: without menus, sidebars, visitors' comments and lists of links."""

from __future__ import annotations

from selectolax.lexbor import LexborHTMLParser as HTMLParser
from selectolax.lexbor import LexborNode as Node

from corpus.sources.markup import text_of, too_deep
from corpus.sources.pages import OTHERS

FRAMES = (
    *("nav", "footer", "aside", "dialog", "menu", "[role=navigation]", "[role=banner]"),
    *("[role=contentinfo]", "[role=search]", "[role=complementary]", "[aria-hidden=true]"),
    *(
        "#nav",
        "#navigation",
        "#menu",
        "#sidebar",
        "#footer",
        "#comments",
        "#respond",
        "#disqus_thread",
    ),
    *(".nav", ".navbar", ".navigation", ".menu", ".sidebar", ".footer", ".site-footer"),
    *(".site-header", ".breadcrumb", ".breadcrumbs", ".pagination", ".comments", ".comment-list"),
    *(".share", ".sharing", ".social", ".related", ".related-posts", ".cookie-banner", ".toc"),
    *(".skip-link", ".screen-reader-text", ".headerlink", ".hidden-print"),
)
MAIN = ("article", "main", "[role=main]", ".h-entry .e-content", ".post-content", ".entry-content")
ENOUGH, SHARE = 40, 0.4  # words of the main element, and its share of the page's
MAX_LINKS = 500_000  # that are counted in one page
LINKED, FEWEST = 0.6, 4  # share of a list's letters that are links, and links it has at least
LISTS = ("ul", "ol", "table", "div", "td", "section")
COMMENT_MARKS = ('a[href^="#cmnt_ref"]', "a[href^='#_msocom']", "a[href^='#_msoanchor']")


def main_text(html: str) -> str:
    """Return the words of the page's author.

    >>> main_text("<nav><a>Home</a></nav><p>It rained.</p><footer>2024</footer>")
    'It rained.'
    """
    if too_deep(html):
        return text_of(html)
    tree = HTMLParser(html)
    _without_reviews(tree)
    for selector in (*OTHERS, *FRAMES):
        for node in reversed(tree.css(selector)):
            if node.tag not in ("body", "html"):
                node.decompose()
    body = tree.body
    if body is None:
        return text_of(html)
    whole = text_of(tree.html or "")
    chosen = _main(tree, len(whole.split()))
    if chosen is not None:
        return text_of(chosen)
    for header in reversed(tree.css("body > header, #header, .header")):
        if header.css_first("h1") is None or len(_letters(header)) < 2 * _linked(header):
            header.decompose()
    _without_link_lists(tree)
    return text_of(tree.html or "") or whole


def _main(tree: HTMLParser, words: int) -> str | None:
    """Return the HTML of the elements that hold the main text, if they are marked as such."""
    for selector in MAIN:
        found = [n for n in tree.css(selector) if not _inside(n, selector)]
        html = "".join(node.html or "" for node in found)
        count = sum(len(node.text(separator=" ").split()) for node in found)
        if found and count >= min(ENOUGH, SHARE * words) and count >= SHARE * words:
            return html
    return None


def _inside(node: Node, selector: str) -> bool:
    """Return whether an element of the same kind is around `node`."""
    around = node.parent
    while around is not None and around.tag not in ("body", "html", "-undef"):
        if around.tag == selector:
            return True
        around = around.parent
    return False


def _letters(node: Node) -> str:
    return "".join(node.text().split())


def _linked(node: Node) -> int:
    return sum(len(_letters(link)) for link in node.css("a"))


def _without_link_lists(tree: HTMLParser) -> None:
    """Take out the lists and boxes that are links for the most part: menus without the name."""
    budget = MAX_LINKS
    for node in reversed(tree.css(", ".join(LISTS))):
        links = node.css("a")
        budget -= len(links)
        if budget < 0:  # boxes within boxes are counted again and again
            return
        if len(links) >= FEWEST and _linked(node) > LINKED * max(1, len(_letters(node))):
            node.decompose()


def _without_reviews(tree: HTMLParser) -> None:
    """Take out reviewers' comments, which word processors put below the page as notes."""
    for selector in COMMENT_MARKS:
        for mark in tree.css(selector):
            around = mark.parent
            while around is not None and around.tag not in ("div", "body"):
                around = around.parent
            if around is not None and around.tag == "div" and around.parent is not None:
                if len(around.css("p")) <= 8:
                    around.decompose()
    for mark in reversed(tree.css("a[href^='#cmnt']")):
        mark.decompose()
