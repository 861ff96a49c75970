"""The report of a project: the same bytes, the engine's figures, a first page in plain words, and hostile names."""

import re
from pathlib import Path
from xml.etree import ElementTree

import pypdfium2
import pytest
from lxml import html as lxml_html
from PIL import Image

from annotator import report, verdicts
from annotator.criteria import Criteria
from annotator.records import UserError
from annotator.reviewing import Review
from annotator.store import Store
from tests.builders import bring_in, bring_lines, by, line, span

STATISTICS = ("alpha", "kappa", "f1", "coefficient", "interval", "krippendorff")
HOSTILE = "</title><script>alert(1)</script>\"'&<img src=x onerror=y>\u0007"
TITLES = ["Anonymous source", "On record", "Denial", "Non-comment"]
SAMPLE = Path(__file__).parents[2] / "resources" / "sample" / "sample.jsonl"
TEXT = "The mayor said no. An aide who asked not to be named said yes. The firm did not reply. "


@pytest.fixture
def store(tmp_path):
    with Store.create(tmp_path / "p.annotator", "The trial") as store:
        yield store


@pytest.fixture
def sample(store):
    bring_in(store, SAMPLE)
    return store


def layer(number, name, *spans, **more):
    title = more.pop("title", f"No. {number}")
    return line(f"Article {number}. {TEXT}", *spans, annotator=by(name), meta={"title": title}, **more)


def page(store, folder, criteria=None):
    out = folder / "out.html"
    report.write(store, out, criteria or Criteria())
    return lxml_html.fromstring(out.read_text(encoding="utf-8"))


def words(element):
    return " ".join(element.text_content().split())


def table(page, title):
    """The rows of the table below a heading, by their first cell."""
    for heading in page.iter("h3"):
        if words(heading) == title and heading.getnext().tag == "div":
            rows = heading.getnext().iter("tr")
            cells = [[words(cell) for cell in row] for row in rows]
            return {row[0]: row[1:] for row in cells}
    raise AssertionError(title)


def said(figure, places=4):
    return "–" if figure is None else f"{figure:.{places}f}"


def pdf_words(path):
    document = pypdfium2.PdfDocument(path.read_bytes())
    try:
        return squeezed(" ".join(document[number].get_textpage().get_text_bounded() for number in range(len(document))))
    finally:
        document.close()


def squeezed(text):
    """A text without what line breaks, justification and ligatures do to it."""
    for ligature, letters in {"ﬁ": "fi", "ﬂ": "fl", "ﬀ": "ff", "ﬃ": "ffi", "\ufffe": "-"}.items():
        text = text.replace(ligature, letters)
    return re.sub(r"[\s\u00ad-]+", "", text)


def test_the_same_project_gives_the_same_bytes(sample, tmp_path):
    for name in ("one.html", "one.pdf"):
        first, second = tmp_path / name, tmp_path / f"again-{name}"
        report.write(sample, first, Criteria(), figures=tmp_path / f"{name}-figures")
        report.write(sample, second, Criteria(), figures=tmp_path / f"again-{name}-figures")
        assert first.read_bytes() == second.read_bytes()
        drawn = sorted((tmp_path / f"{name}-figures").iterdir())
        assert len(drawn) == 8
        for file in drawn:
            assert file.read_bytes() == (tmp_path / f"again-{name}-figures" / file.name).read_bytes()


def test_an_edit_is_told_by_its_number_and_its_day(sample, tmp_path):
    made = table(page(sample, tmp_path), "Versions")
    assert made["Project"] == ["The trial"]
    assert re.fullmatch(r"number 1, \d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC", made["Newest edit"][0])


@pytest.mark.parametrize("name", ["seed", "sample"])
def test_the_figures_are_those_of_the_review(store, tmp_path, name, request):
    if name == "seed":
        bring_in(store, request.getfixturevalue("seed") / "seed.jsonl")
    else:
        bring_in(store, SAMPLE)
    found, shown = Review(store).result(), page(store, tmp_path)
    alpha = table(shown, "Alpha by label")
    for title, each in zip(TITLES, found.alpha.labels.values(), strict=True):
        reach = "–" if each.low is None else f"{said(each.low)} to {said(each.high)}"
        assert alpha[title][:2] == [said(each.value), reach]
        assert alpha[title][4:6] == [str(each.spans), str(each.documents)]
    assert alpha["Mean of the labels"][0] == said(found.alpha.mean.value)
    assert alpha["Any label"][0] == said(found.alpha.any.value)
    f1, loss = table(shown, "F1"), table(shown, "Loss")
    assert f1["All labels"] == [said(found.f1.strict), said(found.f1.iou50), said(found.f1.overlap)]
    assert f1["Without regard to the label"] == [
        said(each) for each in (found.f1.strict_any, found.f1.iou50_any, found.f1.overlap_any)
    ]
    for title, each in zip(TITLES, found.loss.labels.values(), strict=True):
        assert loss[title] == [said(each.boundary), said(each.label), said(each.missed)]
    met = table(shown, "Which label met which")
    assert [list(map(int, met[title])) for title in (*TITLES, "missed")] == found.confusion.counts
    for pair in found.pairs:
        row = table(shown, "Pairs: alpha of any label, and F1")[f"{pair.a} – {pair.b}"]
        assert row[2:7] == [said(each) for each in (pair.alpha, pair.f1.strict, pair.f1.iou50, pair.f1.overlap, pair.f1.overlap_any)]  # fmt: skip
    coefficients = table(shown, "Coefficients for papers")
    for title, each in zip(TITLES, found.expert.labels.values(), strict=True):
        assert coefficients[title] == [said(each.observed), said(each.fleiss), said(each.ac1)]
    reasons = {cell[:1].lower() + cell[1:] for cell in table(shown, "Not defined, shown as –")} - {"because"} if found.undefined else set()  # fmt: skip
    assert reasons == {each.reason[:1].lower() + each.reason[1:] for each in found.undefined}


