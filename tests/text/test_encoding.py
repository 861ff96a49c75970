import codecs
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.text import clean, decode, sha256

COPY = "The mayor said “no” – it’s false.\r\nA café, he added.\n"


def test_utf8_is_read_as_it_is_with_its_line_ends() -> None:
    assert decode(COPY.encode("utf-8")) == (COPY, "utf-8", ())


def test_a_byte_order_mark_is_dropped_and_noted_but_a_second_one_is_text() -> None:
    text, encoding, notes = decode(codecs.BOM_UTF8 * 2 + b"Yes")
    assert (text, encoding) == ("\ufeffYes", "utf-8")
    assert len(notes) == 1


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
def test_a_byte_order_mark_says_how_to_read_on(encoding: str) -> None:
    decoded = decode(("\ufeff" + COPY).encode(encoding))
    assert decoded.text == COPY
    assert decoded.encoding == encoding
    assert decoded.notes


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf16_without_a_mark_is_not_taken_for_utf8_full_of_nuls(encoding: str) -> None:
    decoded = decode("He said no.".encode(encoding))
    assert decoded.text == "He said no."
    assert decoded.notes


@pytest.mark.parametrize(
    ("copy", "encoding"),
    [
        (COPY, "cp1252"),
        ("Café", "cp1252"),
        ("Он сказал, что не знает. Это неправда, заявил Песков журналистам.", "cp1251"),
    ],
)
def test_older_encodings_are_guessed_and_the_guess_is_noted(copy: str, encoding: str) -> None:
    decoded = decode(copy.encode(encoding))
    assert decoded.text == copy
    assert encoding in decoded.notes[0]


@pytest.mark.parametrize(
    "data", [b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\xff", zlib.compress(b"hello" * 99), bytes(range(256))]
)
def test_bytes_that_are_no_text_are_refused(data: bytes) -> None:
    with pytest.raises(UnicodeError):
        decode(data)


def test_half_a_character_after_a_byte_order_mark_is_refused() -> None:
    with pytest.raises(UnicodeError):
        decode(codecs.BOM_UTF16_LE + b"a\0b")


@given(st.text(st.characters(codec="utf-8", exclude_characters="\0")))
def test_what_was_written_as_utf8_is_read_back(text: str) -> None:
    assert decode(text.encode("utf-8")).text == text.removeprefix("\ufeff")


def test_nul_is_replaced_and_counted_without_moving_anything() -> None:
    assert clean("a\0b\0") == ("a\N{REPLACEMENT CHARACTER}b\N{REPLACEMENT CHARACTER}", 2)
    assert clean("a\r\nb\ufeff") == ("a\r\nb\ufeff", 0)


@pytest.mark.parametrize("half", ["\ud800", "a\udfff", "\udc00\ud800"])
def test_half_a_surrogate_pair_is_refused(half: str) -> None:
    with pytest.raises(UnicodeError):
        clean(half)


def test_the_identity_of_a_text_is_the_sha256_of_its_utf8() -> None:
    assert sha256("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert sha256("é") != sha256("e\u0301")
