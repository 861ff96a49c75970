"""Files made to do harm, and files that came to harm: a problem each that helps, and nothing else touched."""

import random
import zipfile
from email.message import EmailMessage
from io import BytesIO

import docx
import odfdo
import pytest

from annotator.formats import FORMATS, office, recognise
from annotator.formats.isolation import Isolated, Limits
from annotator.records import LayerRecord, Problem
from tests.formats.articles import DATA, LONG, refused
from tests.formats.pdfs import pdf, set_lines

NAMES = ("html", "docx", "odt", "rtf", "pdf", "eml")


def packed(members, like=None, compression=zipfile.ZIP_DEFLATED):
    """An archive of some members, over those of another one."""
    out = BytesIO()
    others = {}
    if like:
        with zipfile.ZipFile(BytesIO(like)) as archive_:
            others = {name: archive_.read(name) for name in archive_.namelist()}
    with zipfile.ZipFile(out, "w", compression) as archive_:
        for name, data in (others | members).items():
            archive_.writestr(name, data)
    return out.getvalue()


def word():
    made, out = docx.Document(), BytesIO()
    for _ in range(5):
        made.add_paragraph(LONG)
    made.save(out)
    return out.getvalue()


def open_document():
    made, out = odfdo.Document("text"), BytesIO()
    for _ in range(5):
        made.body.append(odfdo.Paragraph(LONG))
    made.save(out)
    return out.getvalue()


def message():
    made = EmailMessage()
    made["From"], made["Message-ID"] = "a@b.example", "<1@b.example>"
    made.set_content(LONG * 5)
    made.add_alternative(f"<p>{LONG * 5}</p>", subtype="html")
    made.add_attachment(b"x" * 500, maintype="image", subtype="png", filename="x.png")
    return made.as_bytes()


@pytest.fixture(scope="module")
def sound():
    """A sound file of each format."""
    return {
        "html": (DATA / "news_page.html").read_bytes(),
        "docx": word(),
        "odt": open_document(),
        "rtf": rb"{\rtf1\ansi{\fonttbl{\f0 Arial;}}{\info{\title T}}\f0 "
        + LONG.encode() * 5
        + rb"\par \u8220?End\'94}",
        "pdf": pdf([set_lines([LONG] * 9)] * 2, "/Title(T)"),
        "eml": message(),
    }


@pytest.fixture(scope="module")
def readers():
    with Isolated(Limits(seconds=60)) as running:
        yield running


def read(readers, path, name):
    """Read a file in the other process; what comes out is articles and problems, whatever is in it."""
    before = path.read_bytes()
    found = [each.found for each in readers.read(FORMATS[name], path)]
    assert all(isinstance(each, LayerRecord | Problem) for each in found) and found
    for each in found:
        if isinstance(each, LayerRecord):
            each.text.encode()
            assert all(0 <= zone.start < zone.end <= len(each.text) for zone in each.zones)
        else:
            assert each.file == path.name
            assert "crashed" not in each.what and "fault of this program" not in each.what
    assert path.read_bytes() == before
    assert [other.name for other in path.parent.iterdir()] == [path.name]
    return found


def the_problem(readers, path, name):
    (problem,) = read(readers, path, name)
    assert isinstance(problem, Problem) and not problem.note
    return problem.what


def write(tmp_path, data, name="file.bin"):
    path = tmp_path / name
    path.write_bytes(data)
    return path


# --- Archives and XML ----------------------------------------------------------------------------

BOMB = b"".join(
    [b'<?xml version="1.0"?><!DOCTYPE d [<!ENTITY a0 "', b"ha" * 50, b'">']
    + [b'<!ENTITY a%d "%s">' % (n, b"&a%d;" % (n - 1) * 10) for n in range(1, 12)]
    + [b"]><d>&a11;</d>"]
)
OUTSIDE = b'<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]><d>&x;</d>'
PARAMETER = b'<!DOCTYPE d SYSTEM "http://127.0.0.1:9/x.dtd"><d/>'