def test_what_the_figures_say_is_said_in_words_too(sample, tmp_path):
    drawn = page(sample, tmp_path).findall(".//svg")
    assert [words(each.find("title")) for each in drawn] == [
        "Agreement by label: alpha", "What becomes of the spans of a label", "Which label met which", "Agreement by pair: F1 by overlap",
    ]  # fmt: skip
    found = Review(sample).result()
    for title, each in zip(TITLES, found.alpha.labels.values(), strict=True):
        assert f"{title} {said(each.value, 2)}" in words(drawn[0].find("desc"))


@pytest.mark.parametrize("name", ["seed", "sample"])
def test_the_first_page_needs_no_statistics(store, tmp_path, name, request):
    if name == "seed":
        bring_in(store, request.getfixturevalue("seed") / "seed.jsonl")
    else:
        bring_in(store, SAMPLE)
    shown = page(store, tmp_path)
    first = words(shown.find(".//section"))
    assert [each for each in STATISTICS if each in first.lower()] == []
    for heading in ("How much is done", "Which label can be trusted", "What it looks like", "What to decide next"):
        assert heading in first
    assert len(shown.find(".//section").findall(".//blockquote")) == 2
    assert first.count("Too little to tell") == 4  # one article, or four, are few


def test_a_label_is_safe_with_care_or_not_yet_once_there_is_enough(store, tmp_path):
    lines = []
    for number in range(24):
        same, other = span(11, 29, "denial"), span(30, 72, "on-record")
        lines.append(layer(number, "Ana", same, span(0, 8, "denial"), other, span(31, 60, "on-record")))
        moved = other if number % 3 else span(80, 90, "on-record")
        lines.append(layer(number, "Ben", same, span(0, 8, "denial"), moved, span(62, 70, "on-record")))
    bring_lines(store, tmp_path, *lines)
    found, shown = Review(store).result(), page(store, tmp_path)
    told = {words(each.find("b"))[2:]: each for each in shown.iter("div") if "judgement" in each.get("class", "")}
    assert list(told) == TITLES
    assert words(told["Denial"]).startswith("D DenialSafe")
    verdict = verdicts.verdict(found.alpha.labels["on-record"])
    assert {verdicts.Verdict.TENTATIVE: "With care", verdicts.Verdict.LOW: "Not yet"}[verdict] in words(
        told["On record"]
    )
    assert "faint" not in told["Denial"].get("class")
    assert "Nobody marked it." in words(told["Non-comment"])
    assert "faint" in told["Non-comment"].get("class")


def test_hostile_titles_names_and_notes_are_text(tmp_path):
    marked = span(11, 29, "denial", note=HOSTILE)
    with Store.create(tmp_path / "h.annotator", HOSTILE.replace("\u0007", "")) as store:
        bring_lines(
            store, tmp_path,
            layer(1, "<b>Ana</b>", marked, title=HOSTILE), layer(1, "Ben]]>", title=HOSTILE),
        )  # fmt: skip
        report.write(store, tmp_path / "out.html", Criteria(), figures=tmp_path / "figures")
        report.write(store, tmp_path / "out.pdf", Criteria())
        shown = page(store, tmp_path)
    assert not list(shown.iter("script", "img", "link", "iframe", "object"))
    assert "<script>alert(1)" in words(shown.find(".//h1"))
    assert "<b>Ana</b>" in words(shown)
    source = (tmp_path / "out.html").read_text(encoding="utf-8")
    assert "\u0007" not in source and "default-src 'none'" in source
    assert {link[2][0] for link in shown.iterlinks()} == {"#"}
    assert not re.search(r"@import|url\(", shown.find(".//style").text)
    for file in (tmp_path / "figures").glob("*.svg"):
        assert ElementTree.parse(file).getroot().tag.endswith("svg")
        assert "<b>" not in file.read_text(encoding="utf-8")


