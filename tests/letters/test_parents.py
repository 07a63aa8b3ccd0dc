"""What of a reply stands in earlier mails: runs, short questions, what was put between."""

import time

import pytest

from corpus.letters.parents import Earlier, overlap, typed

BEFORE = """Hi Jill,

the yard called this morning about the mast. Shall I order the new one from Bergen or wait?

Who pays for the transport this time?

Also, the harbour master asked when we want the crane.

Kari"""


def pieces(text, *before):
    found = overlap(text, Earlier(before or [BEFORE]))
    return [[text[a:b] for a, b in ranges] for ranges in found]


def test_answers_between_unmarked_lines():
    text = BEFORE.replace("time?\n", "time?\nI do.\n").replace("crane.\n", "crane.\nOn Friday.\n")
    quoted, own = pieces(text)
    assert [piece.split("\n")[0] for piece in own] == ["I do.", "On Friday."]
    assert "Who pays for the transport this time?" in quoted
    assert not {"I do.", "On Friday."} & set(quoted)


def test_a_quote_wrapped_anew_and_named():
    text = (
        "Kari: the yard called this morning about\nthe mast. Shall I order the new one\nfrom Bergen"
    )
    quoted, _ = pieces(text)
    assert quoted == text.split("\n")


def test_words_of_the_other_within_an_own_sentence_stay():
    text = "I wonder when the harbour master asked when we want the crane, it was late already."
    assert pieces(text)[0] == []


def test_a_whole_sentence_within_a_paragraph_goes():
    sentence = "Also, the harbour master asked when we want the crane. "
    quoted, _ = pieces(f"You wrote it. {sentence}Well, on Friday.")
    assert quoted == [sentence]


@pytest.mark.parametrize("text", ["Hi Jill,", "Kari", "See you on Friday then.", "", "\n\n"])
def test_what_people_say_anyway_is_no_quote(text):
    assert pieces(text, f"{BEFORE}\nSee you on Friday then.")[0] == []


def test_a_few_own_words_above_a_footer_that_the_other_has_too_stay():
    footer = "Boats of the harbour: a list for all who keep one\nhttps://lists.harbour.example"
    before = f"The mast is here.\n\nDone.\n\n{footer}"
    assert pieces(f"Done.\n\n{footer}", before)[0] == footer.split("\n")
    assert "Done." in pieces(before, before)[0]  # here it stands where it stood


def test_the_lines_of_a_patch_are_not_looked_for():
    head = "--- a/mast.c\n+++ b/mast.c\n@@ -1,3 +1,3 @@\n"
    patch = f"{head} int set(struct mast *mast, int height, int to)\n"
    assert pieces(f"Please apply this one.\n\n{patch}", patch) == [[], []]


def test_chinese_needs_more_than_a_polite_phrase():
    polite = "お世話になっております。"
    assert pieces(f"{polite}\n明日伺います。", f"{polite}\n明日来られますか。")[0] == []
    long = "船は来週の木曜日に造船所から戻る予定ですので、鍵を忘れずに持ってきてください。"
    assert pieces(f"{long}\nはい。", long)[0] == [long]


def test_what_stands_below_the_end_of_the_other_mail_is_own():
    text = f"{BEFORE}\n\nI think we should wait.\nJill"
    _, own = pieces(text)
    assert "I think we should wait.\nJill" in own[-1]
    headed = f"{BEFORE}\n\nOn 3 May 2024 at 10:12 Ann <ann@mail.example>:\nOld words."
    assert not any("Old words" in piece for piece in pieces(headed)[1])


def test_letters_whose_small_form_is_longer_keep_their_places():
    text = "İİİİ\n" + "Who pays for the transport this time?"
    assert pieces(text)[0] == ["Who pays for the transport this time?"]


def test_typed_marks():
    text = "> Masts need a permit.\n\nSo.\n\n> Kari\n"
    runs = [(0, 23), (29, 36)]
    assert typed(text, runs, [BEFORE]) == [(0, 23)]
    assert typed(text, runs, [BEFORE, "Masts need a permit."]) == []
    assert typed(text, [(0, 23)] * 51, [BEFORE]) == []


@pytest.mark.timeout(60)
def test_it_takes_time_linear_in_both():
    long = "the same words again and again " * 30_000
    started = time.process_time()
    overlap(long, Earlier([long]))
    overlap("\n".join(["a b c d e f g h"] * 20_000), Earlier(["a b c d e f g h\n" * 20_000]))
    assert time.process_time() - started < 30
