"""One table of colours, strokes and type for every picture and for the player."""

from __future__ import annotations

from functools import cache

#: Four meanings, one colour each: blue records, orange flows, grey is not looked at,
#: magenta is refused. `hatch` is drawn thin, so it may be faint.
LIGHT = {
    "bg": "#FFFFFF", "panel": "#F6F7F9", "ink": "#1B1F24", "muted": "#56606B",
    "rule": "#D3D9E0", "rec": "#0B5CAD", "rec-soft": "#E8F1FB", "grad": "#A34400",
    "grad-soft": "#FDF0E4", "ghost": "#5C6672", "ghost-soft": "#F4F5F7",
    "bad": "#A3195B", "bad-soft": "#FCEAF2", "hatch": "#E3E5E7",
    "hatch-soft": "#F0F1F2",
    "heat-0": "#F6F6F6", "heat-1": "#D1D2D3", "heat-2": "#A8AAAC",
    "heat-3": "#7F8284", "heat-4": "#54575B", "heat-5": "#262A2F",
}  # fmt: skip
DARK = {
    "bg": "#13171C", "panel": "#1B2027", "ink": "#EDF0F4", "muted": "#A6B0BC",
    "rule": "#39424D", "rec": "#82BCF7", "rec-soft": "#172F49", "grad": "#F7A868",
    "grad-soft": "#3D2612", "ghost": "#A0AAB6", "ghost-soft": "#1E242B",
    "bad": "#F792BD", "bad-soft": "#46182F", "hatch": "#2E343B",
    "hatch-soft": "#22282E",
    "heat-0": "#1C2025", "heat-1": "#3F4247", "heat-2": "#66696E",
    "heat-3": "#8D9195", "heat-4": "#B6BABE", "heat-5": "#E2E5E9",
}  # fmt: skip
THEMES = {"light": LIGHT, "dark": DARK}

SANS = (
    'system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "Noto Sans", '
    '"DejaVu Sans", sans-serif'
)
MONO = (
    'ui-monospace, "SF Mono", SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", '
    "monospace"
)
SIZE, SMALL, TINY = 12.0, 11.5, 11.0
DASH, DOTS, TIGHT = "5 3.5", "1 3.5", "2 3"

Props = dict[str, str | float]

_HEAT: list[tuple[str, str, Props]] = [
    *(("", f"heat-{k}", Props(fill=f"heat-{k}")) for k in range(6)),
    *(("gone", f"heat-{k}", Props(opacity=0.35)) for k in range(6)),
]

