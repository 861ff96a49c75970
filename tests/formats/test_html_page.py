"""The page that is sent to a colleague. Oracle: Python's own HTML parser sees what a browser would."""

import io
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotator.formats import html_page, jsonl, recognise
from annotator.records import (
    AnnotatorRecord,
    LayerRecord,
    Meta,
    NegativeRecord,
    Problem,
    RelationRecord,
    SpanRecord,
    Zone,
)
from annotator.verification import kept
from tests.formats.layers import layers

TEXT = "Headline here\n\n🚒 Sources close to the mayor <b>said</b> she denied it.\r\n\r\n“No comment,” he said."
HARM = "</script><script>alert(1)</script><img src=x onerror=alert(1)>\"'&lt;--><!--"


class Page(HTMLParser):
    """What a page holds: its elements, the text of articles without chips, and the ids and links."""

    def __init__(self, data):
        super().__init__()
        self.elements, self.classes, self.paragraphs, self.ids, self.links, self.marked = [], [], [], [], [], []
        self.entries = []
        self.stack = []
        self.feed(data)
        self.close()

    def handle_starttag(self, tag, attributes):
        found = dict(attributes)
        self.elements.append((tag, found))
        self.ids += [found["id"]] if "id" in found else []
        self.links += [found["href"]] if "href" in found else []
        if tag not in ("meta", "link", "img", "br"):
            self.stack.append((tag, (found.get("class") or "").split()))
        if tag == "p" and self._within("text"):
            self.paragraphs.append("")
        if tag == "mark":
            self.marked.append("")
        if tag == "li" and self._within("list"):
            self.entries.append("")

    def handle_endtag(self, tag):
        while self.stack and self.stack.pop()[0] != tag:
            pass

    def handle_data(self, data):
        if self._within("text") and not self._within("at") and any(tag == "p" for tag, _ in self.stack):
            self.paragraphs[-1] += data
            if any(tag == "mark" for tag, _ in self.stack):
                self.marked[-1] += data
        if self._within("list") and self.entries:
            self.entries[-1] += data

    def _within(self, name):
        return any(name in classes for _, classes in self.stack)


def span(words, label="denial", text=TEXT, **more):
    start = text.index(words)
    return SpanRecord(start=start, end=start + len(words), label=label, text=words, **more)


def layer(*spans, text=TEXT, **more):
    return LayerRecord(schema_name="source-annotator/1", text=text, spans=list(spans), **more)


def written(*found):
    out = io.BytesIO()
    html_page.write(found, out)
    return out.getvalue().decode()


def read(folder, data):
    path = folder / "page.html"
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return [each.found for each in html_page.read(path)]


def test_the_page_shows_the_text_the_annotations_and_what_is_known_of_them():
    given_ = layer(
        span("Sources close to the mayor", "anonymous-source", id="a", identity="unnamed", source="An aide", unsure=True, runner_up="on-record"),
        span("denied", id="b", note="Flat."), span("“No comment,”", "non-comment", id="c"),
        meta=Meta(title="A title", outlet="The Echo", byline="B", published="2026-11-01", url="https://e.example/1"),
        annotator=AnnotatorRecord(name="Ana"), status="finished", zones=[Zone("headline", 0, 13)],
        negatives=[NegativeRecord(start=0, end=8, kind="look-alike")],
        relations=[RelationRecord(type="answers", source="b", target="a")],
    )  # fmt: skip
    data = written(given_)
    page = Page(data)
    assert page.paragraphs == [
        "Headline here",
        "🚒 Sources close to the mayor <b>said</b> she denied it.",
        "“No comment,” he said.",
    ]
    assert page.marked == ["Headline", "Sources close to the mayor", "denied", "“No comment,”"]
    assert page.entries[1].startswith("A?2Sources close to the mayorAnonymous source")
    for said in (
        "A title",
        "The Echo · B · 2026-11-01",
        "Ana",
        "finished",
        "An aide",
        "nearly on-record",
        "Flat.",
        "answers 2",
        "look-alike",
    ):
        assert said in data
    assert "https://e.example/1" in page.links


@given(st.lists(layers(), min_size=1, max_size=3, unique_by=lambda each: each.text))
@settings(max_examples=40)
def test_all_words_of_a_text_are_shown_and_every_link_leads_somewhere(found):
    page = Page(written(*found))
    assert "".join("".join(page.paragraphs).split()) == "".join("".join(each.text for each in found).split())
    assert len(page.ids) == len(set(page.ids))
    assert {link[1:] for link in page.links} <= set(page.ids)
    assert len(page.entries) == sum(len(each.spans) + len(each.negatives) for each in found)


