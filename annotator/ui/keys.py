"""Which keys an action can have: taken by no other, left to it by the text, and on the keyboards of our readers."""

from collections.abc import Mapping, Sequence
from string import ascii_uppercase, digits

from PySide6.QtCore import QCoreApplication, QKeyCombination, Qt
from PySide6.QtGui import QKeySequence

from annotator.ui.actions import ACTIONS, SCREENS, Action, resolved

# What each layout types without AltGr and without a dead key, Shift or not.
LAYOUTS: Mapping[str, frozenset[str]] = {
    "US": frozenset("""`-=[]\\;',./~!@#$%^&*()_+{}|:"<>?"""),
    "German": frozenset("""ßÜÖÄ+#<,.-°!"§$%&/()=?*'>;:_"""),
    "French": frozenset("""²&É"'(-È_ÇÀ)=$Ù*<,;:!°+¨£%µ>?./§"""),
}
EVERYWHERE = frozenset(ascii_uppercase + digits)  # French types digits with Shift, and Qt finds them there
_CONTROL, _ALT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier
_SHIFT = Qt.KeyboardModifier.ShiftModifier
_CARET = {
    Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down,
    Qt.Key.Key_Home, Qt.Key.Key_End, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown,
}  # fmt: skip
_OF_THE_TEXT = {"Esc", "Return", "Enter", "Ctrl+A", "Ctrl+C", "Ctrl+Ins"}
_USELESS = {"review": {"Return", "Enter"}}  # what the text of a screen has no use for


def layouts_without(key: str) -> list[str]:
    """Return the layouts, of those we care for, that cannot type a key such as "Ctrl+]"."""
    pressed = _pressed(key)
    if pressed is None or not _is_character(pressed.key()):
        return []
    character, modifiers = chr(pressed.key().value), pressed.keyboardModifiers()
    if modifiers & _CONTROL and modifiers & _ALT:
        return ["German", "French"]  # it is AltGr there
    if character in EVERYWHERE:
        shifts_a_digit = character in digits and bool(modifiers & _SHIFT)
        return ["US", "German"] if shifts_a_digit else []
    return [layout for layout, characters in LAYOUTS.items() if character not in characters]


def taken_by(
    key: str, action: Action, remapped: Mapping[str, Sequence[str]], actions: Sequence[Action] = ACTIONS
) -> Action | None:
    """Return the other action that has a key on a screen of this one."""
    name, screens = QKeySequence(key).toString(), set(SCREENS[action.place])
    keys = resolved(remapped, actions)
    others = (other for other in actions if other.id != action.id and screens.intersection(SCREENS[other.place]))
    return next((other for other in others if name in keys[other.id]), None)


def refusal(
    key: str, action: Action, remapped: Mapping[str, Sequence[str]], actions: Sequence[Action] = ACTIONS
) -> str | None:
    """Say why an action cannot have a key, or nothing when it can."""
    pressed = _pressed(key)
    if pressed is None:
        return _tr("That is not one key.")
    other, modifiers = taken_by(key, action, remapped, actions), pressed.keyboardModifiers()
    if other:
        return _tr("{key} is already the key of “{other}”. Give that another key first.").format(
            key=native(key), other=other.title
        )
    moves_the_caret = pressed.key() in _CARET and not modifiers & ~(_SHIFT | _CONTROL)
    if moves_the_caret or QKeySequence(key).toString() in _OF_THE_TEXT - _USELESS.get(action.place, set()):
        return _tr("{key} is used in the text itself.").format(key=native(key))
    is_function_key = Qt.Key.Key_F1 <= pressed.key() <= Qt.Key.Key_F35
    is_typed = not is_function_key and not modifiers & (_CONTROL | _ALT | Qt.KeyboardModifier.MetaModifier)
    if action.place == "window" and is_typed and key not in action.keys:
        return _tr("“{action}” works everywhere, also while you type: its key needs Ctrl or Alt.").format(
            action=action.title
        )
    return None


def warning(key: str) -> str | None:
    """Say on which keyboards a key cannot be typed, or nothing."""
    missing = layouts_without(key)
    if not missing:
        return None
    said = _tr("{key} cannot be typed on a {layouts} keyboard.")
    return said.format(key=native(key), layouts=_tr(" or ").join(missing))


def native(key: str) -> str:
    """Return a key as a person reads it."""
    return QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText)


def _pressed(key: str) -> QKeyCombination | None:
    sequence = QKeySequence(key)
    return sequence[0] if sequence.count() == 1 else None  # type: ignore[index]


def _is_character(key: Qt.Key) -> bool:
    return Qt.Key.Key_Space < key < Qt.Key.Key_Escape


def _tr(text: str) -> str:
    return QCoreApplication.translate("keys", text)
