"""The figures: what they say of plain texts, and that the compiled passes equal the rule."""

import math
import random
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.figures import FIGURES, figures
from corpus.measure import AT_ONCE, measure
from corpus.words import words

DEV = Path(__file__).parents[3] / "shared/data/bench/dev.parquet"
PROSE = "We walked down to the harbour and it was cold, so that he had to be carried on the way. "
PARTS = [
    PROSE,
    "the the the the ",
    "Don't — won’t; rock 'n' roll' x’ 'y\n",
    "http://a.example/x?y=1 (www.b.example) HTTPS://C.example. xhttp://no ",
    "https://www.http://odd www. www.. ",
    "aGVsbG8gd29ybGQhIFRoaXMgaXMgYmFzZTY0Lg== ",
    "deadbeef-0123-4567-89ab-cdef01234567, ",
    "x" * 30 + " ",
    "- item\n* item\n-none\n• item\n",
    "...\n. . .\nwell…\n…. ....\n######\n",
    "12 | 34 | 56\n1;2;3;4;5;6;7;8\n",
    "東京は晴れです。สวัสดีครับ ១២៣ 한국어 Привет, ÇA ÉTÉ naïve ẞ ſ\n",
    "\n\n \t\n\u2028 \u00a0\u3000\n",
    "e\u0301te\u0301 \u0301 👩‍👩‍👧 🏴 𠀀𠀁 𝒜𝓑 \U0010ffff ﬁ ª 5\u20e3\n",
    "_snake_case_ a_b 3.14 1,000 R2D2\r\n",
    "der die das und ist ein eine nicht zu den von mit ich sich auf es er sie dem war " * 3,
    "one two three four five six seven eight nine ten eleven twelve. ",
    "ab " * 12,
    'he is, e.g. here!? “Yes.” (So.) 是。不是！ really." no... \n',
    "Lorem ipsum dolor sit amet. Our terms of use { we use cookies } JavaScript is on.\n",
    "-----BEGIN RSA PRIVATE KEY-----\nMIIEpAIBAAKCAQEA7bq98\n-----END RSA PRIVATE KEY-----\n",
    "-----BEGIN PGP SIGNED MESSAGE-----\nexport DB_HOST=localhost\nA_B==1\nPASSWORD: x1\n",
    "name,url,username,password\nmail,https://a.example,ann,aB3$dE6gH\nbank,b,ann, x\n",
    "Wifi xK9mQ2vLpR7z\nHut: Summer2019!\nlogin = ann\npin:\n",
    "2024-11-21 11:13:05,123 ok\n[11:13:05] Ann: hi\nNov 21 11:13:05 box sshd[99]: yes\n",
    '1.2.3.4 - - [21/Nov/2020:11:13:05 +0000] "GET /a HTTP/1.1" 200\nERROR: no\n[WARN] x\n',
    '  at a.b.C.d(C.java:12)\n  File "x.py", line 3, in f\n    return 1\n... 12 more\n#0  0x7f\n',
    "Traceback (most recent call last):\nCaused by: x\nat home (as ever)\nat f (g.js:1:2)\n",
    "00000010: 4865 6c6c 6f2c 2077 6f72 6c64  Hello\n0000020 48 65 6c 6c 6f 2c 20 77\t1\n",
    "diff --git a/x b/x\n@@ -1,2 +1,2 @@\n-old\n+new\n same\n\n\\ No newline\nafter\n- item\n",
    '{"a": 1,\n"b" : [\n],\n{},\n"c":2}\n"Yes," he said\n"' + "d" * 80 + '": 1\n{"e"\n',
    '<a b="c">\n</a>\n<?x?>\n<ann> hi\n<>\n<é>\n<!-- x -->\n"" :\n"' + "d" * 81 + '": 1\n"\n<\n',
    "a,b,c\n1,2,3\nx;y;z\na, b, c\nt\tu\tv\n",
    'var a={b:[1,2,3],c:"d"};if(a){f(g(h));}' * 8 + "\n",
]
LANGUAGES = ("en", "de", "fr", None, "xx")


def rows(texts, languages):
    return measure(pa.array(texts, pa.string()), languages, np.ones(len(texts), bool))


def rule(text, language):
    found = figures(text, language)
    return np.array([found[name] for name in FIGURES])


def figure(name, text, language="en"):
    return float(rows([text], [language])[0, FIGURES.index(name)])


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.sampled_from(PARTS) | st.text(max_size=8), max_size=12).map("".join),
    st.sampled_from(LANGUAGES),
)
def test_compiled_passes_equal_the_rule(text, language):
    text = text.encode("utf-8", "replace").decode("utf-8")
    assert rows([text], [language])[0].tobytes() == rule(text, language).tobytes()


