"""A trace as the player's data, and as one HTML file that needs nothing else."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import re
from functools import cache
from html import escape
from pathlib import Path
from typing import Any

from ..explain import plain, sentences
from ..picture import style
from ..picture.export import replace
from ..picture.history import as_trace
from ..picture.legend import table
from ..picture.scene import through
from ..picture.views import LENSES
from ..predict import question
from ..snapshot import Snapshot
from ..trace.model import Trace

_HERE = Path(__file__).parent
#: Joined in this order, the modules are one module: each imports from those before it.
_MODULES = (
    "model.js",
    "rows.js",
    "follow.js",
    "names.js",
    "lines.js",
    "elements.js",
    "bounds.js",
    "drawing.js",
    "stage.js",
    "sides.js",
    "drawers.js",
    "parts.js",
    "predict.js",
    "graph.js",
    "table.js",
    "timeline.js",
    "actions.js",
    "bar.js",
    "keys.js",
    "screen.js",
    "player.js",
)
_IMPORT = re.compile(r'^import \{[^}]*\} from "\./\w+\.js";\n', re.MULTILINE)
_PAGE_CSS = """
html{scrollbar-gutter:stable}body{margin:0;background:#FFFFFF}body:has(.mtv[data-theme=dark]){background:#13171C}
.mtv-page{max-width:1900px;margin:0 auto}
.mtv-page>h1{position:absolute;clip-path:inset(50%);width:1px;height:1px;overflow:hidden;margin:0}
"""


def payload(trace: Trace) -> dict[str, Any]:
    """Return all that the player shows of a trace, as JSON data.

    >>> sorted(payload(as_trace(Snapshot())))
    ['pictures', 'question', 'sentences', 'style', 'trace']
    """
    data = trace.to_dict()
    asked, problem = _question(trace)
    if problem:
        data["notes"] = [*data["notes"], problem]
    return {
        "trace": data,
        "pictures": through(trace, LENSES),
        "sentences": sentences(trace),
        "question": asked,
        "style": {"legend": table()},
    }


def _question(trace: Trace) -> tuple[dict[str, Any] | None, str]:
    """Return the trace's question, or why there is none: the trace is shown anyway."""
    if trace.ask is None:
        return None, ""
    try:
        return question(trace, trace.ask, trace.choices), ""
    except ValueError as error:
        return None, f"The question could not be asked: {error}"


@cache
def script() -> str:
    """Return the player as one ES module.

    >>> "export default" in script() and 'from "./' not in script()
    True
    """
    return "\n".join(_module(name) for name in _MODULES)


def _module(name: str) -> str:
    return _IMPORT.sub("", (_HERE / name).read_text("utf-8"))


@cache
def stylesheet() -> str:
    """Return the player's CSS: the themes' colours, the picture's rules, the screen.

    >>> stylesheet().startswith(".mtv{--mtv-bg:#FFFFFF")
    True
    """
    themes = [
        f"{root}{{{style.variables(theme)};color-scheme:{theme}}}"
        for root, theme in ((".mtv", "light"), (".mtv[data-theme=dark]", "dark"))
    ]
    screen = (_HERE / "player.css").read_text("utf-8")
    return "\n".join([*themes, style.css(), screen])


def page(trace: Trace | Snapshot, step: int | None = None) -> str:
    """Return one HTML page that steps a trace; it asks no server for anything.

    >>> page(Snapshot())[:15]
    '<!doctype html>'
    """
    if isinstance(trace, Snapshot):
        trace = as_trace(trace)
    shown = payload(trace)
    data = {"payload": shown, "step": _opening(trace, step)}
    code = script() + "\n" + _module("boot.js")
    looks = stylesheet() + _PAGE_CSS
    allowed = {"script-src": _hash(code), "style-src": _hash(looks)}
    return "\n".join(
        [
            "<!doctype html>",
            '<html lang="en"><head><meta charset="utf-8">',
            f'<meta http-equiv="Content-Security-Policy" content="{_policy(allowed)}">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f"<title>{escape(trace.title)}</title>",
            f"<style>{looks}</style></head>",
            f'<body><main class="mtv-page"><h1>{escape(trace.title)}</h1></main>',
            f"<noscript>{_noscript(trace, shown['sentences'])}</noscript>",
            f'<script type="text/plain">{_packed(data)}</script>',
            f'<script type="module">{code}</script>',
            "</body></html>\n",
        ]
    )


def _opening(trace: Trace, step: int | None) -> int:
    count = len(trace.steps)
    if step is None:
        return 0
    if type(step) is not int or not -count <= step < count:
        raise ValueError(
            f"step must be in 0..{count - 1}, got {step!r}; trace.steps lists them"
        )
    return step % count


def _hash(text: str) -> str:
    digest = hashlib.sha256(text.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"


def _policy(allowed: dict[str, str]) -> str:
    rules = {"default-src": "'none'", "base-uri": "'none'", "form-action": "'none'"}
    return "; ".join(f"{name} {value}" for name, value in {**rules, **allowed}.items())


def _packed(data: Any) -> str:
    """Write JSON as gzip in base64: small, and nothing in it can end its element."""
    text = json.dumps(data, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    packed = gzip.compress(text.encode("utf-8", "replace"), mtime=0)
    return base64.b64encode(packed).decode()


def _noscript(trace: Trace, said: list[dict[str, Any]]) -> str:
    """Write the steps for a reader whose browser runs no scripts."""
    told = "".join(f"<li>{escape(plain(sentence['say']))}</li>" for sentence in said)
    return f"<pre>{escape(trace.source)}</pre><ol start='0'>{told}</ol>"


def as_text(trace: Trace) -> str:
    """Return a trace in a few words: how long it is, and its last sentence.

    >>> as_text(as_trace(Snapshot()))
    'snapshot, steps 0 to 0. The program is empty: there is nothing to run.'
    """
    last = plain(sentences(trace)[-1]["say"])
    return f"{trace.title}, steps 0 to {len(trace.steps) - 1}. {last}"


def save(record: Trace | Snapshot, target: Path, step: int | None = None) -> None:
    """Write the page of a trace or snapshot; what was there goes only when it is whole.

    >>> save(Snapshot(), Path("/nowhere/page.html"))
    Traceback (most recent call last):
        ...
    FileNotFoundError: [Errno 2] No such folder: '/nowhere'
    """
    if not target.parent.is_dir():
        raise FileNotFoundError(2, "No such folder", str(target.parent))
    replace(target, page(record, step).encode())
