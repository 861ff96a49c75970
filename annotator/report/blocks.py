"""What a report is made of, whatever it is written as."""

from typing import Literal, NamedTuple

from annotator.report.shapes import Drawing

Trust = Literal["Safe", "With care", "Not yet"]


class Paragraph(NamedTuple):
    """A text; `is_quiet` for what goes with something else."""

    text: str
    is_quiet: bool = False


class Heading(NamedTuple):
    """A heading within a section."""

    text: str


class Points(NamedTuple):
    """A list of things to do."""

    items: list[str]


class Judgement(NamedTuple):
    """How far a label can be trusted, and why; `is_faint` where there is too little to tell."""

    label: int  # its number among those of the report
    trust: Trust
    said: str
    is_faint: bool = False


class Version(NamedTuple):
    """A passage as an annotator marked it; without a label it was not marked."""

    annotator: str
    label: int | None
    before: str
    marked: str
    after: str


class Quote(NamedTuple):
    """A passage with the versions of two annotators."""

    title: str
    said: str
    versions: list[Version]


class Table(NamedTuple):
    """Rows of cells, the first `texts` columns to the left; the rows in `faint` rest on little."""

    title: str
    header: list[str]
    rows: list[list[str]]
    texts: int = 1
    faint: frozenset[int] = frozenset()


class Figure(NamedTuple):
    """A drawing, with its title as a heading."""

    drawing: Drawing


Block = Paragraph | Heading | Points | Judgement | Quote | Table | Figure


class Section(NamedTuple):
    """A part of a report with a heading."""

    name: str
    title: str
    blocks: list[Block]


class Label(NamedTuple):
    """How a label of the report looks on a light page."""

    title: str
    letter: str
    colour: str


class Report(NamedTuple):
    """A report; its first section is a page of its own."""

    title: str
    said: str  # below the title
    labels: list[Label]
    sections: list[Section]

    def drawings(self) -> list[Drawing]:
        return [block.drawing for section in self.sections for block in section.blocks if isinstance(block, Figure)]
