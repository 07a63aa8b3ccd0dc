"""Language identification: decided, undecided, mixed, and without a network."""

import logging
import socket

import pytest

from corpus import language

TEXTS = {
    "en": "The boats came in late and the harbour was already dark.",
    "fr": "Nous avons marché le long de la rivière jusqu'au village.",
    "de": "Wir sind gestern Abend noch einmal an den See gefahren.",
    "es": "Ayer por la tarde fuimos a ver a la abuela en el pueblo.",
    "sv": "Jag vet inte vad jag ska säga om det som hände i går kväll.",
    "ja": "今日はとてもいい天気だったので散歩に行きました。",
    "zh": "我昨天晚上没有睡好,因为外面一直在下雨。",
    "ru": "Мы вчера долго гуляли по набережной и говорили о доме.",
}


@pytest.mark.parametrize("code", TEXTS)
def test_known_languages(code):
    assert language.detect(TEXTS[code]) == (code, False)


@pytest.mark.parametrize(
    "text", ["", " \n", "ok", "lol", "12345 678 90", "👍👍", "https://a.example/de/die"]
)
def test_too_little_is_undecided(text):
    assert language.detect(text).code is None


def test_newlines_and_length_do_not_matter():
    long = "\n".join([TEXTS["de"]] * 400)
    assert language.detect(long) == ("de", False)


def test_capitals_only():
    assert language.detect(TEXTS["en"].upper()).code == "en"


def test_a_document_in_two_languages_is_told_by_paragraph():
    text = "\n\n".join([TEXTS["en"]] * 8 + [TEXTS["fr"]] * 8)
    assert language.detect(text).mixed
    assert language.by_paragraph(text) == ["en"] * 8 + ["fr"] * 8
    assert language.by_paragraph("\n\n".join([TEXTS["en"]] * 4)) is None


def test_many_paragraphs_are_bounded():
    text = "\n\n".join([TEXTS["en"], TEXTS["fr"]] * 150)
    found = language.by_paragraph(text)
    assert len(found) == 300 and found[:2] == ["en", "fr"] and found[200:] == [None] * 100


def test_nothing_is_downloaded_or_logged(monkeypatch, caplog, tmp_path):
    def refuse(*args, **kwargs):
        raise AssertionError("a socket was opened")

    monkeypatch.setattr(socket, "socket", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    monkeypatch.setenv("FTLANG_CACHE", str(tmp_path / "none"))
    language.detector.cache_clear()
    with caplog.at_level(logging.INFO):
        assert language.detect(TEXTS["fr"] * 50).code == "fr"
    assert not caplog.records
    assert not (tmp_path / "none").exists()
