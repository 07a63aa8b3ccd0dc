"""Recognizers from settings: Presidio's by class name, a person's own, and YAML files."""

import pytest
from pydantic import ValidationError

from corpus.redact import Redact, find

YAML = """
recognizers:
  - name: Badge
    supported_entity: BADGE
    patterns:
      - {name: badge, regex: 'QX-\\d{4}', score: 0.6}
  - name: Shelf
    supported_entity: SHELF
    patterns:
      - {name: shelf, regex: 'R\\d{2}', score: 0.1}
    context: [shelf]
  - name: UkNinoRecognizer
    type: predefined
  - {name: Off, supported_entity: OFF, deny_list: [nothing], enabled: false}
"""


def values(text, **settings):
    found = find([text], Redact(ner=False, **settings))[0]
    return [(e.type, text[e.start : e.end], e.rule) for e in found]


def test_a_recognizer_of_presidio_by_its_class_name():
    text = "my insurance number is AB123456C, thanks"
    found = values(text, recognizers=("UkNinoRecognizer",), actions={"ID_NUMBER": "keep"})
    assert [f[:2] for f in found] == [("UK_NINO", "AB123456C")]


def test_recognizers_of_a_yaml_file_and_their_context_words(tmp_path):
    file = tmp_path / "extra.yaml"
    file.write_text(YAML)
    settings = Redact(ner=False, recognizers=(str(file),))
    assert {"BADGE", "SHELF", "UK_NINO"} <= settings.types() and "OFF" not in settings.types()
    texts = ["badge QX-1234 R12", "on shelf R12 there"]
    found = [
        [t[e.start : e.end] for e in f] for t, f in zip(texts, find(texts, settings), strict=True)
    ]
    assert found == [["QX-1234"], ["R12"]]
    before = settings.finding()
    assert settings.finding() != Redact(ner=False).finding()
    file.write_text(YAML.replace("QX", "QY"))
    changed = Redact(ner=False, recognizers=(str(file),))
    assert changed.finding() != before
    assert [e.type for e in find(["badge QY-1234"], changed)[0]] == ["BADGE"]


def test_types_of_added_recognizers_can_be_given_actions():
    settings = Redact(ner=False, recognizers=("UkNinoRecognizer",), actions={"UK_NINO": "tag"})
    assert settings.action("UK_NINO") == "tag"


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("NoSuchRecognizer", "NoSuchRecognizer: Presidio has no such recognizer"),
        ("json:JSONDecoder", "is no Presidio recognizer"),
        ("missing.yaml", "missing.yaml"),
    ],
)
def test_what_is_no_recognizer_is_told(name, said):
    with pytest.raises(ValidationError, match=said):
        Redact(recognizers=(name,))


def test_a_yaml_file_without_recognizers_is_told(tmp_path):
    for text, said in (("a: 1", "holds no «recognizers»"), ("a: [", "no valid YAML")):
        (tmp_path / "x.yaml").write_text(text)
        with pytest.raises(ValidationError, match=said):
            Redact(recognizers=(str(tmp_path / "x.yaml"),))
