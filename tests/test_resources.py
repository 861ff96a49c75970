import hashlib
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QFontDatabase, QFontInfo, QGuiApplication, QIcon, QImage, QPainter, QRawFont
from PySide6.QtSvg import QSvgRenderer

RESOURCES = Path(__file__).parents[1] / "resources"
FONTS = sorted((RESOURCES / "fonts").glob("*/*.ttf"))
ICONS = sorted((RESOURCES / "icons").glob("*.svg"))
FAMILIES = {
    "inter": "Inter", "source-serif-4": "Source Serif 4", "noto-sans-arabic": "Noto Sans Arabic",
    "noto-sans-hebrew": "Noto Sans Hebrew", "noto-emoji": "Noto Emoji",
}  # fmt: skip
OURS = [path for path in FONTS if not path.parent.name.startswith("noto-")]  # the others fill in for these
LABELS = ("anonymous-source", "on-record", "denial", "non-comment")

Record = dict[str, Any]


@pytest.fixture(scope="module")
def guideline() -> dict[str, str]:
    """The sections of the guideline by heading."""
    text = (RESOURCES / "guideline.md").read_text(encoding="utf-8")
    parts = re.split(r"^## (.+)$", text, flags=re.MULTILINE)[1:]
    return dict(zip(parts[::2], parts[1::2], strict=True))


@pytest.fixture(scope="module")
def sample() -> list[Record]:
    lines = (RESOURCES / "sample" / "sample.jsonl").read_bytes().decode("utf-8").split("\n")
    assert lines.pop() == ""
    return [json.loads(line) for line in lines]


@pytest.fixture(scope="module")
def texts(sample: list[Record]) -> dict[str, str]:
    return {record["document"]: record["text"] for record in sample}


@pytest.fixture(scope="module")
def spans(sample: list[Record]) -> list[Record]:
    return [span for record in sample for span in record["spans"]]


def render(paint: Callable[[QPainter], None], size: int) -> QImage:
    image = QImage(size, size, QImage.Format.Format_ARGB32)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    paint(painter)
    painter.end()
    return image


def painted(image: QImage) -> int:
    pixels = ((x, y) for x in range(image.width()) for y in range(image.height()))
    return sum(image.pixelColor(x, y).alpha() > 0 for x, y in pixels)


@pytest.mark.parametrize("path", FONTS, ids=lambda path: path.stem)
def test_a_font_loads_under_the_name_of_its_family(qapp: QGuiApplication, path: Path) -> None:
    number = QFontDatabase.addApplicationFont(str(path))

    assert number >= 0
    assert FAMILIES[path.parent.name] in QFontDatabase.applicationFontFamilies(number)
    assert QFontDatabase.removeApplicationFont(number)


@pytest.mark.parametrize(
    ("family", "weight", "italic"),
    [
        ("Source Serif 4", QFont.Weight.Normal, False),
        ("Source Serif 4", QFont.Weight.Normal, True),
        ("Source Serif 4", QFont.Weight.DemiBold, False),
        ("Inter", QFont.Weight.Normal, False),
        ("Inter", QFont.Weight.Medium, False),
        ("Inter", QFont.Weight.DemiBold, False),
        ("Inter", QFont.Weight.Bold, False),
    ],
)
def test_every_weight_is_found_in_its_family(
    qapp: QGuiApplication, family: str, weight: QFont.Weight, italic: bool
) -> None:
    numbers = [QFontDatabase.addApplicationFont(str(path)) for path in FONTS]
    found = QFontInfo(QFont(family, 12, weight, italic))

    assert (found.family(), found.weight(), found.italic()) == (family, weight, italic)
    assert all(QFontDatabase.removeApplicationFont(number) for number in numbers)


@pytest.mark.parametrize("path", OURS, ids=lambda path: path.stem)
def test_a_font_has_the_characters_of_a_newspaper(qapp: QGuiApplication, path: Path) -> None:
    font = QRawFont(str(path), 16)

    missing = [c for c in "“”‘’\"'–—…£€§·×áàâäãåçčéèêëíñøöőřśšúüűýžßæœŁŞ" if not font.supportsCharacter(ord(c))]
    assert missing == []


def test_the_fonts_stay_small() -> None:
    assert FONTS
    assert sum(path.stat().st_size for path in FONTS) < 3_500_000


def test_every_family_and_the_icons_bring_their_licence() -> None:
    for path in FONTS:
        assert "SIL OPEN FONT LICENSE" in path.with_name("LICENSE").read_text(encoding="utf-8").upper()
    licence = (RESOURCES / "icons" / "LICENSE").read_text(encoding="utf-8")
    assert licence.startswith("ISC License")
    assert "Cole Bemis" in licence