@pytest.mark.parametrize(("name", "member"), [("docx", "word/document.xml"), ("odt", "content.xml")])
@pytest.mark.parametrize(
    ("content", "says"),
    [
        (BOMB, "declares a document type"),
        (OUTSIDE, "declares a document type"),
        (PARAMETER, "declares a document type"),
        (OUTSIDE.decode().encode("utf-16"), "declares a document type"),
        (b"<!--" + b"x" * ((1 << 16) - 8) + b"-->" + OUTSIDE, "declares a document type"),
        (b"\0" * 30_000_000, "unpacks to far more than a document holds"),
        (b"<d>" * 5000, ""),
        (b"", ""),
        (b"not XML", ""),
    ],
    ids=[
        "bomb",
        "entity of a file",
        "outer definition",
        "UTF-16",
        "over a boundary",
        "zip bomb",
        "deep",
        "empty",
        "none",
    ],
)
def test_hostile_xml_in_a_document_is_refused(tmp_path, readers, sound, name, member, content, says):
    path = write(tmp_path, packed({member: content}, sound[name]))
    assert says in the_problem(readers, path, name)


@pytest.mark.parametrize("name", ["docx", "odt"])
def test_entities_in_parts_beside_the_text_are_refused_too(tmp_path, readers, sound, name):
    member = "docProps/core.xml" if name == "docx" else "meta.xml"
    assert "document type" in the_problem(readers, write(tmp_path, packed({member: OUTSIDE}, sound[name])), name)


@pytest.mark.parametrize("name", ["docx", "odt"])
def test_a_picture_that_is_a_bomb_and_too_many_members_are_refused(tmp_path, readers, sound, name):
    path = write(tmp_path, packed({"media/picture.png": b"\0" * 30_000_000}, sound[name]))
    assert "“media/picture.png” in it unpacks to far more" in the_problem(readers, path, name)
    path = write(tmp_path, packed({f"m{n}": b"" for n in range(office.MEMBERS)}, sound[name], zipfile.ZIP_STORED))
    assert "files within it, which no document does" in the_problem(readers, path, name)


def test_members_are_counted_together(tmp_path, monkeypatch, sound):
    monkeypatch.setattr(office, "UNPACKED", 100_000)
    many = {f"m{n}": random.Random(n).randbytes(30_000) for n in range(4)}
    assert "unpacks to far more" in refused(write(tmp_path, packed(many, sound["docx"])), "docx")


def test_a_size_that_lies_is_not_believed(tmp_path, readers, sound):
    """What the directory says of a member's size is made a few bytes: no more of it may be believed."""
    data = bytearray(packed({"word/document.xml": b"<d>" + b"A" * 1_000_000 + b"</d>"}, sound["docx"]))
    at = data.rindex(b"word/document.xml", 0, data.rindex(b"PK\x05\x06")) - 46
    assert data[at : at + 4] == b"PK\x01\x02"
    data[at + 24 : at + 28] = (10).to_bytes(4, "little")
    assert "damaged" in the_problem(readers, write(tmp_path, bytes(data)), "docx")


def test_names_that_climb_out_of_a_folder_write_nothing(tmp_path, readers, sound):
    inner = tmp_path / "in"
    inner.mkdir()
    path = write(inner, packed({"../../evil.txt": b"x", f"{tmp_path}/evil.txt": b"x"}, sound["docx"]))
    assert isinstance(read(readers, path, "docx")[-1], LayerRecord)
    assert [each.name for each in tmp_path.iterdir()] == ["in"]


def test_a_member_with_a_password_says_so(tmp_path, readers, sound):
    data = bytearray(sound["docx"])
    at = data.index(b"PK\x01\x02")
    data[at + 8] |= 1
    assert "protected by a password" in the_problem(readers, write(tmp_path, bytes(data)), "docx")


