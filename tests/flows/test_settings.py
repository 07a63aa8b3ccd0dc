"""Settings: typos fail by name before anything runs, runs overlay the file, docs are true."""

import tomllib
from pathlib import Path

import pytest
from prefect.utilities.callables import parameter_schema

from flows.build import STEPS, build
from flows.settings import (
    OVERLAYS,
    Settings,
    SettingsError,
    commented,
    from_words,
    is_private,
    reference,
)

DOCS = Path(__file__).parents[2] / "docs"


@pytest.fixture
def toml(tmp_path):
    def write(text):
        path = tmp_path / "commonplace.toml"
        path.write_text(text, "utf-8")
        return path

    return write


def test_a_fresh_file_sets_the_zone_and_nothing_else(toml):
    path = toml(commented("Europe/Oslo"))
    settings, origins = Settings.resolve(path)
    assert settings.sources.zone == "Europe/Oslo"
    assert settings.model_dump(exclude={"sources"}) == Settings().model_dump(exclude={"sources"})
    assert [k for k, v in origins.items() if v != "default"] == ["sources.zone"]


def test_every_commented_line_is_a_valid_setting(toml):
    lines = commented().splitlines()
    opened = [
        line.removeprefix("# ") if "=" in line and line.startswith("# ") else line for line in lines
    ]
    kept = []
    for line in opened:
        try:
            tomllib.loads(line)
            kept.append(line)
        except tomllib.TOMLDecodeError:
            continue
    settings, origins = Settings.resolve(toml("\n".join(kept)))
    assert settings == Settings()
    assert sum(v == "commonplace.toml" for v in origins.values()) > 40


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[filter]\nmin_wrods = 3", "filter.min_wrods: no such setting"),
        ("[tokeniser]\nvocabulary = 3", "tokeniser: no such setting"),
        ("[tokenizer]\nvocabulary = 12", "tokenizer.vocabulary.0: .*greater.*(given 12)"),
        ("[tokenizer]\nvocabulary = 'big'", "tokenizer.vocabulary.0: .*given 'big'"),
        ("[run]\nrunner = 'slurm'", "run.runner"),
        ("[filter]\npreset = 'goofer'", "filter.preset: .*given 'goofer'"),
        ("[filter.note]\nmax_addresses = 1.2", "filter.note.max_addresses: .*given 1.2"),
        ("[filter]\nnote = { max_data_lines = -0.1 }", "filter.note.max_data_lines"),
        ("[filter]\noutlier = 1", "filter.outlier"),
        ("[boilerplate]\nwords = 2", "boilerplate.words"),
        ("[deduplicate.near]\nbands = 27\nrows = 5", "deduplicate.near: .*bands × rows is 135"),
        ("[deduplicate.near]\nthreshold = 1.5", "deduplicate.near.threshold: .*given 1.5"),
        ("[run\n", "not valid TOML"),
    ],
)
def test_a_mistake_is_told_by_its_name(toml, text, says):
    with pytest.raises(SettingsError, match=says) as caught:
        Settings.resolve(toml(text))
    assert "\n" not in str(caught.value)


def test_a_run_overlays_the_file_and_each_value_tells_where_it_is_from(toml):
    path = toml("[tokenizer]\nvocabulary = 1000\nseed = 3\n")
    overlay = {"tokenizer": OVERLAYS["tokenizer"](vocabulary=500), "split": None}
    settings, origins = Settings.resolve(path, overlay)
    assert (settings.tokenizer.vocabulary, settings.tokenizer.seed) == ((500,), 3)
    assert origins["tokenizer.vocabulary"] == "run"
    assert origins["tokenizer.seed"] == "commonplace.toml"
    assert origins["tokenizer.min_frequency"] == "default"


def test_words_of_the_command_line_are_an_overlay():
    words = ["redact.ner=false", "plan.sql=SELECT id FROM documents", "run.workers=4"]
    assert from_words(words) == {
        "redact": {"ner": False},
        "plan": {"sql": "SELECT id FROM documents"},
        "run": {"workers": 4},
    }
    with pytest.raises(SettingsError, match=r"SECTION\.NAME=VALUE"):
        from_words(["ner=false"])


def test_overlays_refuse_typos_and_values_out_of_bounds():
    with pytest.raises(ValueError, match="vocabulry"):
        OVERLAYS["tokenizer"](vocabulry=3)
    with pytest.raises(ValueError, match="greater"):
        OVERLAYS["tokenizer"](vocabulary=3)


@pytest.mark.parametrize("flow", [build, *STEPS.values()])
def test_every_field_of_a_run_is_shown_with_title_and_description_and_left_empty(flow):
    schema = parameter_schema(flow.fn).model_dump()
    assert not schema.get("required")
    assert set(schema["properties"]) <= set(Settings.model_fields)
    assert all(field["description"] for field in schema["properties"].values())
    for definition in schema["definitions"].values():
        assert not definition.get("required")
        for field in definition["properties"].values():
            assert field["title"]
            assert field["description"]
            switch = {"type": "boolean"} in field.get("anyOf", [])
            assert switch == ({"type": "null"} in field.get("anyOf", []))
            assert field.get("type") != "boolean", "an untouched switch would be sent as off"
            assert switch or "default" not in field
    bounds = schema["definitions"]["Reading"]["properties"]["session_gap_hours"]
    assert (bounds["exclusiveMinimum"], bounds["maximum"]) == (0, 720)


def test_what_flows_fill_in_is_not_asked_of_a_person():
    for name, field in Settings.model_fields.items():
        hidden = {n for n, f in type(field.default).model_fields.items() if is_private(f)}
        assert not hidden & set(OVERLAYS[name].model_fields)
        assert not any(f"`{n}`" in reference() for n in hidden)


def test_the_reference_in_the_docs_is_made_from_the_code():
    assert (DOCS / "settings.md").read_text("utf-8") == reference()