def test_nothing_of_an_article_becomes_markup_and_nothing_is_fetched():
    text = f"{HARM} she denied it {HARM}"
    given_ = layer(
        SpanRecord(id=HARM, start=0, end=len(HARM), label=HARM, note=HARM, source=HARM), text=text, document=HARM, language=HARM,
        meta=Meta(title=HARM, outlet=HARM, byline=HARM, url=f"javascript:{HARM}", published=HARM),
        annotator=AnnotatorRecord(name=HARM),
    )  # fmt: skip
    data = written(given_)
    page = Page(data)
    assert page.paragraphs == [text]
    assert {tag for tag, _ in page.elements} <= {
        "html", "head", "meta", "title", "style", "body", "header", "ul", "li", "span", "main", "article", "h2", "p", "section",
        "h3", "small", "div", "mark", "a", "sub", "ol", "q", "dl", "dt", "dd", "script", "footer",
    }  # fmt: skip
    assert [found for tag, found in page.elements if tag == "script"] == [
        {"type": "application/json", "class": "source-annotator"}
    ]
    assert not [
        name for _, found in page.elements for name in found if name.startswith("on") or name in ("src", "style")
    ]
    assert all(link.startswith("#") for link in page.links)
    assert "default-src 'none'" in data
    assert "url(" not in data and "@import" not in data


def test_overlapping_and_nested_spans_each_have_a_bar_and_a_chip():
    data = written(
        layer(span("Sources close to the mayor", "a"), span("close to", "b"), span("the mayor <b>said", "c"))
    )
    marks = [found["class"].split() for tag, found in Page(data).elements if tag == "mark"]
    assert [sum(name.startswith("k") for name in classes) for classes in marks] == [1, 2, 1, 2, 1]
    names = {name for classes in marks for name in classes if name[0] == "k"}
    assert sorted(name.partition("-")[2] for name in names) == ["0", "0", "1"]


@given(layers(plain=True))
def test_what_is_marked_is_what_spans_cover(given_):
    covered = {at for each in given_.spans for at in range(each.start, each.end)}
    expected = "".join(char for at, char in enumerate(given_.text) if at in covered)
    assert "".join("".join(Page(written(given_)).marked).split()) == "".join(expected.split())


def test_a_chip_does_not_decide_in_which_direction_a_paragraph_is_read():
    data = written(layer(SpanRecord(start=0, end=3, label="denial"), text="שלום לכם"))
    page = Page(data)
    assert [found["dir"] for tag, found in page.elements if tag == "p" and "dir" in found] == ["auto"]
    # What has a direction of its own does not count for `auto`.
    assert [found["dir"] for _, found in page.elements if found.get("class") == "at"] == ["ltr"]


def test_several_layers_of_a_document_are_one_article_and_several_documents_have_contents():
    data = written(
        layer(span("denied"), document="a", annotator=AnnotatorRecord(name="Ana"), meta=Meta(title="First")),
        layer(document="a", annotator=AnnotatorRecord(name="Ben"), status="finished"),
        layer(text="Another text", document="b", meta=Meta(title="Second")),
    )
    page = Page(data)
    assert [found["id"] for tag, found in page.elements if tag == "article"] == ["d1", "d2"]
    assert len([tag for tag, _ in page.elements if tag == "section"]) == 3
    assert {"#d1", "#d2"} <= set(page.links)
    assert "Ana: 1 annotation · Ben: 0 annotations" in data and "2 annotated articles" in data


def test_the_seed_comes_back_from_the_page(seed, tmp_path):
    given_ = [each.found for each in jsonl.read(seed / "seed.jsonl")]
    path = tmp_path / "page.html"
    path.write_text(written(*given_))
    assert recognise(path) is html_page.FORMAT
    assert [kept(each.found, html_page.FORMAT.carries) for each in html_page.read(path)] == [
        kept(each, html_page.FORMAT.carries) for each in given_
    ]


def test_the_same_layers_give_the_same_bytes():
    given_ = [layer(span("denied", "x"), span("said", "y"))]
    assert written(*given_) == written(*given_)


@pytest.mark.parametrize("damage", [lambda page: page[: page.index('"spans"')], lambda page: page.replace('"text":', '"text":3,"t":'),
                                    lambda page: page.replace("application/json", "text/plain"), lambda page: ""])  # fmt: skip
def test_a_damaged_page_ends_in_a_problem(damage, tmp_path):
    (problem,) = read(tmp_path, damage(written(layer(span("denied")))))
    assert isinstance(problem, Problem) and not problem.note
