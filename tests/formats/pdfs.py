"""PDF files made by hand, of lines at places: what the library that reads them had no part in."""

from collections.abc import Iterable, Sequence

Placed = tuple[float, float, str, float]  # from the left, from the bottom, text, size of the type


def pdf(pages: Iterable[Sequence[Placed]], info: str = "") -> bytes:
    """Return a PDF of some pages, set in Helvetica."""
    bodies = [_content(lines) for lines in pages]
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Count %d/Kids[%s]>>" % (len(bodies), b" ".join(b"%d 0 R" % (4 + 2 * n) for n in range(len(bodies)))),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>",
    ]  # fmt: skip
    for number, body in enumerate(bodies):
        content = b"%d 0 R" % (5 + 2 * number)
        objects.append(
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<</Font<</F 3 0 R>>>>/Contents %s>>" % content
        )
        objects.append(b"<</Length %d>>stream\n%s\nendstream" % (len(body), body))
    objects.append(b"<<%s>>" % info.encode("latin-1"))
    return _file(objects)


def _content(lines: Sequence[Placed]) -> bytes:
    def shown(text: str) -> bytes:
        return text.encode("cp1252").replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)")

    pieces = (b"/F %g Tf 1 0 0 1 %g %g Tm (%s) Tj " % (size, x, y, shown(text)) for x, y, text, size in lines)
    return b"BT " + b"".join(pieces) + b"ET"


def _file(objects: Sequence[bytes], trailer: bytes = b"") -> bytes:
    out = bytearray(b"%PDF-1.4\n")
    offsets = []
    for number, content in enumerate(objects, 1):
        offsets.append(len(out))
        out += b"%d 0 obj%sendobj\n" % (number, content)
    table = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    out += b"trailer<</Size %d/Root 1 0 R/Info %d 0 R%s>>\nstartxref\n%d\n%%%%EOF" % (
        len(objects) + 1,
        len(objects),
        trailer,
        table,
    )
    return bytes(out)


def encrypted() -> bytes:
    """Return a PDF whose password nobody has: its keys are made up."""
    lock = b"<</Filter/Standard/V 1/R 2/P -4/O<%s>/U<%s>>>" % (b"a1" * 32, b"b2" * 32)
    objects = [b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Count 0/Kids[]>>", lock, b"<<>>"]
    return _file(objects, b"/Encrypt 3 0 R/ID[<00><00>]")


def set_lines(
    lines: Iterable[str], *, top: float = 700, left: float = 72, leading: float = 14, size: float = 11
) -> list[Placed]:
    """Place lines under one another; one that begins with a tab is indented, an empty one leaves a gap."""
    placed, y = [], top
    for line in lines:
        if line:
            placed.append((left + 18 * line.startswith("\t"), y, line.strip(), size))
        y -= leading
    return placed