def test_the_worst_passages_have_both_versions(store, tmp_path):
    bring_lines(
        store, tmp_path,
        layer(1, "Ana", span(11, 29, "denial"), title="The first"), layer(1, "Ben", span(11, 29, "on-record"), title="The first"),
        layer(2, "Ana", span(11, 29, "denial"), title="The second"), layer(2, "Ben", span(15, 28, "denial"), title="The second"),
    )  # fmt: skip
    quotes = page(store, tmp_path).get_element_by_id("passages").findall(".//blockquote")
    found = [(words(each.find(".//cite")), [words(mark) for mark in each.iter("mark")]) for each in quotes]
    text = f"Article 1. {TEXT}"
    assert found[0] == ("The first", [text[11:29]] * 2)  # of on record
    assert ("The second", [text[11:29], text[15:28]]) in found


def test_a_project_without_anything_to_compare_says_so_and_what_to_do(store, tmp_path):
    for lines in ([], [layer(1, "Ana", span(11, 29))]):
        if lines:
            bring_lines(store, tmp_path, *lines)
        written = report.write(store, tmp_path / "out.html", Criteria(), figures=tmp_path / "figures")
        assert written == [tmp_path / "out.html"]
        shown = page(store, tmp_path)
        assert "There is nothing to compare yet" in words(shown)
        assert "Have a second person finish articles" in words(shown)
        assert "nan" not in words(shown).lower().split()
        report.write(store, tmp_path / "out.pdf", Criteria())
        assert squeezed("There is nothing to compare yet") in pdf_words(tmp_path / "out.pdf")
    assert table(shown, "Documents left out") == {"because": ["documents"], "Only one annotator finished it": ["1"]}


def test_annotators_who_marked_nothing_give_a_report_without_figures_that_are_not_there(store, tmp_path):
    bring_lines(store, tmp_path, layer(1, "Ana"), layer(1, "Ben"), layer(2, "Cem"))
    shown = page(store, tmp_path)
    assert words(shown.find(".//section")).count("Nobody marked it.") == 4
    assert "NaN" not in words(shown) and "None" not in words(shown)
    assert "not defined" in words(shown)
    report.write(store, tmp_path / "out.pdf", Criteria(), figures=tmp_path / "figures")


def test_the_pdf_says_what_the_page_says(sample, tmp_path):
    report.write(sample, tmp_path / "out.pdf", Criteria())
    paper = pdf_words(tmp_path / "out.pdf")
    shown = page(sample, tmp_path)
    sentences = [words(each) for each in shown.iter("h1", "h2", "h3", "p", "li", "cite", "mark") if each.getparent().tag != "ul" or each.getparent().getparent().tag != "nav"]  # fmt: skip
    cells = [words(cell) for cell in shown.iter("td", "th")]
    assert len(sentences) > 60
    missing = [each for each in sentences[:-1] + cells if squeezed(each) not in paper]
    assert missing == []
    marked = [squeezed(words(each)) for each in shown.iter("mark")]
    assert [each for each in marked if paper.count(each) < marked.count(each)] == []


def test_figures_come_as_pictures_too(sample, tmp_path):
    report.write(sample, tmp_path / "out.html", Criteria(), figures=tmp_path / "a" / "b")
    names = sorted(file.name for file in (tmp_path / "a" / "b").iterdir())
    assert names == sorted(
        f"{name}.{kind}"
        for name in ("agreement-by-label", "agreement-by-pair", "what-differs", "which-label-met-which")
        for kind in ("png", "svg")
    )
    with Image.open(tmp_path / "a" / "b" / "agreement-by-label.png") as picture:
        assert picture.width > 1_400
        assert len(picture.getcolors(1 << 20)) > 10


def test_many_annotators_and_wide_tables_fit(store, tmp_path):
    names = [f"Annotator number {number}" for number in range(14)]
    bring_lines(store, tmp_path, *(layer(1, name, span(11, 29)) for name in names))
    report.write(store, tmp_path / "out.pdf", Criteria(), figures=tmp_path / "figures")
    shown = words(page(store, tmp_path))
    assert "Each of 14 annotators has finished 1 of them." in shown
    assert squeezed("Annotator number 13") in pdf_words(tmp_path / "out.pdf")


def test_what_cannot_be_written_is_refused_and_nothing_is_left(sample, tmp_path):
    with pytest.raises(UserError, match=r"ends in \.html or \.pdf"):
        report.write(sample, tmp_path / "out.docx", Criteria())
    (tmp_path / "file").write_text("")
    with pytest.raises(UserError, match="cannot be written"):
        report.write(sample, tmp_path / "file" / "out.html", Criteria())
    with pytest.raises(UserError, match="cannot be written"):
        report.write(sample, tmp_path / "out.html", Criteria(), figures=tmp_path / "file")
    assert not list(tmp_path.glob("out*"))
