"""Figures that are not defined: why, and where they stand in the result."""

from typing import TypeVar

from annotator.agreement.result import Undefined

Figure = TypeVar("Figure")


class Reason(str):
    """Why a figure is not defined; it stands where the figure would."""

    __slots__ = ()


NO_DOCUMENT = Reason("no document has two finished layers")
NO_COMMON_DOCUMENT = Reason("no document was finished by both")
NO_TEXT = Reason("the documents compared have no text")


class Ledger:
    """Collects the paths and reasons while a result is put together."""

    def __init__(self) -> None:
        self.entries: list[Undefined] = []

    def figure(self, path: str, figure: Figure | Reason) -> Figure | None:
        """Return the figure, or write down why there is none."""
        if not isinstance(figure, Reason):
            return figure
        self.entries.append(Undefined(path, str(figure)))
        return None
