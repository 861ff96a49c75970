"""Saved e-mail messages: text before HTML, headers as metadata, attachments named."""

import json
from email.message import EmailMessage

import pytest

from annotator.formats import recognise
from annotator.formats.isolation import Isolated
from tests.formats.articles import LONG, article, refused

SAID = "The board “denied” it 😀.\n\nIt did so twice.\n"


@pytest.fixture
def message():
    made = EmailMessage()
    made["From"] = "Zoë Okafor <zoe@courier.example>"
    made["To"] = "Source One <source@example.org>"
    made["Subject"] = "Board “denies” plan"
    made["Date"] = "Wed, 14 Oct 2026 23:30:00 -0500"
    made["Message-ID"] = "<1@courier.example>"
    return made


def write(tmp_path, message, name="copy.eml"):
    path = tmp_path / name
    path.write_bytes(message if isinstance(message, bytes) else message.as_bytes())
    return path


def text_and_notes(tmp_path, message, options=None):
    layer, notes = article(write(tmp_path, message), options)
    return layer.text, [note for note in notes if not note.startswith("very short")]


@pytest.mark.parametrize("encoding", ["base64", "quoted-printable", "8bit"])
def test_a_text_message_and_its_headers(tmp_path, message, encoding):
    message.set_content(SAID, cte=encoding)
    layer, notes = article(write(tmp_path, message))
    assert layer.text == SAID.strip("\n")
    assert (layer.meta.title, layer.meta.byline) == ("Board “denies” plan", "Zoë Okafor")
    assert layer.meta.published == "2026-10-14"
    assert json.loads(layer.meta_json) == {"from": "Zoë Okafor <zoe@courier.example>"}
    assert "source@example.org" not in repr(layer)
    assert [note for note in notes if "short" not in note] == []


def test_text_is_taken_before_html_and_attachments_are_named(tmp_path, message):
    message.set_content(SAID)
    message.add_alternative("<p>HTML</p>", subtype="html")
    message.add_attachment(b"%PDF", maintype="application", subtype="pdf", filename="Größe.pdf")
    message.add_attachment(EmailMessage())
    assert text_and_notes(tmp_path, message) == (
        SAID.strip("\n"),
        [
            "the message is there as text and as HTML: its text was taken",
            "attachments left out: Größe.pdf, message/rfc822",
        ],
    )


def test_html_alone_goes_through_the_extraction_of_pages(tmp_path, message):
    page = f"<html><body><nav><a href='/'>Home</a></nav><article><h1>Board denies</h1><p>{LONG * 4}</p></article></body></html>"
    message.set_content(page, subtype="html")
    text, notes = text_and_notes(tmp_path, message)
    assert text == f"Board denies\n\n{(LONG * 4).strip()}"
    assert notes == ["left out of the page: 1 passage, 1 word, such as “Home”"]
    text, notes = text_and_notes(tmp_path, message, {"extraction": "everything"})
    assert text.startswith("Home\n\nBoard denies")


def test_html_without_a_charset_is_decoded_as_it_declares(tmp_path):
    head = b"From: a@b.example\nMIME-Version: 1.0\nContent-Type: text/html\nContent-Transfer-Encoding: 8bit\n\n"
    page = f'<html><head><meta charset="windows-1250"></head><body><p>Žižka: {LONG * 3}</p></body></html>'
    assert text_and_notes(tmp_path, head + page.encode("cp1250"))[0].startswith("Žižka: The board")


@pytest.mark.parametrize(
    ("charset", "data", "expected", "says"),
    [
        ("iso-8859-2", "Žižka".encode("iso-8859-2"), "Žižka", None),
        ("utf-8", "Who said “no”?".encode("cp1252"), "Who said “no”?", "which it is not"),
        ("x-unknown", b"Plain.", "Plain.", "says that it is in x-unknown"),
        (None, "“No”".encode(), "“No”", None),
    ],
)
def test_text_is_decoded_as_declared_or_as_it_is(tmp_path, charset, data, expected, says):
    kind = f"text/plain; charset={charset}" if charset else "text/plain"
    head = f"From: a@b.example\nContent-Type: {kind}\nContent-Transfer-Encoding: 8bit\n\n"
    text, notes = text_and_notes(tmp_path, head.encode() + data)
    assert text == expected
    assert bool(notes) == bool(says)
    assert says is None or says in notes[0]


def test_line_ends_stay_as_they_are(tmp_path):
    data = b"From: a@b.example\r\nMIME-Version: 1.0\r\n\r\nOne.\r\nTwo.\r\n"
    assert text_and_notes(tmp_path, data)[0] == "One.\r\nTwo."


@pytest.mark.parametrize(
    "headers",
    [b"", b"From: \nDate: \nSubject: \n", b"From: @@@\nDate: yesterday\nSubject: =?x?y?z?=\n", b"From: \xff\xfe\nSubject: \xe9t\xe9\n"],
)  # fmt: skip
def test_broken_headers_cost_no_text(tmp_path, headers):
    data = headers + b"Message-ID: <1@x>\nMIME-Version: 1.0\n\nThe text."
    assert text_and_notes(tmp_path, data)[0] == "The text."


@pytest.mark.parametrize(
    ("beginning", "expected"),
    [
        (b"From: a@b.example\nMessage-ID: <1>\n\nText", "eml"),
        (b"Received: from x\n\tby y\nSubject: s\n\nText", "eml"),
        (b"From: Reuters\nDate: Tuesday\n\nA letter of old.", "text"),
        (b"Content-Type: the new normal\n\nText", "text"),
        (b"He said: no.\nMessage-ID: what?\n\nText", "text"),
    ],
)
def test_a_message_is_known_by_headers_that_only_programs_write(tmp_path, beginning, expected):
    found = recognise(write(tmp_path, beginning, "a.txt"))
    assert found and found.name == expected


def test_it_is_read_in_a_process_of_its_own_as_here(tmp_path, message):
    message.set_content(LONG * 4)
    path = write(tmp_path, message)
    wanted = recognise(path)
    with Isolated() as readers:
        assert list(readers.read(wanted, path)) == list(wanted.read(path, {}))


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 99, "a message of Outlook (.msg); save it as .eml"),
        (b"Message-ID: <1>\nContent-Type: image/png\n\nxx", "the message holds no text"),
        (b"\nNo headers.", "it is not a message"),
        (b"Message-ID: <1>\nFrom: a@b.example\n\n", "holds no text"),
        (b"From: a@b\nContent-Type: multipart/mixed; boundary=x\n\n--x\nContent-Type: image/png\n\nx", "holds no text"),
    ],
)
def test_what_holds_no_text_says_so(tmp_path, data, says):
    assert says in refused(write(tmp_path, data, "copy.msg"), "eml")
