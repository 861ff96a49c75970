"""A picture of how many spans each label has: an SVG that needs nothing else, in light and in dark.

Colours are attributes, for programs that know no style sheets; where one asks for dark, the style takes over.
"""

from collections.abc import Mapping
from html import escape
from unicodedata import east_asian_width

WIDTH, ROW, BAR = 640, 34, 16
_LEFT, _RIGHT, _TOP, _BOTTOM = 184, 160, 62, 22
_NAME = 21  # columns of a label that fit on the left
_FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', sans-serif"
_LIGHT = {
    "paper": "#ffffff",
    "edge": "#d9d7d2",
    "ink": "#1f1e1c",
    "soft": "#65625c",
    "track": "#efeeea",
    "bar": "#2f6f9f",
}
_DARK = {
    "paper": "#1d1d1f",
    "edge": "#3a3a3d",
    "ink": "#ecebe8",
    "soft": "#a5a29b",
    "track": "#2b2b2e",
    "bar": "#6fb1df",
}


def label_chart(spans: Mapping[str, int], title: str = "Spans by label") -> str:
    """Return the SVG: a bar a label, most frequent first, each with its number and share."""
    total, most = sum(spans.values()), max(spans.values(), default=0)
    rows = sorted(spans.items(), key=lambda item: (-item[1], item[0]))
    height = _TOP + ROW * max(len(rows), 1) + _BOTTOM
    said = ", ".join(f"{label} {number:,}" for label, number in rows) or "none"
    label = escape(f"{title}: {said}")
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" viewBox="0 0 {WIDTH} {height}"',
        f'  role="img" aria-label="{label}" font-family="{_FONT}">',
        f"<style>@media (prefers-color-scheme: dark) {{ {_rules()} }}</style>",
        f'<rect class="paper" x="0.5" y="0.5" width="{WIDTH - 1}" height="{height - 1}" rx="10"',
        f'  fill="{_LIGHT["paper"]}" stroke="{_LIGHT["edge"]}"/>',
        _text(24, 36, escape(title), "ink", size=16, weight=600),
        _text(WIDTH - 24, 36, f"{total:,} in all", "soft", anchor="end"),
    ]
    if not rows:
        parts.append(_text(24, _TOP + ROW // 2 + 5, "No spans", "soft"))
    for number, (name, count) in enumerate(rows):
        parts += _row(_TOP + ROW * number, name, count, total, most)
    return "\n".join([*parts, "</svg>", ""])


def _row(top: int, label: str, count: int, total: int, most: int) -> list[str]:
    room = WIDTH - _LEFT - _RIGHT
    length = max(room * count / most, 2) if count else 0
    y, base = top + (ROW - BAR) // 2, top + ROW // 2 + 5
    title = f"<title>{escape(label)}: {count:,}</title>"
    return [
        _text(_LEFT - 12, base, title + escape(_short(label)), "ink", anchor="end"),
        _bar(y, room, "track"),
        _bar(y, length, "bar"),
        _text(WIDTH - 84, base, f"{count:,}", "ink", anchor="end"),
        _text(WIDTH - 24, base, _share(count, total), "soft", anchor="end", size=12),
    ]


def _share(count: int, total: int) -> str:
    if 0 < count < total / 1000:
        return "&lt; 0.1 %"
    return f"{100 * count / total:.1f} %" if total else ""


def _bar(y: int, length: float, name: str) -> str:
    return (
        f'<rect class="{name}" x="{_LEFT}" y="{y}" width="{length:.1f}" height="{BAR}" rx="3" fill="{_LIGHT[name]}"/>'
    )


def _text(x: int, y: int, said: str, name: str, *, anchor: str = "start", size: int = 14, weight: int = 400) -> str:
    return (
        f'<text class="{name}" x="{x}" y="{y}" text-anchor="{anchor}" font-size="{size}" font-weight="{weight}" '
        f'fill="{_LIGHT[name]}">{said}</text>'
    )


def _rules() -> str:
    fills = [f".{name} {{ fill: {_DARK[name]} }}" for name in ("paper", "ink", "soft", "track", "bar")]
    return " ".join([*fills, f".paper {{ stroke: {_DARK['edge']} }}"])


def _short(label: str) -> str:
    """Return a label that fits; wide characters take two columns."""
    columns = 0
    for number, char in enumerate(label):
        columns += 2 if east_asian_width(char) in "WF" else 1
        if columns > _NAME:
            return label[: max(number - 1, 1)].rstrip() + "…"
    return label
