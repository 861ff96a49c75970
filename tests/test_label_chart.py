"""The chart of the labels. Oracles: an XML parser, and Qt's renderer of SVG."""

import re
from xml.etree import ElementTree as ET

import pytest

from annotator.label_chart import label_chart

SVG = "{http://www.w3.org/2000/svg}"
SPANS = {"denial": 31, "on-record": 9812, "anonymous-source": 143, "<b>&": 0}


def test_a_bar_a_label_most_frequent_first_as_long_as_its_share():
    root = ET.fromstring(label_chart(SPANS))
    assert [each.text for each in root.iter(f"{SVG}title")] == [
        "on-record: 9,812", "anonymous-source: 143", "denial: 31", "<b>&: 0",
    ]  # fmt: skip
    widths = [float(each.get("width")) for each in root.iter(f"{SVG}rect") if each.get("class") == "bar"]
    assert widths == sorted(widths, reverse=True)
    assert widths[1] / widths[0] == pytest.approx(143 / 9812, abs=0.001)
    assert (widths[2], widths[3]) == (2.0, 0.0)
    assert "on-record 9,812, anonymous-source 143, denial 31, <b>& 0" in root.get("aria-label")


def test_it_needs_nothing_from_elsewhere():
    chart = label_chart(SPANS)
    assert set(re.findall(r"https?://[^\"]*", chart)) == {"http://www.w3.org/2000/svg"}
    assert not re.search(r"<(script|image|use|link)|href|url\(|@import", chart)


def test_no_spans_are_said_in_words():
    assert "No spans" in label_chart({})
    assert "100.0 %" in label_chart({"denial": 1})
    assert "&lt; 0.1 %" in label_chart({"a": 1, "b": 5000})


def test_a_long_label_is_cut_where_it_would_not_fit():
    shown = re.findall(r"</title>([^<]*)</text>", label_chart({"x" * 22: 2, "y" * 21: 1, "標" * 11: 1, "標" * 10: 0}))
    assert shown == ["x" * 20 + "…", "y" * 21, "標" * 9 + "…", "標" * 10]


@pytest.mark.parametrize("spans", [SPANS, {}])
def test_qt_draws_it(spans, qapp):
    from PySide6.QtCore import QByteArray
    from PySide6.QtGui import QColor, QImage, QPainter
    from PySide6.QtSvg import QSvgRenderer

    renderer = QSvgRenderer(QByteArray(label_chart(spans).encode()))
    assert renderer.isValid()
    image = QImage(renderer.defaultSize(), QImage.Format.Format_RGB32)
    image.fill(QColor("black"))
    painter = QPainter(image)
    renderer.render(painter)
    painter.end()
    assert image.pixelColor(300, 10) == QColor("white")
    assert image.pixelColor(200, 79).name() == ("#2f6f9f" if spans else "#ffffff")


def luminance(colour):
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize(("name", "least"), [("ink", 7), ("soft", 4.5), ("bar", 3)])
def test_it_can_be_read_in_light_and_in_dark(dark, name, least):
    chart = label_chart({"denial": 1})
    pattern = r"\.%s { fill: (#\w+) }" if dark else r'class="%s"[^>]*fill="(#\w+)"'
    colours = [luminance(re.search(pattern % each, chart, re.DOTALL)[1]) for each in ("paper", name)]
    assert (max(colours) + 0.05) / (min(colours) + 0.05) >= least
