"""Saved e-mail messages: the text of the message, else the article in its HTML."""

import re
from pathlib import Path
from typing import TYPE_CHECKING

from annotator import text
from annotator.formats import archive, html
from annotator.formats.extraction import Article, Paragraph, Unreadable, article_reader, one_line
from annotator.records import Format, Meta, Options

if TYPE_CHECKING:
    from email.message import EmailMessage, MIMEPart

# A letter may begin with From and Date; a message has headers that nobody writes by hand.
_HEADERS = re.compile(rb"(?:\xef\xbb\xbf)?((?:[!-9;-~]+:[^\n]*\n(?:[ \t]+[^\n]*\n)*)+)")
_ANY = re.compile(rb"^(?:from|date|subject|sender):", re.IGNORECASE | re.MULTILINE)
_MACHINE = re.compile(rb"^(?:message-id|mime-version|received|return-path|content-type):", re.IGNORECASE | re.MULTILINE)


def recognise(_path: Path, beginning: bytes) -> bool:
    """Tell a message by its headers, some of which only a program writes."""
    found = _HEADERS.match(beginning)
    return bool(found and _ANY.search(found[1]) and _MACHINE.search(found[1]))


def extract(path: Path, options: Options) -> Article:
    """Return a message: its subject is the title, its sender the byline."""
    from email import message_from_bytes, policy

    data = path.read_bytes()
    if archive.is_old_office(data):
        raise Unreadable("it is a message of Outlook (.msg); save it as .eml, or copy its text into a .txt file")
    message = message_from_bytes(data, policy=policy.default)
    if not message.keys():
        raise Unreadable("it is not a message: it has no headers")
    body = message.get_body(preferencelist=("plain", "html"))
    if body is None:
        raise Unreadable("the message holds no text")
    is_html = body.get_content_type() == "text/html"
    article = _from_html(body, options) if is_html else _from_plain(body)
    if not is_html and message.get_body(preferencelist=("html",)) is not None:
        article.notes.append("the message is there as text and as HTML: its text was taken")
    if attached := [part.get_filename() or part.get_content_type() for part in message.iter_attachments()]:
        article.notes.append(f"attachments left out: {', '.join(attached)}")
    article.meta = _meta(message, article.meta)
    if sender := one_line(str(message.get("from", ""))):
        article.more["from"] = sender
    return article


def _from_plain(body: "MIMEPart") -> Article:
    content, notes = _decoded(body)
    return Article(paragraphs=[Paragraph(content)], notes=notes)


def _from_html(body: "MIMEPart", options: Options) -> Article:
    content, notes = _decoded(body)
    wanted = options.get(html.EXTRACTION.name, html.EXTRACTION.values[0])
    try:
        article = html.from_markup(content, wanted)
    except Unreadable:
        article = html.from_markup(content, "everything")
        notes.append("no article was found in the message’s HTML: all of its text was taken")
    article.notes[:0] = notes
    return article


def _decoded(body: "MIMEPart") -> tuple[str, list[str]]:
    """Return the text of a part in the encoding that it declares, else in the one that it seems to be in."""
    data = body.get_payload(decode=True)
    assert isinstance(data, bytes)  # noqa: S101 - it is no multipart
    charset = body.get_content_charset()
    if charset:
        try:
            return data.decode(charset), []
        except (LookupError, UnicodeDecodeError):
            content, notes = _guessed(body, data)
            return content, [f"the message says that it is in {charset}, which it is not", *notes]
    return _guessed(body, data)


def _guessed(body: "MIMEPart", data: bytes) -> tuple[str, list[str]]:
    if body.get_content_type() == "text/html":
        return html.decode(data)
    try:
        decoded = text.decode(data)
    except UnicodeError:
        raise Unreadable("the text of the message fits no known encoding") from None
    return decoded.text, list(decoded.notes)


def _meta(message: "EmailMessage", found: Meta) -> Meta:
    """Return what the headers say, and the address that an HTML message names as its own."""
    sender, sent = message.get("from"), message.get("date")
    first = sender.addresses[0] if sender is not None and sender.addresses else None
    day = sent.datetime.date().isoformat() if sent is not None and sent.datetime else None
    return Meta(
        title=one_line(str(message.get("subject", ""))),
        byline=(first.display_name or first.addr_spec) if first else None,
        published=day,
        url=found.url,
    )


FORMAT = Format(
    name="eml",
    title="E-mail message",
    suffixes=(".eml", ".msg"),
    recognise=recognise,
    read=article_reader(extract),
    options=(html.EXTRACTION,),
    is_isolated=True,
)
