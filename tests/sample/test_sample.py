"""The sample library holds what its truth says, read here with nothing of the pipeline."""

import csv
import io
import json
import re
import sys
import tomllib
import zipfile
from collections import Counter
from email import message_from_bytes
from email.header import decode_header, make_header
from html import unescape
from pathlib import Path

import ftfy.bad_codecs
import phonenumbers
import pytest

from corpus.people import People
from corpus.redact import checks
from corpus.sources.archive import Refused, walk
from corpus.sources.piece import Reading
from corpus.sources.reading import Account, drafts, recognise

ROOT = Path(__file__).parents[2] / "sample"
EXPORTS = ROOT / "exports"
TRUTH = json.loads((ROOT / "truth.json").read_text("utf-8"))
WHOLE = (".md", ".txt", ".html")
VALUES = {(v["value"], v["type"]) for v in TRUTH["values"]}


def of(type_):
    return sorted(value for value, t in VALUES if t == type_)


def stored(name):
    """Return the bytes of a file or of the member «archive!member»."""
    archive, _, member = name.partition("!")
    data = (EXPORTS / archive).read_bytes()
    return zipfile.ZipFile(io.BytesIO(data)).read(member) if member else data


def decoded(data):
    if data.startswith(b"\xff\xfe"):
        return data.decode("utf-16")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252")


def mended(text):
    ftfy.bad_codecs.ok()
    return text.encode("sloppy-windows-1252").decode("utf-8")


def squashed(text):
    """Return `text` on one line, without the marks of quotes."""
    return re.sub(r"[\s>]+", " ", text)


def message_text(message):
    heads = [str(make_header(decode_header(v))) for v in message.values()]
    body = message.get_payload(decode=True).decode(message.get_content_charset())
    if message.get_content_type() == "text/html":
        body = unescape(re.sub(r"</?\w[^>]*>", "", body))
    return "\n".join(heads), body


def json_texts(name, told):
    if "telegram" in name:
        for c, chat in enumerate(told["chats"]["list"], start=1):
            for m, message in enumerate(chat["messages"], start=1):
                around = f"{message.get('from')}\n{message.get('forwarded_from')}"
                yield f"chat {c}, message {m}", around, message["text"]
        return
    for c, conversation in enumerate(told, start=1):
        nodes, chain = conversation["mapping"], []
        at = conversation["current_node"]
        while nodes[at]["message"]:
            chain.append(nodes[at]["message"]["content"]["parts"][0])
            at = nodes[at]["parent"]
        for m, text in enumerate(chain[::-1], start=1):
            yield f"conversation {c}, message {m}", conversation["title"], text


def places(name):
    """Yield place, what stands around, and the text of each piece of a file, as it is stored."""
    data = stored(name)
    if name.endswith(".mbox"):
        for n, raw in enumerate(re.split(rb"^From \d+@xxx .*\n", data, flags=re.M)[1:], start=1):
            plain = re.sub(rb"^>(>*From )", rb"\1", raw, flags=re.M)
            yield f"message {n}", *message_text(message_from_bytes(plain))
    elif name.endswith(".eml"):
        yield "message 1", *message_text(message_from_bytes(data))
    elif name.endswith(".json"):
        yield from json_texts(name, json.loads(data))
    elif name.endswith(".jsonl"):
        for n, line in enumerate(data.decode().splitlines(), start=1):
            row = json.loads(line)
            yield f"line {n}", row["title"], row["text"]
    elif name.endswith(".csv"):
        for n, row in enumerate(csv.DictReader(io.StringIO(data.decode())), start=2):
            yield f"line {n}", row["title"], row["text"]
    elif "whatsapp/" in name:
        for n, line in enumerate(decoded(data).splitlines(), start=1):
            author, _, text = re.sub(r"^.*?\d\d:\d\d(?::\d\d\])?(?: -)? ", "", line).partition(": ")
            yield f"line {n}", author, text
    elif name.endswith(WHOLE):
        text = decoded(data)
        if name.endswith(".html"):
            text = unescape(re.sub(r"</?\w[^>]*>", "", text))
        head, dashes, body = text.partition("---\n")[2].partition("---\n")
        front = text.startswith("---\n")
        yield "line 1", head + dashes if front else "", body if front else text


