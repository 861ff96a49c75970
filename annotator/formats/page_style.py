"""The style sheet of an annotated page: ours from the resources, and the colours, patterns and lanes of its labels."""

import re
from collections.abc import Iterable
from colorsys import hls_to_rgb, rgb_to_hls

from annotator.assets import FOLDER
from annotator.formats.page import Look

DEEPEST = 7  # lanes that are drawn; what lies deeper shares the last
ROOMY = 3  # the first lane for which lines stand further apart
_LANE = 0.3  # em from one lane to the next
_LINE = 2.05  # the line height of the texts
_BAR_HEIGHT, _DOUBLE = 0.14, 0.24  # em
_BAR = {
    "solid": "linear-gradient({c},{c})",
    "dash": "repeating-linear-gradient(90deg,{c} 0 .5em,#0000 .5em .75em)",
    "dot": "repeating-linear-gradient(90deg,{c} 0 .13em,#0000 .13em .3em)",
    "double": "linear-gradient({c} 0 34%,#0000 34% 66%,{c} 66%)",
}
NIGHT = "--page:#212427;--ground:#1b1d20;--ink:#e6e3dd;--quiet:#a2a7ae;--edge:#383c42;--link:#7db4ea"


def sheet(looks: Iterable[Look]) -> str:
    """Return the style sheet for labels; class `kN-L` is label N in lane L, `bN` its band, `cN` its colour."""
    light, dark, rules = [], [], []
    for look in looks:
        number, night = look.number, on_dark(look.colour)
        light.append(f"--k{number}:{look.colour};--b{number}:{look.colour}1c")
        dark.append(f"--k{number}:{night};--b{number}:{night}2b")
        bar = _BAR.get(look.pattern, _BAR["solid"]).format(c=f"var(--k{number})")
        rules.append(f".c{number}{{--colour:var(--k{number});--pattern:{bar}}}")
        rules.append(f".b{number}{{--band:linear-gradient(var(--b{number}),var(--b{number}))}}")
        thick = _DOUBLE if look.pattern == "double" else _BAR_HEIGHT
        rules += [f".k{number}-{lane}{{--l{lane}:{bar};--h{lane}:{thick}em}}" for lane in range(DEEPEST)]
    rules += [f".d{lane}{{--deep:{_LANE * (lane + 1) + 0.1:.2f}em}}" for lane in range(DEEPEST)]
    rules += [f".text p.n{lane}{{line-height:{_LINE + _LANE * (lane - 1):.2f}}}" for lane in range(ROOMY, DEEPEST)]
    return "\n".join(
        [
            re.sub(r"/\*.*?\*/\s*", "", (FOLDER / "style" / "page.css").read_text(encoding="utf-8")),
            f"mark{{{_backgrounds()}}}",
            f"html{{{';'.join(light)}}}",
            *rules,
            f"@media screen and (prefers-color-scheme:dark){{html{{{';'.join([NIGHT, *dark])}}}}}",
        ]
    )


def _backgrounds() -> str:
    """Return one background for each lane, below the text, and one for the band behind it."""
    lanes = range(DEEPEST)
    images = [*(f"var(--l{lane},none)" for lane in lanes), "var(--band,none)"]
    # Seen from the lower edge of the padding, which is as deep as the deepest lane of the run.
    places = [*(f"0 calc(100% - var(--deep) + {_LANE * (lane + 1):.2f}em)" for lane in lanes), "0 0"]
    sizes = [*(f"100% var(--h{lane},0)" for lane in lanes), "100% 100%"]
    boxes = ",".join([*("border-box" for _ in lanes), "content-box"])
    return (
        f"background-image:{','.join(images)};background-position:{','.join(places)};"
        f"background-size:{','.join(sizes)};background-repeat:no-repeat;"
        f"background-origin:{boxes};background-clip:{boxes}"
    )


def on_dark(colour: str) -> str:
    """Return a colour as it reads on a dark page, as in the window."""
    red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    hue, _, saturation = rgb_to_hls(red, green, blue)
    return "#" + "".join(f"{round(part * 255):02x}" for part in hls_to_rgb(hue, 0.70, saturation * 0.85))
