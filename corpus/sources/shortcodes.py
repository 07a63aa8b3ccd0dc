"""WordPress shortcodes, «[gallery ids="1"]», taken out of a post; what most enclose stays."""

from __future__ import annotations

import re

CODE = re.compile(r"\[(\[?)(/?)([A-Za-z][\w-]{0,60})((?:[\s=][^\[\]]{0,2000})?)(/?)\](\]?)")
CLOSING = re.compile(r"\[/([A-Za-z][\w-]{0,60})\]")
ATTRIBUTE = re.compile(r"^\s+[\w-]+\s*=|^=|^\s+https?://", re.I)
ALONE = frozenset(
    "gallery audio video playlist embed caption wp_caption toc contact contact-form archives "
    "gravityform recent_posts sitemap youtube vimeo soundcloud tweet twitter instagram googlemaps "
    "slideshow slideshare polldaddy spotify paypal adsense subscribe jetpack".split()
)
NOT_OWN = ("embed", "quote", "blockquote", "pullquote", "tweet", "youtube", "vimeo", "googlemaps")
"""What these enclose is an address or another's words."""
CODES = ("code", "sourcecode", "syntaxhighlighter", "php", "python", "javascript", "css", "bash")


def without_shortcodes(text: str) -> str:
    """Return `text` without shortcodes; brackets that people write stay.

    >>> without_shortcodes('[caption width="9"]The gate[/caption] and [sic] a [[gallery]]')
    'The gate and [sic] a [gallery]'
    """
    enclosing = {name.lower() for name in CLOSING.findall(text)}
    out: list[str] = []
    at, hidden = 0, ""
    for found in CODE.finditer(text):
        escaped, slash, name, inside, _, _ = found.groups()
        name = name.lower()
        if not _is_code(name, inside, bool(slash), enclosing):
            continue
        if not hidden:
            out.append(text[at : found.start()])
        at = found.end()
        if hidden:
            hidden = "" if slash and name == hidden else hidden
        elif escaped and found.group(6):
            out.append(found.group()[1:-1])
        elif name in NOT_OWN and name in enclosing and not slash:
            hidden = name
        elif name in CODES:
            out.append("</pre>" if slash else "<pre>")
    return "".join([*out, "" if hidden else text[at:]])


def _is_code(name: str, inside: str, closes: bool, enclosing: set[str]) -> bool:
    known = name in ALONE or name in enclosing or "_" in name
    return closes or known or bool(ATTRIBUTE.match(inside))
