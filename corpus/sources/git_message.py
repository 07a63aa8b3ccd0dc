"""What of a commit message its author wrote: no merges, reverts, trailers and squashed lists."""

from __future__ import annotations

import re

from corpus.sources.piece import Problem

MERGE = re.compile(
    r"Merge (?:branch(?:es)?|pull request|remote-tracking branch|tag|commit|changes|MR|"
    r"[\w./-]+ into) |Merged? (?:in|PR) "
)
REVERT = re.compile(r"(?:Revert|Reapply) [\"“]|revert: ")
REVERTED = re.compile(
    r"This reverts (?:commit|merge request)|reverts commit [0-9a-f]{7,}|^Reverts "
)
UNFINISHED = re.compile(r"(?:fixup|squash|amend)! ")
ROBOT = re.compile(
    r"\[bot\]|(?:^|[-_. ])bot(?:$|[-_.@ ])|dependabot|renovate|greenkeeper|semantic-release|"
    r"github[- ]actions|jenkins|travis|weblate|l10n|snyk|pre-commit-ci|web-flow",
    re.I,
)
TRAILER = re.compile(
    r"(?:[A-Z][A-Za-z]*(?:-[A-Za-z]+)+|Fixes|Closes|Refs?|Link|Cc|Bug|See|Resolves|PR|Issue|CC|"
    r"git-svn-id|Differential Revision|Reviewed By|Summary|Test Plan): ?\S|"
    r"\(cherry picked from commit |\(adapted from commit |\U0001f916 "
)
SQUASHED = re.compile(r"^(?:Squashed commit of the following|# This is a combination of)", re.M)
NUMBERED = re.compile(r"\(#\d+\)$")
ITEM = re.compile(r"[*-] ")


def own_part(message: str, name: str, mail: str) -> str | Problem:
    """Return what the author wrote of `message`, or why none of it is theirs.

    >>> own_part("Fix the gate\\n\\nIt stuck.\\n\\nSigned-off-by: Ann <a@b.org>", "Ann", "a@b.org")
    'Fix the gate\\n\\nIt stuck.'
    """
    if ROBOT.search(name) or ROBOT.search(mail.partition("@")[0]):
        return Problem("", "written by a robot")
    if MERGE.match(message):
        return Problem("", "a merge")
    if UNFINISHED.match(message):
        return Problem("", "a fixup of another commit")
    subject, _, body = message.partition("\n")
    body = _untrailed(body.strip("\n"))
    if found := SQUASHED.search(f"{subject}\n{body}"):
        subject, body = f"{subject}\n{body}"[: found.start()].rstrip(), ""
    if REVERT.match(subject):
        lines = [line for line in body.split("\n") if not REVERTED.search(line)]
        subject, body = "", "\n".join(lines).strip()
        if not body:
            return Problem("", "a revert")
    if _is_squash(subject, body):
        body = ""
    text = "\n\n".join(part for part in (subject.strip(), body.strip()) if part)
    return text or Problem("", "no text")


def _untrailed(body: str) -> str:
    """Return `body` without the trailers at its end: who signed, reviewed, wrote with."""
    lines = body.rstrip().split("\n")
    while lines and (not lines[-1].strip() or TRAILER.match(lines[-1].strip())):
        lines.pop()
    return "\n".join(lines)


def _is_squash(subject: str, body: str) -> bool:
    """Return whether the body lists the subjects of the commits that a host squashed into one."""
    items = [line for line in body.split("\n") if line.strip()]
    starred = sum(bool(ITEM.match(line)) for line in items)
    listed = starred >= 2 and starred >= 0.5 * len(items)
    return listed and bool(NUMBERED.search(subject.strip()))