@pytest.mark.parametrize("path", ICONS, ids=lambda path: path.stem)
@pytest.mark.parametrize("size", [16, 24, 48])
def test_an_icon_is_painted(qapp: QGuiApplication, path: Path, size: int) -> None:
    renderer = QSvgRenderer(str(path))

    assert renderer.isValid()
    assert painted(render(renderer.render, size)) > size
    assert painted(QIcon(str(path)).pixmap(size, size).toImage()) > size


@pytest.mark.parametrize("path", [p for p in ICONS if p.stem != "app"], ids=lambda path: path.stem)
def test_an_icon_can_be_tinted(path: Path) -> None:
    text = path.read_text(encoding="utf-8")

    assert 'stroke="currentColor"' in text
    assert not re.search(r"#[0-9a-fA-F]{3,8}\b|rgb\(", text)


def test_the_application_icon_keeps_its_colours_at_16_pixels(qapp: QGuiApplication) -> None:
    image = render(QSvgRenderer(str(RESOURCES / "icons" / "app.svg")).render, 16)

    colours = {image.pixelColor(x, y).name() for x in range(16) for y in range(16)}
    assert {"#22384f", "#ffffff", "#f0b04a", "#6cc3d5"} <= colours


@pytest.mark.parametrize("label", LABELS)
def test_the_guideline_has_a_section_for_each_label(guideline: dict[str, str], label: str) -> None:
    section = guideline[label]

    for part in ("**Includes**", "**Excludes**", "**Examples**", "**Near misses**"):
        assert part in section
    examples, near_misses = section.split("**Examples**")[1].split("**Near misses**")
    assert len(re.findall(r"^- ", examples, flags=re.MULTILINE)) >= 3
    assert len(re.findall(r"^- ", near_misses, flags=re.MULTILINE)) >= 2


def test_the_guideline_orders_the_decisions(guideline: dict[str, str]) -> None:
    named = re.findall(r"\*([a-z-]+)\*", guideline["Deciding"])

    assert named[:4] == ["non-comment", "denial", "anonymous-source", "on-record"]
    assert {"Drawing the span", "Identity", "Hard cases"} <= set(guideline)


def test_every_line_and_every_span_of_the_sample_has_the_same_keys(sample: list[Record], spans: list[Record]) -> None:
    record_keys = (
        "schema document sha256 text offset_unit language meta meta_json zones annotator status round blind "
        "guideline split group spans negatives relations"
    )
    span_keys = (
        "id start end label text labels_all identity source confidence unsure note parts score taken_from "
        "reason runner_up"
    )

    assert {tuple(record) for record in sample} == {tuple(record_keys.split())}
    assert {tuple(span) for span in spans} == {tuple(span_keys.split())}
    assert {tuple(record["meta"]) for record in sample} == {("title", "outlet", "byline", "url", "published")}


def test_the_sample_says_what_its_text_is(sample: list[Record]) -> None:
    for record in sample:
        assert record["schema"] == "source-annotator/1"
        assert record["offset_unit"] == "codepoint"
        assert record["sha256"] == hashlib.sha256(record["text"].encode()).hexdigest()


def test_every_offset_of_the_sample_is_right(sample: list[Record]) -> None:
    for record in sample:
        parts = [part for span in record["spans"] for part in span["parts"]]
        for piece in [*record["spans"], *record["negatives"], *parts]:
            assert piece["text"] == record["text"][piece["start"] : piece["end"]] != ""
        for zone in record["zones"]:
            assert 0 <= zone["start"] < zone["end"] <= len(record["text"])
        for span in record["spans"]:
            assert all(span["start"] <= part["start"] < part["end"] <= span["end"] for part in span["parts"])


def test_every_id_of_the_sample_stands_once_and_relations_stay_in_their_layer(sample: list[Record]) -> None:
    ids = [piece["id"] for record in sample for piece in [*record["spans"], *record["negatives"]]]

    assert len(ids) == len(set(ids))
    for record in sample:
        own = {span["id"] for span in record["spans"]}
        assert all({relation["from"], relation["to"]} <= own for relation in record["relations"])


def test_spans_of_the_sample_stand_in_order(sample: list[Record]) -> None:
    for record in sample:
        places = [(span["start"], span["end"]) for span in record["spans"]]
        assert places == sorted(places)


def test_labels_all_follows_from_label_and_identity(spans: list[Record]) -> None:
    for span in spans:
        also = ["anonymous-source"] if span["identity"] == "unnamed" else []
        assert span["labels_all"] == list(dict.fromkeys([span["label"], *also]))


def test_an_unsure_span_names_the_label_it_nearly_took(spans: list[Record]) -> None:
    assert any(span["unsure"] and span["note"] for span in spans)
    for span in spans:
        assert span["unsure"] == (span["runner_up"] is not None)
        assert span["runner_up"] != span["label"]


