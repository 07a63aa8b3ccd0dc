"""Other models: a spaCy folder is checked by its digest, a Presidio NlpEngine is asked."""

import pytest
import spacy

from corpus.redact import Redact, find
from corpus.redact.ner.models import ModelRefused, folder_digest


class Engine:
    """A Presidio NlpEngine that knows one name."""

    def is_loaded(self):
        return True

    def get_supported_languages(self):
        return ["nb"]

    def process_batch(self, texts, language):
        nlp = spacy.blank("nb")
        for text in texts:
            doc = nlp(text)
            at = text.find("Åse")
            doc.ents = [doc.char_span(at, at + 3, "PERSON")] if at >= 0 else []
            artifacts = type("Artifacts", (), {"entities": doc.ents, "scores": [0.9] * (at >= 0)})
            yield text, artifacts


@pytest.fixture
def folder(tmp_path):
    nlp = spacy.blank("nb")
    ner = nlp.add_pipe("ner")
    ner.add_label("PER")
    nlp.initialize()
    nlp.to_disk(tmp_path / "model")
    return tmp_path / "model"


def test_a_model_folder_is_used_when_its_digest_is_the_one_set(folder):
    settings = Redact(model=str(folder), model_sha256=folder_digest(folder), languages=("nb",))
    assert isinstance(find(["Åse dro til Bergen."], settings)[0], list)


def test_a_changed_model_is_refused_with_both_digests(folder):
    expected = folder_digest(folder)
    (folder / "meta.json").write_text("{}")
    has = folder_digest(folder)
    with pytest.raises(ModelRefused, match=f"SHA-256 {has}, expected {expected}"):
        find(["Åse dro."], Redact(model=str(folder), model_sha256=expected))


def test_a_model_without_a_digest_is_refused_and_the_digest_told(folder):
    with pytest.raises(ModelRefused, match=f'model_sha256 = "{folder_digest(folder)}"'):
        find(["Åse dro."], Redact(model=str(folder)))


def test_a_folder_that_is_no_model_is_refused(tmp_path):
    with pytest.raises(ModelRefused, match=r"no spaCy model; it has no config\.cfg"):
        find(["Åse dro."], Redact(model=str(tmp_path)))


def test_a_model_without_ner_is_refused(tmp_path):
    spacy.blank("nb").to_disk(tmp_path / "blank")
    settings = Redact(model=str(tmp_path / "blank"), model_sha256=folder_digest(tmp_path / "blank"))
    with pytest.raises(ModelRefused, match="no «ner»"):
        find(["Åse dro."], settings)


def test_a_presidio_engine_takes_the_place_of_the_model():
    settings = Redact(model=f"{__name__}:Engine", languages=("nb",))
    text = "i går kom Åse hjem"
    assert [(e.type, text[e.start : e.end]) for e in find([text], settings)[0]] == [
        ("PERSON", "Åse")
    ]


def test_an_engine_that_is_not_there_is_told():
    with pytest.raises(ModelRefused, match="no_such_module:Engine: cannot be imported"):
        find(["Åse"], Redact(model="no_such_module:Engine"))
