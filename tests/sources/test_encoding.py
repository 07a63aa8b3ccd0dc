"""Bytes become text in the encoding they are in: whole files, short ones, mixed and damaged."""

import io
import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.sources.encoding import decode, text_stream
from corpus.sources.shape import head_text

RUSSIAN = "Вчера мы гуляли по набережной до самого вечера. Было тепло, и никто не спешил домой."
UKRAINIAN = "Учора ми їздили до бабусі, і вона спекла пиріг із вишнями."
JAPANESE = "今日は朝から雨が降っていたので、家で本を読んでいました。とても静かな一日でした。"
CHINESE = "今天早上下雨了，我们在家里看书，下午去外面走了一会儿。"
TAIWANESE = "今天早上下雨了，我們在家裡看書，下午去外面走了一會兒。"
KOREAN = "오늘은 아침부터 비가 와서 집에서 책을 읽었습니다."
NORSE = "Blåbærsyltetøy på brødskive, sa hun, og så gikk vi en tur langs sjøen."
FRENCH = "Nous sommes allés à la mer, où l’été était déjà passé."
POLISH = "Wczoraj poszliśmy nad jezioro, żeby popływać łódką."
CZECH = "Včera jsme šli k řece a říkali si, že příště vezmeme i děti."
GREEK = "Χθες περπατήσαμε ως τη θάλασσα και γυρίσαμε αργά."
HEBREW = "אתמול הלכנו לים וחזרנו הביתה מאוחר בערב."
ARABIC = "ذهبنا أمس إلى البحر ثم رجعنا إلى البيت في المساء."
TURKISH = "Dün akşam deniz kıyısında yürüdük, çok güzel bir gündü, şimdi yağmur yağıyor."
WRITTEN = {
    "cp1251": RUSSIAN, "koi8_r": RUSSIAN, "cp866": RUSSIAN, "koi8_u": UKRAINIAN,
    "cp932": JAPANESE, "euc_jp": JAPANESE, "iso2022_jp": JAPANESE, "gb18030": CHINESE,
    "big5": TAIWANESE, "cp949": KOREAN, "cp1252": NORSE, "cp850": NORSE, "mac_roman": FRENCH,
    "cp1250": POLISH, "iso8859_2": CZECH, "cp1253": GREEK, "cp1255": HEBREW, "cp1256": ARABIC,
    "cp1254": TURKISH, "utf-16": JAPANESE, "utf-16-le": JAPANESE, "utf-16-be": RUSSIAN,
    "utf-32": NORSE, "utf-8-sig": NORSE, "utf-8": JAPANESE,
}  # fmt: skip


@pytest.mark.parametrize("encoding", WRITTEN)
def test_a_text_is_read_in_its_encoding_whole_and_as_a_stream(encoding):
    text = f"{WRITTEN[encoding]}\nSecond line, 2024.\n"
    data = text.encode(encoding)
    assert decode(data)[0] == text
    assert text_stream(io.BytesIO(data)).read() == text


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("Привет!", "koi8_r"),
        ("Привет, мама", "cp1251"),
        ("Записки", "cp866"),
        ("日記", "cp932"),
        ("こんにちは", "cp932"),
        ("안녕하세요", "cp949"),
        ("你好，朋友", "gb18030"),
        ("Grüße aus Köln", "cp1252"),
        ("Smörgås", "cp1252"),
        ("café", "cp1252"),
        ("Être ou ne pas être", "cp1252"),
        ("It’s “fine” – really…", "cp1252"),
        ("Łódź", "cp1250"),
        ("Καλημέρα", "cp1253"),
        ("こんにちは", "utf-16-le"),
        ("こんにちは、世界", "utf-16-be"),
        ("Hei", "utf-16-le"),
        ("雨\n雪", "utf-16-le"),
    ],
)
def test_short_texts_too(text, encoding):
    assert decode(text.encode(encoding))[0] == text


