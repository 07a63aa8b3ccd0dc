"""What is asked to be forgotten: ids and typed words become hashes, mistakes one sentence."""

import inspect

import pytest
from pydantic import TypeAdapter, ValidationError

from corpus.forgotten import handle_hash, kind_hash, text_hash
from flows.asked import Asked, NotKnown, by_ids, with_typed
from flows.forget import forget
from store.library import create
from store.objects import write_whole

PEOPLE = """
[me]
names = ["Ines Halvorsen"]
[[person]]
names = ["Odd Nystrand"]
handles = ["email:odd@vik.example", "telegram:user9"]
"""


@pytest.fixture
def library(tmp_path):
    library = create(tmp_path / "library", [])
    write_whole(library.secrets / "people.toml", PEOPLE)
    rows = "file,name,source,evidence\nf1,a/chat.txt,whatsapp,x\nf2,a/photo.jpg,,not writing\n"
    write_whole(library.secrets / "files.csv", rows)
    return library


def test_ids_are_told_apart_by_their_letter():
    ids = {letter: letter + "0" * 24 for letter in "dtpf"}
    asked = by_ids([*ids.values(), ids["d"] + "~2"])  # a variant is its parent's
    told = (asked.documents, asked.threads, asked.authors, asked.files)
    assert told == tuple(frozenset({id_}) for id_ in ids.values())


def test_a_person_listed_is_all_their_names_and_handles(library):
    for typed in ("odd nystrand", "Odd@Vik.example", "telegram:user9"):
        hashes = with_typed(library, Asked(), [typed], [], None).typed.handles
        for handle in ("name:Odd Nystrand", "email:odd@vik.example", "telegram:user9"):
            assert handle_hash(library.key, handle) in hashes, typed
    typed = with_typed(library, Asked(), ["+47 900 00 000"], [], None).typed
    assert handle_hash(library.key, "phone:+4790000000") in typed.handles


def test_sources_go_by_name_id_or_kind_and_words_by_their_number(library):
    asked = with_typed(library, Asked(), [], ["a/chat.txt", "whatsapp"], "Plum  JAM!")
    assert asked.files == {"f1"}
    assert asked.typed.kinds == {kind_hash(library.key, "whatsapp")}
    assert asked.typed.phrases == {(2, text_hash(library.key, ["plum", "jam"]))}


@pytest.mark.parametrize(
    ("ids", "people", "sources", "text", "says"),
    [
        (["Odd Nystrand"], [], [], None, "not an id"),
        (["d123"], [], [], None, "not an id"),
        ([], ["Ines Halvorsen"], [], None, "that is you"),
        ([], [], ["a/photo.jpg"], None, "no such file or kind"),
        ([], [], ["nowhere"], None, "no such file or kind"),
        ([], [], [], " !", "holds no words"),
    ],
)
def test_what_cannot_be_is_said_in_a_sentence(library, ids, people, sources, text, says):
    with pytest.raises(NotKnown, match=says) as error:
        with_typed(library, by_ids(ids), people, sources, text)
    assert "Nystrand" not in str(error.value)


def test_the_flow_takes_opaque_ids_only():
    for name, parameter in inspect.signature(forget.fn, eval_str=True).parameters.items():
        takes = TypeAdapter(parameter.annotation)
        letter = {"documents": "d", "threads": "t", "people": "p", "files": "f"}[name]
        assert takes.validate_python([letter + "0" * 24])
        for wrong in ("Odd Nystrand", "x" + "0" * 24, letter + "0" * 23):
            with pytest.raises(ValidationError):
                takes.validate_python([wrong])
    shown = forget.parameters.properties
    assert all("Ids of" in parameter["description"] for parameter in shown.values())
    assert all("pattern" in parameter["items"] for parameter in shown.values())
