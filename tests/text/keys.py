"""The selecting keys of the article as plain functions, and a search for the fewest presses."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from annotator.text import DocumentText, Range


@dataclass(frozen=True)
class State:
    """The selection, empty at the caret; `anchor` is where growing began."""

    start: int
    end: int
    anchor: int = 0


Key = Callable[[DocumentText, State], State]


def _select(found: Range | None, state: State) -> State:
    return State(*found, anchor=found[0]) if found else state


def _end(move: Callable[[DocumentText, int], int]) -> Key:
    return lambda text, state: _resized(state, state.start, move(text, state.end))


def _start(move: Callable[[DocumentText, int], int]) -> Key:
    return lambda text, state: _resized(state, move(text, state.start), state.end)


def _resized(state: State, start: int, end: int) -> State:
    return State(start, end, start) if state.start < state.end and start < end else state


def _caret(move: Callable[[DocumentText, int], int]) -> Key:
    return lambda text, state: State(*[move(text, state.end)] * 2, anchor=move(text, state.end))


def _grow(text: DocumentText, state: State) -> State:
    anchor = state.start if state.start == state.end else state.anchor
    return State(*text.grow(state.start, state.end), anchor=anchor)


def _shrink(text: DocumentText, state: State) -> State:
    return State(*text.shrink(state.start, state.end, state.anchor), anchor=state.anchor)


KEYS: dict[str, Key] = {
    "S": lambda text, state: _select(text.next_sentence(state.end), state),
    "Shift+S": lambda text, state: _select(text.previous_sentence(state.start), state),
    "Q": lambda text, state: _select(text.next_quotation(state.end), state),
    "C": lambda text, state: _select(text.next_cue_sentence(state.end), state),
    "G": _grow,
    "Shift+G": _shrink,
    "W": _end(lambda text, at: text.clause_left(at)),
    "E": _end(lambda text, at: text.clause_right(at)),
    "Shift+W": _start(lambda text, at: text.clause_left(at, start=True)),
    "Shift+E": _start(lambda text, at: text.clause_right(at, start=True)),
    "Alt+Left": _end(lambda text, at: text.previous_word(at)),
    "Alt+Right": _end(lambda text, at: text.next_word(at)),
    "Alt+Shift+Left": _start(lambda text, at: text.previous_word(at)),
    "Alt+Shift+Right": _start(lambda text, at: text.next_word(at)),
    "Ctrl+Left": _caret(lambda text, at: text.previous_word(at)),
    "Ctrl+Right": _caret(lambda text, at: text.next_word(at)),
}


def tagged(text: DocumentText, state: State) -> Range | None:
    """Return the span that a label key makes: of the selection, else of the sentence at the caret."""
    if state.start < state.end:
        return text.snap(state.start, state.end)
    sentence = text.sentence_at(state.end)
    return text.snap(*sentence) if sentence else None


def press(text: DocumentText, caret: int, keys: str) -> Range | None:
    """Return the span that the keys, in order, and then a label key make from a caret."""
    state = State(caret, caret)
    for key in keys.split():
        state = KEYS[key](text, state)
    return tagged(text, state)


def fewest(text: DocumentText, caret: int, wanted: Range, without: tuple[str, ...] = ()) -> list[str]:
    """Return the shortest sequence of keys before the label key that tags exactly a span."""
    begin = State(caret, caret)
    came_from: dict[State, tuple[State, str] | None] = {begin: None}
    for state in _breadth_first(text, begin, came_from, without):
        if tagged(text, state) == wanted:
            return _path(came_from, state)
    raise AssertionError(f"no keys tag {wanted}")


def _breadth_first(
    text: DocumentText, begin: State, came_from: dict[State, tuple[State, str] | None], without: tuple[str, ...]
) -> Iterator[State]:
    level = [begin]
    while level:
        following = []
        for state in level:
            yield state
            for name, key in KEYS.items():
                after = key(text, state)
                if name not in without and after not in came_from:
                    came_from[after] = (state, name)
                    following.append(after)
        level = following


def _path(came_from: dict[State, tuple[State, str] | None], state: State) -> list[str]:
    path = []
    while (step := came_from[state]) is not None:
        state, name = step
        path.append(name)
    return path[::-1]