def test_what_is_beyond_one_group_of_texts():
    rng = random.Random(9)
    texts = ["".join(rng.choices(PARTS, k=rng.randint(0, 400))) for _ in range(20)]
    assert sum(map(len, texts)) > 2 * AT_ONCE
    for row, text in zip(rows(texts, ["en"] * 20), texts, strict=True):
        assert row.tobytes() == rule(text, "en").tobytes()


def test_one_document_does_not_touch_the_next():
    rng = random.Random(3)
    texts = ["".join(rng.choices(PARTS, k=rng.randint(0, 9))) for _ in range(60)]
    languages = rng.choices(LANGUAGES, k=60)
    together = rows(texts, languages)
    for row, text, language in zip(together, texts, languages, strict=True):
        assert row.tobytes() == rule(text, language).tobytes()


@pytest.mark.slow
@pytest.mark.skipif(not DEV.exists(), reason="the benchmark's file is not here")
def test_compiled_passes_equal_the_rule_on_real_text():
    import pyarrow.parquet as pq

    table = pq.read_table(DEV)
    picked = random.Random(5).sample(range(table.num_rows), 300)
    texts = [table["text"][i].as_py() for i in picked]
    languages = [LANGUAGES[i % 3] for i in range(len(texts))]
    for row, text, language in zip(rows(texts, languages), texts, languages, strict=True):
        assert row.tobytes() == rule(text, language).tobytes()


def test_slices_nulls_and_the_unwanted():
    texts = pa.array(["zero", PROSE * 3, None, "three", PROSE], pa.string())
    out = measure(texts.slice(1, 3), ["en"] * 3, np.array([True, True, False]))
    assert out[0].tobytes() == rule(PROSE * 3, "en").tobytes()
    assert out[1, 0] == 0 and np.isnan(out[2]).all()
    large = measure(texts.cast(pa.large_string()).slice(1, 1), ["en"], np.array([True]))
    assert large[0].tobytes() == out[0].tobytes()
    assert measure(pa.array([], pa.string()), [], np.zeros(0, bool)).shape == (0, len(FIGURES))


def test_figures_say_what_they_are_named_for():
    assert figure("words", "It's 5 o'clock — 'really'.") == 4
    assert figure("stop_words", PROSE * 3) == 5  # the to be and that
    assert math.isnan(figure("stop_words", PROSE * 3, "xx"))
    assert figure("hash_ratio", "one ## two ##") == pytest.approx(4 / 6)
    assert figure("ellipsis_ratio", "well ... no…") == pytest.approx(2 / 4)
    assert figure("alphabetic_tokens", "one, 2!") == pytest.approx(1 / 4)
    assert figure("newline_ratio", "one\ntwo\n") == 1
    assert figure("top_2gram", "tick tock " * 40) > 0.8 > 0.5 > figure("top_2gram", PROSE * 2)
    ten = "one two three four five six seven eight nine ten "
    assert figure("duplicate_10gram", ten * 2) == pytest.approx(39 / 98)
    assert figure("duplicate_5gram", ten + "five six seven eight nine") == pytest.approx(21 / 74)
    assert figure("duplicate_5gram", ten + "five six seven eight") == 0
    assert figure("duplicate_lines", "the same line\n" * 10) == pytest.approx(0.9)
    short_and_long = "a b\n" * 3 + "a long line of many words\n"
    assert figure("duplicate_lines", short_and_long) == 0.5
    assert figure("duplicate_line_characters", short_and_long) == pytest.approx(4 / 26)
    assert figure("duplicate_paragraphs", "once\n\nmore\n\n" * 4) == pytest.approx(0.75)
    assert figure("addresses", "see https://example.org/a/long/path/to/it") > 0.9
    assert figure("machine_text", "aGVsbG8gd29ybGQhIFRoaXMgaXMgYmFzZTY0Lg==") == 1
    assert figure("machine_text", "Donaudampfschifffahrtsgesellschaft") == 0
    assert figure("vowels", "xkcd qwrt zxcvb " * 8) < 0.1 < 0.35 < figure("vowels", PROSE)
    assert figure("letter_coincidence", "ha" * 40) > 0.45
    assert figure("table_lines", "1;2;3;4;5;6\n" * 6) == 1
    assert figure("bullet_lines", "- milk\n- eggs\n* tea\n– Oui\nbread\n") == pytest.approx(0.6)
    assert figure("ellipsis_lines", "well…\nso ...\nno\nno\nno.\n") == pytest.approx(0.4)


def test_scripts_without_spaces_are_counted_by_letter():
    assert len(list(words("東京は晴れです"))) == 7
    assert math.isnan(figure("mean_word_length", "東京は晴れです" * 5))
    assert figure("alphabetic_words", "東京は晴れです" * 5) == 1
