"""What a person wrote by hand and got wrong is told in one sentence, without quoting it."""

import pytest

from corpus.by_hand import Unreadable, told
from corpus.people import People


@pytest.fixture
def people(tmp_path):
    (tmp_path / "secrets").mkdir()
    return tmp_path / "secrets" / "people.toml"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (b'[me]\nnames = ["Ines" 7]\n', "secrets/people.toml: not valid TOML: .*line 2"),
        (b'# ok\nallow = ["\xe5se"]\n', "secrets/people.toml: line 2 is not UTF-8"),
        (b'[me]\nname = ["Ines"]\n', "secrets/people.toml: me.name: no such field"),
        (b'[me]\nnames = "Ines"\n', "secrets/people.toml: me.names: .*tuple"),
        (b"person = 3\n", "secrets/people.toml: person: "),
    ],
)
def test_a_mistake_is_told_with_its_place_and_without_its_words(people, text, says):
    people.write_bytes(text)
    with pytest.raises(Unreadable, match=says) as error:
        People.load(people)
    message = str(error.value)
    assert len(message.splitlines()) == 1
    assert "Ines" not in message and str(people.parents[1]) not in message


def test_what_is_absent_says_nothing_and_a_byte_order_mark_is_no_mistake(people):
    assert People.load(people) == People()
    people.write_bytes(b'\xef\xbb\xbf[me]\nnames = ["Ines"]\n')
    assert People.load(people).me.names == ("Ines",)
    assert told(people) == {"me": {"names": ["Ines"]}}