@pytest.fixture(scope="module")
def pieces():
    """(file, place) → what stands around, the text; double encoding undone."""
    broken = {(m["file"], m["locator"]) for m in TRUTH["mojibake"]}
    out = {}
    for name, account in TRUTH["files"].items():
        if account["documents"] == 0:
            continue
        for place, around, text in places(name):
            if (name, place) in broken:
                text = mended(text)
                around = mended(around) if name.endswith(WHOLE) else around
            out[name, place] = (around, text)
    return out


@pytest.fixture(scope="module")
def made():
    sys.path.insert(0, str(ROOT))
    try:
        import make
        import truth
    finally:
        sys.path.remove(str(ROOT))
    return make, truth


def test_making_it_again_gives_the_same_bytes(made):
    make, truth = made
    export = make.build()
    on_disk = {p.relative_to(EXPORTS).as_posix(): p for p in EXPORTS.rglob("*") if p.is_file()}
    assert on_disk.keys() == export.files.keys()
    assert [name for name, data in export.files.items() if on_disk[name].read_bytes() != data] == []
    assert truth.truth_of(export, make.OVERLAP) == TRUTH
    assert make.only_for(export) == (ROOT / "secrets" / "only-for").read_text().strip()


def test_it_is_small_and_rich(made, pieces):
    make, _ = made
    own = [p for p in make.build().pieces if not p.others]
    assert sum(len(p.text.encode()) for p in own) >= 120_000
    assert sum(p.stat().st_size for p in ROOT.rglob("*") if p.suffix != ".pyc") < 1_500_000
    assert len([p for p in own if "whatsapp" not in p.file and "telegram" not in p.file]) >= 180
    assert len({a["source"] for a in TRUTH["files"].values() if a["source"]}) >= 7
    assert len(TRUTH["values"]) >= 300 and len(VALUES) >= 120


def test_every_value_is_where_the_truth_says(pieces):
    missing = []
    for value in TRUTH["values"]:
        place = value["place"].removesuffix(", around it")
        text = squashed("\n".join(pieces[value["file"], place]))
        if squashed(value["value"]) not in text:
            missing.append(value)
    assert missing == []


def test_numbers_have_right_check_digits():
    for number in of("phone"):
        parsed = phonenumbers.parse(number, "US" if re.search(r"\b555\b", number) else "GB")
        assert phonenumbers.is_valid_number(parsed), number
    assert all(checks.card(re.sub(r"\D", "", number)) for number in of("card"))
    for number in (number.replace(" ", "") for number in of("iban")):
        assert len(number) == checks.IBAN_LENGTHS[number[:2]] and checks.mod97(number) == 1
    assert all(checks.ssn(number.replace("-", "")) for number in of("ssn"))
    assert all(checks.ip(address) for address in of("ip"))


def test_no_name_is_an_ordinary_word(pieces):
    words = set()
    for _, text in pieces.values():
        words |= set(re.findall(r"(?<![\w@./])[a-z]+(?![\w@.])", text))
    assert {name for name in of("person") if name.casefold() in words} == set()


def test_names_that_stand_alone_belong_to_people_who_are_known():
    people = People.load(ROOT / "secrets" / "people.toml")
    known = {part for person in people.person for name in person.names for part in name.split()}
    assert {name for name in of("person") if " " not in name} <= known
    own = [*people.me.names, *people.me.handles]
    assert tomllib.loads((ROOT / "secrets" / "people.toml").read_text())["me"] == TRUTH["person"]
    assert not [value for value, _ in VALUES if any(value in kept for kept in own)]


def test_the_key_is_32_bytes():
    assert len(bytes.fromhex((ROOT / "secrets" / "key").read_text().strip())) == 32


def test_mojibake_is_in_the_file_and_comes_out_right(pieces):
    assert len(TRUTH["mojibake"]) >= 6
    for told in TRUTH["mojibake"]:
        stands = dict((p, text) for p, _, text in places(told["file"]))[told["locator"]]
        assert told["find"] in stands and told["fixed"] not in stands
        assert told["fixed"] in pieces[told["file"], told["locator"]][1]


