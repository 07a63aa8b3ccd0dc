"""The fit over all mails: who is looked at, what is told, and that it is always the same."""

from datetime import UTC, datetime, timedelta

from corpus.identify import Identify
from corpus.lent import lend
from corpus.letters import fit as letters
from corpus.letters.marks import NOTHING
from corpus.schema import WORK, record_batch

AT = datetime(2024, 5, 8, 7, 55, tzinfo=UTC)
ASKED = "Shall I order the new mast from Bergen or wait for the used one from the yard?"
ANSWER = "Order the new one, please, we have waited long enough."


def mail(id_, text, **other):
    mine = other.pop("origin", "self") == "self"
    row = {"id": id_, "kind": "mail", "thread": "t", "text": text, "created": AT}
    row |= {"origin": "self" if mine else "other", "author": "me" if mine else "kari"}
    row["people"] = [{"handle": "email:jill@mail.example", "name": "Jill Dove"}]
    return row | other


def told(*rows, least=3):
    return letters.known_of(letters.fit([record_batch(rows, WORK)], least))


def after(hours):
    return AT + timedelta(hours=hours)


def test_a_quote_without_marks_is_known_by_the_mail_it_answers():
    text = f"{ASKED}\n{ANSWER}"
    found = told(mail("p", ASKED, origin="other"), mail("r", text, created=after(1), reply_to="p"))
    assert [text[a:b] for a, b in found["r"].quoted] == [ASKED]
    assert "p" not in found


def test_only_earlier_mails_of_the_thread_or_the_chain_count():
    text = f"{ASKED}\n{ANSWER}"
    reply = mail("r", text, created=after(1))
    assert "r" not in told(reply, mail("p", ASKED, origin="other", created=after(2)))
    assert "r" not in told(reply, mail("p", ASKED, origin="other", thread="u"))
    assert "r" not in told(reply, mail("p", ASKED))  # one's own words said again
    assert "r" in told(reply | {"reply_to": "p"}, mail("p", ASKED, origin="other", thread="u"))
    undated = reply | {"created": None, "reply_to": "p"}
    assert "r" in told(undated, mail("p", ASKED, origin="other"))


def test_circles_of_replies_end():
    rows = [mail("a", ASKED, reply_to="b"), mail("b", ASKED, reply_to="a", origin="other")]
    assert told(*rows) is not None
    assert told(mail("a", ASKED, reply_to="a")) == {}


def test_a_mail_that_the_other_covers_whole_is_left():
    found = told(mail("p", ASKED, origin="other"), mail("r", ASKED, created=after(1)))
    assert found.get("r", NOTHING).quoted == ()


def test_own_quotation_marks():
    text = f"I read this:\n\n> Masts above ten metres need a permit.\n\n{ANSWER}"
    asked = mail("p", ASKED, origin="other")
    found = told(asked, mail("r", text, created=after(1)))
    assert [text[a:b].strip() for a, b in found["r"].own] == [
        "> Masts above ten metres need a permit."
    ]
    said = mail("o", "Masts above ten metres need a permit.", created=after(0.5))
    assert "r" not in told(asked, said, mail("r", text, created=after(1)))


def test_who_answers_nobody_quotes_by_hand():
    text = f"{ANSWER}\n\n> A street is what people make of it.\n"
    assert [text[a:b] for a, b in told(mail("r", text, title="The street"))["r"].own] == [
        "> A street is what people make of it.\n"
    ]
    assert told(mail("r", text, title="Re: The street"), mail("s", text, title=None)) == {}
    headed = f"{ANSWER}\n\nOn 3 May 2024 at 10:12, Kari <kari@mail.example> wrote:\n> Hi\n"
    assert told(mail("r", headed, title="The street")) == {}


def test_signatures_are_learnt_below_what_is_cut():
    quote = "\n\nOn 3 May 2024 at 10:12, Kari <kari@mail.example> wrote:\n> Hi\n"
    rows = [
        mail(f"m{n}", f"Hello number {n}.\n\nBest,\nJill{quote}", thread=f"t{n}") for n in range(3)
    ]
    found = told(*rows)
    assert sorted(found) == ["m0", "m1", "m2"]
    start, end = found["m0"].signed[0]
    assert rows[0]["text"][start:end] == "Best,\nJill"
    assert told(*rows, least=4) == {}


def test_the_order_of_the_mails_does_not_matter():
    rows = [mail("p", ASKED, origin="other"), mail("r", f"{ASKED}\n{ANSWER}", created=after(1))]
    assert told(*rows) == told(*rows[::-1])
    one = letters.fit([record_batch(rows[:1], WORK), record_batch(rows[1:], WORK)], 3)
    assert letters.fit([record_batch(rows, WORK)], 3).equals(one)


def test_wanted_are_own_mails_and_those_of_their_threads():
    rows = [
        mail("own", ANSWER), mail("asked", ASKED, origin="other"),
        mail("bulk", ASKED, origin="other", thread="u"),
        mail("alone", ANSWER, thread=None), mail("nobody", ASKED, origin="other", thread=None),
        mail("gone", ANSWER, removed="source.empty"), mail("note", ANSWER, kind="note"),
    ]  # fmt: skip
    batch = record_batch(rows, WORK).select(letters.HEAD)
    assert letters.wanted([batch]) == {"own", "asked", "alone"}


def test_identify_cuts_what_is_told_with_an_event():
    text = f"{ASKED}\n{ANSWER}"
    rows = [mail("p", ASKED, origin="other"), mail("r", text, created=after(1), reply_to="p")]
    batch = record_batch(rows, WORK)
    stage = Identify(letters=lend("letters-test", letters.fit([batch], 3)))
    out, events = stage(batch)
    assert out.to_pylist()[1]["text"] == ANSWER
    assert [(e["document"], e["action"], e["rule"]) for e in events.to_pylist()] == [
        ("r", "cut", "quote.parent")
    ]
    assert Identify()(batch)[0].to_pylist()[1]["text"] == text


def test_nothing_at_all():
    assert letters.fit([], 3).num_rows == 0 and letters.wanted([]) == set()
    assert told(mail("r", None), mail("s", "")) == {}