def test_some_lines_of_another_encoding_do_not_spoil_the_others():
    lines = [NORSE, JAPANESE, "plain", NORSE]
    data = "\n".join(lines).encode() + b"\n" + "Så gikk vi på skøyter".encode("cp1252")
    text, encoding = decode(data)
    assert text.split("\n") == [*lines, "Så gikk vi på skøyter"]
    assert encoding == "utf-8 and cp1252"
    assert text_stream(io.BytesIO(data)).read() == text
    russian = f"{RUSSIAN}\n".encode() * 3 + RUSSIAN.encode("koi8_r")
    assert decode(russian)[0] == "\n".join([RUSSIAN] * 4)
    assert text_stream(io.BytesIO(russian)).read() == "\n".join([RUSSIAN] * 4)
    japanese = f"{JAPANESE}\n".encode() * 3 + JAPANESE.encode("cp932")
    assert decode(japanese) == ("\n".join([JAPANESE] * 4), "utf-8 and cp932")


def test_a_cut_character_at_the_end_is_one_replacement():
    assert decode("Blåbær på brød".encode()[:-2]) == ("Blåbær på br\ufffd", "utf-8")


def test_characters_written_as_two_halves_are_joined():
    halves = "Ja 😀 og 🎉".encode("utf-16-le")
    units = [halves[n : n + 2] for n in range(0, len(halves), 2)]
    cesu = b"".join(u.decode("utf-16-le", "surrogatepass").encode("utf-8", "surrogatepass")
                    for u in units)  # fmt: skip
    assert decode(cesu) == ("Ja 😀 og 🎉", "cesu-8")


def test_the_declared_encoding_is_heeded_when_all_fits_it_and_utf8_does_not():
    assert decode("½ Łódź".encode("iso8859_2", "replace"), "iso8859-2")[1] == "iso8859-2"
    assert decode(NORSE.encode(), "cp1252")[0] == NORSE
    assert decode(NORSE.encode("cp1252"), "no such page")[0] == NORSE


def test_zero_bytes_that_pad_a_file_are_left_out():
    assert decode(NORSE.encode() + bytes(4096)) == (NORSE, "utf-8")
    assert decode(b"before\n" + bytes(512) + b"after\n")[0] == "before\nafter\n"
    assert decode(b"odd\0")[0] == "odd"
    assert decode("two\n".encode("utf-16-le") + bytes(64))[0] == "two\n"
    assert head_text(NORSE.encode() + bytes(70_000))[0] == NORSE
    assert head_text(b"a\0b") is None


@pytest.mark.parametrize("seed", range(20))
def test_noise_is_no_text(seed):
    noise = os.urandom(1) and bytes(
        (seed * 7 + n * n * 31 + (n >> 3) * 17) % 256 for n in range(4096)
    )
    assert head_text(noise) is None


def test_bytes_that_fit_nothing_are_replaced_and_counted():
    text, encoding = decode(NORSE.encode("cp1252") + b" \x81 \x9d")
    assert encoding == "replaced" and "\ufffd" in text and text.startswith(NORSE)


def test_a_character_that_the_head_cuts_does_not_change_what_it_is():
    data = (JAPANESE + "\n").encode("cp932") * 900
    assert len(data) > 65_536
    assert head_text(data[:65_536])[1] == "cp932"


def test_a_stream_is_told_by_what_stands_far_behind_too():
    data = b"plain ascii line\n" * 300_000 + (RUSSIAN + "\n").encode("koi8_r")
    with text_stream(io.BytesIO(data)) as lines:
        assert lines.readlines()[-1] == RUSSIAN + "\n"


@pytest.mark.timeout(60)
def test_a_large_file_in_an_old_encoding_is_judged_by_a_sample():
    data = (NORSE + "\n").encode("cp1252") * 500_000
    assert len(data) > 30 << 20
    assert decode(data)[1] == "cp1252"
    long_line = b"\xe5 " * (8 << 20)
    assert decode(long_line)[1] == "cp1252"


@given(st.binary(max_size=300))
def test_any_bytes_become_text(data):
    text, encoding = decode(data)
    assert isinstance(text, str) and encoding
    assert isinstance(text_stream(io.BytesIO(data)).read(), str)
    text.encode("utf-8", "surrogatepass")


@given(st.text(max_size=80))
def test_utf8_stays_as_it_is(text):
    if "\0" not in text and "\x1b" not in text and not text.startswith("\ufeff"):
        assert (
            decode(text.encode("utf-8", "replace"))[0] == text.encode("utf-8", "replace").decode()
        )