def test_exact_duplicates_hold_the_same_words(pieces):
    assert len(TRUTH["exact"]) >= 5
    for told in TRUTH["exact"]:
        first, second = (pieces[key][1] for key in zip(told["files"], told["places"], strict=True))
        assert told["a"] == told["b"] and told["a"] in squashed(first)
        assert squashed(first).strip() == squashed(second).strip()


def shingles(text):
    words = re.findall(r"\w+", text.lower())
    return {tuple(words[i : i + 5]) for i in range(len(words) - 4)}


def test_near_duplicates_are_as_near_as_stated(pieces):
    assert len(TRUTH["near"]) >= 6
    for told in TRUTH["near"]:
        found = []
        for probe, name in zip((told["a"], told["b"]), told["files"], strict=True):
            texts = [squashed(t) for (file, _), (_, t) in pieces.items() if file == name]
            found += [text.partition("-- Hedda")[0] for text in texts if probe in text]
        a, b = found
        assert all(len(text.split()) >= 120 for text in found)
        jaccard = len(shingles(a) & shingles(b)) / len(shingles(a) | shingles(b))
        assert 0.78 <= told["jaccard"] <= 0.97
        # What is measured here has a page's title twice, in its head and above its text.
        assert jaccard == pytest.approx(told["jaccard"], abs=0.02)


def test_a_probe_finds_one_text_only(pieces):
    """Drafts and copies are told apart by their probes."""
    texts = {squashed(text).strip() for _, text in pieces.values()}
    texts |= {squashed(text.partition("\n-- \n")[0]).strip() for _, text in pieces.values()}
    for told in TRUTH["near"]:
        for probe in (told["a"], told["b"]):
            assert len({t.partition(" -- ")[0] for t in texts if probe in t}) == 1, probe


def test_two_exports_of_a_chat_share_messages():
    told = TRUTH["overlap"]
    first, second = (
        [line for line in stored(n).decode().splitlines() if "<Media" not in line and ": " in line]
        for n in told["files"]
    )
    shared = told["shared"]
    assert first[-shared:] == second[:shared]
    assert 0.5 <= shared / len(first) <= 0.7
    assert len(second) > shared + 40


def test_quotes_and_signatures_stand_below_own_words(pieces):
    assert len(TRUTH["quotes"]) >= 12 and len(TRUTH["signatures"]) >= 8
    for told in TRUTH["quotes"] + TRUTH["signatures"]:
        text = squashed(pieces[told["file"], told["locator"]][1])
        assert squashed(told["cut"]) in text and told["own"] in text
    styles = (EXPORTS / "mail/Sent.mbox").read_text("utf-8", "replace")
    for head in (
        " wrote:\n",
        "Original Message-----",
        "\nSent: ",
        " a écrit :\n",
        "Forwarded message",
    ):
        assert head in styles
    assert re.search(r"schrieb Friederike Ansch=FCtz:", styles)
    assert "\n>From tomorrow" in styles


def test_what_cannot_be_read_is_there():
    names = zipfile.ZipFile(EXPORTS / "old laptop.zip").namelist()
    assert "../escape.md" in names
    assert (EXPORTS / "mail/Drafts.mbox").stat().st_size == 0
    assert stored("notes/attachments/medlar.jpg").startswith(b"\xff\xd8\xff")
    with pytest.raises(ValueError):
        json.loads(stored("chatgpt/conversations-2022.json"))
    export = Counter(
        account["errored"] for account in TRUTH["files"].values() if "errored" in account
    )
    assert export[1] == 1


def test_readers_count_what_the_truth_counts():
    reading = Reading(zone="Europe/London")
    counted = {}
    for file in walk([EXPORTS], str):
        found = "refused" if isinstance(file, Refused) else recognise(file, reading)
        account = Account()
        if not isinstance(found, str):
            for _ in drafts(file, found[0], reading, account):
                pass
        counted[file.name.removeprefix("exports/")] = (
            None if isinstance(found, str) else found[0],
            account.emitted,
            account.count("dropped"),
            account.count("errored"),
        )
    told = {
        name: (a["source"], a["documents"], a.get("dropped", 0), a.get("errored", 0))
        for name, a in TRUTH["files"].items()
    }
    assert counted == told
