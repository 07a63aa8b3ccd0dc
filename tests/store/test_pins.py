"""Decisions and originals: one file that keeps all kinds, and values that only the key opens."""

import pyarrow as pa
import pytest

from corpus.redact.pins import pin
from corpus.redact.values import WrongKey, hmac_of, sealed
from store.library import NoKey, create
from store.originals import NoOriginals, keep_originals, originals
from store.pins import Signed, pin_value, sign, signed_for, unpin_value, value_pins


@pytest.fixture
def library(tmp_path):
    return create(tmp_path / "lib", [tmp_path])


def test_decisions_of_all_kinds_stand_beside_each_other(library):
    value = pin(library.key, "Ann Lee", "allow")
    pin_value(library, value)
    library.pin("d1", "remove", "mine")
    sign(library, Signed(digest="abc", reviewer="IH", approved=True))
    library.pin("d2", "keep", "")
    assert library.pins() == {"d1": "remove", "d2": "keep"}
    assert value_pins(library) == (value,)
    assert signed_for(library, "abc").approved
    assert signed_for(library, "abd") is None
    assert "ann" not in (library.secrets / "pins.toml").read_text().lower()


def test_the_last_decision_counts_and_can_be_taken_back(library):
    first, last = (pin(library.key, "Ann Lee", action) for action in ("allow", "deny"))
    pin_value(library, first)
    pin_value(library, last)
    assert value_pins(library) == (last,)
    assert unpin_value(library, last.hmac)
    assert not unpin_value(library, last.hmac)
    assert value_pins(library) == ()


def written(library, *values):
    rows = [(hmac_of(library.key, t, v, ()), sealed(library.key, v)) for t, v in values]
    told = {"hmac": [r[0] for r in rows], "sealed": [r[1] for r in rows]}
    with library.objects.write("originals", "k") as write:
        write.table("originals", pa.table(told))
    keep_originals(library, library.objects.find("originals", "k"))
    return [row[0] for row in rows]


def test_originals_open_with_the_key_in_the_form_that_was_written(library):
    named, _, phone = written(
        library, ("PERSON", "Ann Lee"), ("PERSON", "ANN LEE"), ("PHONE_NUMBER", "+47 900 11 222")
    )
    told = originals(library, [(named, "A+ A+"), (named, "Aa+ Aa+"), (phone, "?"), ("none", "")])
    assert told == {
        (named, "A+ A+"): "ANN LEE",
        (named, "Aa+ Aa+"): "Ann Lee",
        (phone, "?"): "+47 900 11 222",
    }
    stored = (library.secrets / "originals.parquet").read_bytes()
    assert b"Ann" not in stored
    assert (library.secrets / "originals.parquet").stat().st_mode & 0o777 == 0o600


def test_another_key_opens_nothing(library):
    (named,) = written(library, ("PERSON", "Ann Lee"))
    (library.secrets / "key").write_text("ab" * 32)
    del library.key
    with pytest.raises(WrongKey, match="secrets/key is not the key"):
        originals(library, [(named, "Aa+ Aa+")])


def test_where_nothing_was_kept_that_is_said(library):
    with pytest.raises(NoOriginals, match="commonplace build"):
        originals(library, [])


@pytest.mark.parametrize(("left", "says"), [(None, "missing"), ("", "no key"), ("xyz", "no key")])
def test_a_key_that_is_gone_or_damaged_is_told_and_never_drawn_again(library, left, says):
    path = library.secrets / "key"
    path.unlink()
    if left is not None:
        path.write_text(left)
    with pytest.raises(NoKey, match=says):
        _ = library.key
    assert path.exists() == (left is not None)