def test_the_sample_is_long_and_varied_enough(texts: dict[str, str]) -> None:
    words = {name: len(text.split()) for name, text in texts.items()}

    assert len(words) >= 7
    assert all(250 <= count <= 950 for count in words.values())
    assert max(words.values()) > 850


def test_the_sample_shows_every_label(spans: list[Record]) -> None:
    assert {span["label"] for span in spans} == set(LABELS)
    assert {span["identity"] for span in spans} == {"named", "institution", "unnamed"}
    assert any(span["label"] == "denial" and span["identity"] == "unnamed" for span in spans)


def test_the_sample_has_a_denial_inside_another_sources_span(sample: list[Record]) -> None:
    assert any(
        inner["label"] == "denial"
        and outer["start"] < inner["start"] < inner["end"] <= outer["end"]
        and outer["source"] != inner["source"]
        for record in sample
        for outer in record["spans"]
        for inner in record["spans"]
    )


@pytest.mark.parametrize(
    ("what", "pattern"),
    [
        ("a split quotation", r"^“[^”]+,” \w+ said, “[^”]+\.”$"),
        ("an unbroken quotation of several sentences", r"^“[^”]+\. [A-Z][^”]+\. [A-Z][^”]+,” \w+ said$"),
        ("straight quotation marks", r'"[^"]+"'),
        ("an emoji in a quoted post", '"[^"]*[\U0001f300-\U0001faff][^"]*"'),
        ("accents", "[áéíóúőűçã]"),
        ("a name in Arabic letters", "[\u0600-\u06ff]+ [\u0600-\u06ff]+"),
    ],
)
def test_a_span_of_the_sample_holds(spans: list[Record], what: str, pattern: str) -> None:
    assert any(re.search(pattern, span["text"]) for span in spans), what


def test_the_sample_has_look_alikes(sample: list[Record]) -> None:
    negatives = [negative for record in sample for negative in record["negatives"]]

    assert {negative["kind"] for negative in negatives} == {"look-alike"}
    assert any(re.fullmatch('[“"][^”"]+[”"]', negative["text"]) for negative in negatives)
    assert any("believe that" in negative["text"] for negative in negatives)


def test_some_denials_of_the_sample_answer_a_claim(sample: list[Record], spans: list[Record]) -> None:
    by_id = {span["id"]: span for span in spans}
    answers = [relation for record in sample for relation in record["relations"]]

    assert len(answers) >= 2
    for relation in answers:
        assert relation["type"] == "answers"
        assert by_id[relation["from"]]["label"] == "denial"
        assert by_id[relation["to"]]["label"] != "denial"


def test_two_annotators_of_the_sample_differ_in_telling_ways(sample: list[Record]) -> None:
    layers = {(r["document"], r["annotator"]["name"]): r for r in sample if r["annotator"]}
    pairs = [
        (layers[name, "Ana"]["spans"], layers[name, "Ben"]["spans"])
        for name, annotator in layers
        if annotator == "Ana" and (name, "Ben") in layers and layers[name, "Ben"]["status"] == "finished"
    ]
    places = [({(s["start"], s["end"]): s for s in a}, {(s["start"], s["end"]): s for s in b}) for a, b in pairs]
    confused = {(a[p]["label"], b[p]["label"]) for a, b in places for p in a if p in b}

    assert ("on-record", "anonymous-source") in confused
    assert ("non-comment", "on-record") in confused
    assert any(s["start"] == t["start"] and s["end"] != t["end"] for a, b in pairs for s in a for t in b)
    assert any(
        s["label"] == "non-comment" and not any(s["start"] < t["end"] and t["start"] < s["end"] for t in b)
        for a, b in pairs
        for s in a
    )


def test_a_finished_layer_of_the_sample_is_empty_and_another_has_nothing_but_on_record(
    sample: list[Record],
) -> None:
    finished = [record for record in sample if record["status"] == "finished"]
    labels = [{span["label"] for span in record["spans"]} for record in finished]

    assert set() in labels
    assert {"on-record"} in labels


def test_two_articles_of_the_sample_are_left_to_do(sample: list[Record]) -> None:
    left = [record for record in sample if record["annotator"] is None]

    assert len(left) == 2
    for record in left:
        assert all(record[key] is None for key in ("status", "round", "blind", "guideline"))
        assert record["spans"] == record["negatives"] == record["relations"] == []


def test_the_spans_of_the_careful_annotator_follow_the_guideline(sample: list[Record]) -> None:
    for record in sample:
        if record["annotator"] and record["annotator"]["name"] == "Ana":
            for span in record["spans"]:
                assert span["text"] == span["text"].strip()
                assert not span["text"].endswith((".", ","))
