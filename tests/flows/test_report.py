"""The report of a run: a page that needs nothing else, with a part for all that happened."""

import re
import shutil
import subprocess
from html.parser import HTMLParser

import pytest

from flows.plots import Bar, Column, bars, columns
from flows.report import PARTS


class Page(HTMLParser):
    """Counts elements, and keeps texts and whatever leads out of the page."""

    def __init__(self):
        super().__init__()
        self.counts, self.texts, self.out = {}, [], []

    def handle_starttag(self, tag, attrs):
        self.counts[tag] = self.counts.get(tag, 0) + 1
        self.out += [v for k, v in attrs if k in ("src", "href") and not v.startswith("#")]

    def handle_data(self, data):
        self.texts.append(data)


@pytest.fixture
def report(built):
    (path,) = built.glob("runs/*/report.html")
    return path


def test_the_report_of_the_sample_tells_of_every_step(report):
    html = report.read_text("utf-8")
    page = Page()
    page.feed(html)
    told = " ".join(page.texts)
    quiet = {"Documents about the bounds of the rules"}  # of the sample none is beyond a bound
    for title in PARTS.keys() - quiet:
        assert title in told, title
    for word in ("whatsapp", "seen before", "deduplicate.exact", "PERSON", "bits_per_byte_after"):
        assert word in told, word
    assert page.counts["svg"] >= 8 and not page.out
    assert "<script" not in html and "@import" not in html and "url(" not in html


def test_the_report_says_what_the_catalogue_says(report, built, commands):
    count = commands.json("sql", built, "SELECT count(*) AS n FROM documents")["n"]
    bar = re.search(r">decontaminate</text>.*?>([\d,]+) kept", report.read_text("utf-8"))
    assert int(bar[1].replace(",", "")) == count


@pytest.mark.skipif(shutil.which("chromium") is None, reason="there is no chromium")
def test_chromium_draws_the_page(report, tmp_path):
    shot = tmp_path / "report.png"
    command = ["chromium", "--headless", "--no-sandbox", "--disable-gpu", f"--screenshot={shot}"]
    subprocess.run([*command, report.as_uri()], check=True, capture_output=True, timeout=120)
    assert shot.stat().st_size > 20_000


def test_bars_share_one_scale_and_hostile_labels_stay_text():
    drawn = bars([Bar("<script>", 4, 0, "&"), Bar("b", 1, 1)])
    assert "<script>" not in drawn and "&lt;script&gt;" in drawn and "&amp;" in drawn
    wide = [float(w) for w in re.findall(r'<rect [^>]*width="([\d.]+)"', drawn)]
    assert wide == [380.0, 95.0, 95.0]
    assert bars([]) == columns([]) == ""


def test_columns_stand_on_one_line_and_marked_ones_are_told_apart():
    drawn = columns([Column("0", 2), Column("1", 0), Column("2", 4, marked=True)], height=100)
    tall = [float(h) for h in re.findall(r'height="([\d.]+)" class="[ab]"', drawn)]
    assert tall == [50.0, 100.0]
    assert drawn.count('class="b"') == 1
