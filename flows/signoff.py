"""Sign-off: a run waits until a person has let this very corpus be published."""

from __future__ import annotations

from typing import Any

from prefect import pause_flow_run
from prefect.exceptions import FlowPauseTimeout
from prefect.input import RunInput
from prefect.settings import get_current_settings
from pydantic import Field

from flows import show
from flows.context import Work
from flows.jobs.job import StepFailed
from flows.pointer import LEAST
from flows.server import lasts
from store.pins import Signed, sign, signed_for

POLL_SECONDS = 2


class SignOff(RunInput):
    """Sign for the redacted corpus. What is typed here is kept in Prefect's database."""

    digest: str = Field(
        title="Digest", description="The digest of the corpus, as this page and «review» show it."
    )
    reviewer: str = Field(
        min_length=2, max_length=80, title="Reviewer", description="Who signs; initials will do."
    )
    approve: bool = Field(True, title="Publish", description="Off: the run ends, nothing is shown.")
    note: str = Field("", max_length=500, title="Note", description="Quote no text here.")


def wait_for_sign_off(work: Work) -> None:
    """Return when the corpus of this run is signed for; at once if no sign-off is asked for.

    A sign-off is bound to the digest of the corpus and holds for later runs that give the same.
    Raises StepFailed when it is refused, or there is no server to ask on, or nobody signs in time.
    """
    settings = work.settings.review
    if not settings.sign_off:
        return
    named = work.results["digest"]
    told = signed_for(work.library, named)
    if told is None:
        told = _asked(named, settings.sign_off_hours * 3_600)
        sign(work.library, told)
    if not told.approved:
        raise StepFailed(
            f"the corpus {named[:LEAST]} was reviewed and not approved; nothing is published. "
            "Change settings or pins and build again, or sign anew with commonplace review"
        )


def _asked(named: str, seconds: int) -> Signed:
    if not lasts(get_current_settings().api.url):
        raise StepFailed(
            f"review.sign_off: the corpus {named[:LEAST]} waits to be signed for; look at it with "
            "commonplace review LIBRARY, sign with --sign NAME, and build again"
        )
    words = (
        f"Redaction is done. Look at it with `commonplace review LIBRARY`, then sign for the "
        f"corpus with the digest `{named}`. Nothing is published before."
    )
    show.err.print(
        f"The corpus {named[:LEAST]} waits to be signed for: look at it with commonplace review, "
        "then resume this run on its page in Prefect."
    )
    for attempt in range(1, 100):
        form: Any = SignOff.with_initial_data(description=words)
        try:
            told = pause_flow_run(
                wait_for_input=form,
                timeout=seconds,
                poll_interval=POLL_SECONDS,
                key=f"sign-off-{named[:LEAST]}-{attempt}",
            )
        except FlowPauseTimeout:
            break
        if len(told.digest.strip()) >= LEAST and named.startswith(told.digest.strip()):
            return Signed(
                digest=named, reviewer=told.reviewer, approved=told.approve, note=told.note
            )
        words = f"That was not the digest. Sign for `{named}`, or for nothing."
    raise StepFailed(
        f"the corpus {named[:LEAST]} was not signed for in time; nothing is published. "
        "Sign with commonplace review LIBRARY --sign NAME and build again"
    )