# --- Deep, long and endless ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("rtf", rb"{\rtf1 " + b"{" * 500_000),
        ("rtf", rb"{\rtf1 " + rb"{\field{\*\fldinst{HYPERLINK " * 20_000),
        ("rtf", rb"{\rtf1 {\pict\bin999999999 x"),
        ("rtf", rb"{\rtf1\ansicpg99999{\fonttbl{\f0\fcharset99999 x;}}\f0\'ff\u99999999 x}"),
        ("html", b"<html>" + b"<div>" * 200_000 + b"text"),
        ("html", b"<html><body>" + b"<table><tr><td>" * 80 + b"text"),
        ("html", b"<html><body>" + b"<h1>x</h1>" * 20_000),
        ("html", b"<html><body>" + b"<p>" + b"a " * 2_000_000),
        ("html", b"<!DOCTYPE html>" + b"<!--" * 100_000),
        ("html", b"<html><body>&" + b"amp;" * 500_000),
        ("html", b'<html><script type="application/ld+json">' + b'{"@graph":[' * 50_000 + b"</script><p>text"),
        ("eml", b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(3000))),
        ("eml", b"From: " + b"(" * 100_000 + b"\nMessage-ID: x\n\nText"),
        ("eml", b"From: a@b\nContent-Type: text/plain; charset=" + b"x" * 100_000 + b"\n\nText"),
        ("eml", b"From: a@b\nMessage-ID: x\n\n" + b"\n" * 3_000_000 + b"x"),
        ("eml", b"From: a@b\nMessage-ID: x\nContent-Type: text/plain; charset=base64\n\nText"),
        ("pdf", b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 1 0 R/Kids[1 0 R]/Count 9>>endobj\ntrailer<</Root 1 0 R>>"),
        ("pdf", pdf([[(72, 700, "x" * 200_000, 11)]])),
        ("pdf", pdf([[(72, 700, "x", 0), (72, 700, "y", 1e30), (1e30, 1e30, "z", 11)]])),
    ],
)  # fmt: skip
def test_deep_long_and_contradictory_files_end_in_an_article_or_a_problem(tmp_path, readers, name, data):
    read(readers, write(tmp_path, data), name)


@pytest.mark.parametrize(
    "beginning",
    [b"<!---->" * 9000, b"<!--" * 16_000, b" " * 65_536, b"<?xml" * 13_000, b"a:" * 32_000, b"a:\n " * 16_000, b"%PDF" * 16_000,
     b"PK\x03\x04" * 16_000, b"<!-- -->\n" * 7000 + b"<"],
    ids=range(9),
)  # fmt: skip
def test_recognising_a_file_costs_no_more_for_a_hostile_beginning(tmp_path, beginning):
    """It happens in the window's own process. Without possessive patterns, comments took longer than the universe has."""
    found = recognise(write(tmp_path, beginning, "a.txt"))
    assert found


# --- Damaged files -------------------------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
def test_a_sound_file_is_read(tmp_path, readers, sound, name):
    path = write(tmp_path, sound[name])
    assert recognise(path) is FORMATS[name]
    assert isinstance(read(readers, path, name)[-1], LayerRecord)


@pytest.mark.parametrize("name", NAMES)
def test_a_file_that_was_cut_off_anywhere_ends_in_an_article_or_a_problem(tmp_path, readers, sound, name):
    data = sound[name]
    for part in range(1, 20):
        read(readers, write(tmp_path, data[: len(data) * part // 20]), name)


@pytest.mark.parametrize("name", NAMES)
def test_a_file_with_bytes_changed_ends_in_an_article_or_a_problem(tmp_path, readers, sound, name):
    for seed in range(40):
        chance = random.Random(seed)
        data = bytearray(sound[name])
        for _ in range(chance.choice((1, 3, 30, 300))):
            data[chance.randrange(len(data))] = chance.randrange(256)
        read(readers, write(tmp_path, bytes(data)), name)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("data", [b"\0" * 1000, random.Random(1).randbytes(5000)], ids=["NULs", "noise"])
def test_what_is_no_document_at_all_is_a_problem(tmp_path, readers, name, data):
    assert the_problem(readers, write(tmp_path, data), name)


@pytest.mark.parametrize("name", ["docx", "odt", "rtf", "pdf"])
def test_a_document_of_another_kind_is_a_problem(tmp_path, readers, sound, name):
    for other in NAMES:
        if name != other:
            assert the_problem(readers, write(tmp_path, sound[other]), name), other