#: (state of the element or "", class of the shape, what it sets); later rows win.
RULES: list[tuple[str, str, Props]] = [
    ("", "box", {"fill": "bg", "stroke": "rec", "stroke-width": 1.6}),
    ("", "leaf", {"stroke-width": 2.4}),
    ("", "plain", {"fill": "ghost-soft", "stroke": "ghost", "stroke-width": 1.5,
                   "stroke-dasharray": DASH}),
    ("", "slot", {"fill": "bg", "stroke": "rec", "stroke-width": 2.4}),
    ("", "thin", {"stroke-width": 1.6}),
    ("", "op", {"fill": "rec-soft", "stroke": "rec", "stroke-width": 1.6}),
    ("", "ghost", {"fill": "ghost-soft", "stroke": "ghost", "stroke-width": 1.5,
                   "stroke-dasharray": DASH}),
    ("", "fold-sign", {"stroke": "rec", "stroke-width": 2.2}),
    ("", "sep", {"stroke": "rec", "stroke-width": 1, "opacity": 0.5}),
    ("", "line", {"stroke": "rec", "stroke-width": 1.8}),
    ("", "hair", {"stroke-width": 1.2}),
    ("", "unrec", {"stroke": "ghost", "stroke-width": 1.6, "stroke-dasharray": DASH}),
    ("", "grey", {"stroke": "muted", "stroke-width": 1.5}),
    ("", "writes", {"stroke": "ghost", "stroke-width": 2.4}),
    ("", "dotted", {"stroke-dasharray": TIGHT}),
    ("", "head", {"fill": "rec"}),
    ("", "head-unrec", {"fill": "ghost"}),
    ("", "head-grey", {"fill": "muted"}),
    ("", "head-grad", {"fill": "grad"}),
    ("", "head-ink", {"fill": "ink"}),
    ("", "num", {"fill": "bg", "stroke": "muted", "stroke-width": 1.3}),
    ("", "num-ghost", {"fill": "ghost-soft", "stroke": "ghost", "stroke-width": 1.3,
                       "stroke-dasharray": "4 3"}),
    ("", "tag", {"fill": "bg", "stroke": "rec", "stroke-width": 1.3}),
    ("", "clip", {"fill": "rec"}),
    ("", "tie", {"stroke": "muted", "stroke-width": 5}),
    ("", "tie2", {"stroke": "bg", "stroke-width": 2}),
    ("", "cut", {"stroke": "ink", "stroke-width": 2.2}),
    ("", "bgr", {"fill": "bg"}),
    ("", "band", {"fill": "bg", "stroke": "ghost", "stroke-width": 1.2,
                  "stroke-dasharray": DASH}),
    ("", "hatch", {"stroke": "hatch", "stroke-width": 3.6}),
    ("", "hatch-tag", {"stroke": "none", "stroke-width": 2.4}),
    ("", "grd", {"stroke": "grad", "stroke-width": 2.4}),
    ("", "chip", {"fill": "grad-soft", "stroke": "grad", "stroke-width": 1.3}),
    *_HEAT,
    ("", "heat-odd", {"stroke": "muted", "stroke-width": 1}),
    ("", "map", {"stroke": "muted", "stroke-width": 0.8}),
    ("", "rule", {"stroke": "rule", "stroke-width": 1}),
    ("", "time", {"stroke": "ink", "stroke-width": 1.8}),
    ("", "dot", {"fill": "bg", "stroke": "ink", "stroke-width": 1.8}),
    ("", "now", {"fill": "ink", "stroke": "ink", "stroke-width": 1.8}),
    ("", "badge", {"fill": "ink"}),
    ("", "badbox", {"fill": "bad"}),
    ("", "t", {"fill": "ink", "font-size": SIZE}),
    ("", "m", {"font-family": "mono"}),
    ("", "s", {"fill": "muted", "font-size": SMALL}),
    ("", "b", {"font-weight": "bold"}),
    ("", "fn", {"fill": "rec", "font-weight": "bold"}),
    ("", "seg", {"fill": "muted", "font-size": SMALL}),
    ("", "chip-t", {"fill": "grad", "font-weight": "bold"}),
    ("", "badge-t", {"fill": "bg", "font-weight": "bold", "font-size": TINY}),
    ("", "bad-t", {"fill": "bad", "font-weight": "bold"}),
    ("", "title", {"font-size": 14.0}),
    ("", "code", {"font-size": SMALL}),
    ("", "cross", {"stroke": "bg", "stroke-width": 1.6}),
    ("", "ne", {"fill": "bg", "font-size": 20.0, "font-weight": "bold"}),
    ("gone", "box", {"fill": "none", "stroke": "muted", "stroke-width": 1.2,
                     "stroke-dasharray": DOTS, "stroke-linecap": "round"}),
    ("gone", "slot", {"fill": "none", "stroke": "muted", "stroke-width": 1.2,
                      "stroke-dasharray": DOTS, "stroke-linecap": "round"}),
    ("gone", "op", {"fill": "none", "stroke": "muted", "stroke-width": 1.2,
                    "stroke-dasharray": DOTS, "stroke-linecap": "round"}),
    ("gone", "t", {"fill": "muted", "font-weight": "normal"}),
    ("gone", "line", {"opacity": 0.4}),
    ("gone", "unrec", {"opacity": 0.4}),
    ("gone", "head", {"opacity": 0.4}),
    ("gone", "head-unrec", {"opacity": 0.4}),
    ("gone", "tie", {"opacity": 0.45}),
    ("gone", "map", {"opacity": 0.35}),
    ("new", "box", {"stroke": "ink", "stroke-width": 2.6}),
    ("new", "slot", {"stroke": "ink", "stroke-width": 2.6}),
    ("new", "op", {"stroke": "ink", "stroke-width": 2.6}),
    ("new", "ghost", {"stroke": "ink", "stroke-width": 2.6}),
    ("hot", "op", {"fill": "grad", "stroke": "grad"}),
    ("hot", "fn", {"fill": "bg"}),
    ("hot", "seg", {"fill": "bg"}),
    ("hot", "sep", {"stroke": "bg"}),
    ("hot", "fold-sign", {"stroke": "bg"}),
    ("bad", "op", {"fill": "bad", "stroke": "bad"}),
    ("bad", "box", {"stroke": "bad"}),
    ("bad", "ghost", {"fill": "bad-soft", "stroke": "bad"}),
    ("bad", "s", {"fill": "bad"}),
    ("bad", "tag-t", {"font-weight": "bold"}),
    ("bad", "fn", {"fill": "bg"}),
    ("bad", "seg", {"fill": "bg"}),
    ("bad", "sep", {"stroke": "bg"}),
    ("bad", "fold-sign", {"stroke": "bg"}),
    ("bad", "tag", {"fill": "bad-soft", "stroke": "bad", "stroke-width": 2}),
    ("bad", "clip", {"fill": "bad"}),
    ("freed", "tag", {"stroke": "muted"}),
    ("freed", "clip", {"fill": "muted"}),
    ("freed", "hatch-tag", {"stroke": "hatch"}),
    ("freed", "t", {"fill": "muted", "font-weight": "normal"}),
    # The legend's words stay as they are beside an icon in any state.
    ("bad", "key", {"fill": "muted"}),
]  # fmt: skip


@cache
def resolve(classes: str, states: frozenset[str] = frozenset()) -> Props:
    """Return all that applies to a shape of these classes in an element so marked.

    >>> resolve("box leaf")["stroke-width"]
    2.4
    >>> resolve("op", frozenset({"hot"}))["fill"]
    'grad'
    """
    names = classes.split()
    props: Props = {}
    for state, name, values in RULES:
        if name in names and (not state or state in states):
            props.update(values)
    return props


def variables(theme: str) -> str:
    """Return a theme's colours as CSS variables.

    >>> variables("dark").split(";")[0]
    '--mtv-bg:#13171C'
    """
    return ";".join(f"--mtv-{name}:{value}" for name, value in THEMES[theme].items())


def css() -> str:
    """Return the picture's rules as CSS: `.mtv-picture`, `.mtv-box`, `.mtv-hot` ...

    >>> ".mtv-picture .mtv-hot .mtv-fn{fill:var(--mtv-bg)}" in css()
    True
    """
    lines = [
        ".mtv-picture{--mtv-sans:" + SANS + ";--mtv-mono:" + MONO + "}",
        ".mtv-picture path,.mtv-picture rect{fill:none;stroke:none}",
        ".mtv-picture text{font-family:var(--mtv-sans);white-space:pre}",
    ]
    for state, name, props in RULES:
        mark = f".mtv-{state} " if state else ""
        body = ";".join(f"{key}:{_value(key, value)}" for key, value in props.items())
        lines.append(f".mtv-picture {mark}.mtv-{name}{{{body}}}")
    return "\n".join(lines)


def _value(key: str, value: str | float) -> str:
    if isinstance(value, float | int):
        return f"{value:g}px" if key == "font-size" else f"{value:g}"
    if value in ("mono", "sans") or value in LIGHT:
        return f"var(--mtv-{value})"
    return value
