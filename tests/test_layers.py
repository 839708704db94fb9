"""Who may import whom: the table of the house, held against the source itself.

Names are relative to the package; a name that isn't one of ours is a distribution's.
The standard library is open to all, and every room may import from itself.
"""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

from minitorch_viz.doors import find

PACKAGE = "minitorch_viz"
RECORDS = ("codec", "collector", "doors", "oneline", "references", "snapshot")

DRAWING = ("graphviz", "pygraphviz", "resvg_py", "reportlab", "PIL")

#: The longest row that fits a module decides what it may import.
MAY_IMPORT: dict[str, tuple[str, ...]] = {
    "minitorch": ("numpy",),
    "codec": (),
    "collector": (),
    "doors": ("collector",),
    "oneline": (),
    "progress": ("doors",),
    "references": ("codec", "snapshot"),
    "snapshot": ("codec", "doors"),
    "capture": (*RECORDS, "minitorch", "numpy"),
    "capture.pytorch": (*RECORDS, "capture", "minitorch.events", "torch", "numpy"),
    "trace": (*RECORDS, "progress", "capture", "minitorch.events"),
    "trace.model": RECORDS,
    "explain": (*RECORDS, "trace.model"),
    "predict": (*RECORDS, "trace.model", "explain"),
    "picture": (*RECORDS, "progress", "trace.model", *DRAWING),
    "player": (*RECORDS, "progress", "trace.model", "explain", "predict", "picture"),
    "widget": (
        *RECORDS,
        "trace",
        "picture",
        "player",
        "anywidget",
        "traitlets",
        "IPython",
    ),
    "magics": (*RECORDS, "trace", "player", "widget", "IPython"),
    "cli": (*RECORDS, "trace", "player", "picture", "predict", PACKAGE),
    "__main__": ("cli",),
    "live_view": (*RECORDS, "capture", "picture", "IPython", PACKAGE),
    "reasons": (*RECORDS, "capture", "trace.model", "trace.blame", "explain"),
    "": (*RECORDS, "capture", "trace", "magics", "widget", "live_view", "reasons"),
}
DOOR = re.compile(rf"{PACKAGE}[\w.]*:\w+")
LATE = ("anywidget", "IPython", "jupyterlab", "torch", "numpy.random", *DRAWING)


def modules(root: Path) -> dict[str, Path]:
    """Find the package's modules by dotted name relative to it ("" is `__init__`)."""
    home = root / PACKAGE
    found = {}
    for path in sorted(home.rglob("*.py")):
        parts = path.relative_to(home).with_suffix("").parts
        found[".".join(p for p in parts if p != "__init__")] = path
    return found


def inside(name: str, prefix: str) -> bool:
    """Say whether a module is a room or lies in it."""
    return name == prefix or name.startswith(f"{prefix}.")


def imported(tree: ast.AST, module: str, path: Path) -> Iterator[str]:
    """Yield what the statements under `tree` import, as absolute dotted names."""
    package = [PACKAGE, *module.split(".")] if module else [PACKAGE]
    if path.name != "__init__.py":
        package.pop()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            start = ".".join([*base, *filter(None, [node.module])])
            yield from (f"{start}.{alias.name}" for alias in node.names)


def doors(tree: ast.AST) -> Iterator[str]:
    """Yield the places that a module names for `doors.find`: `minitorch_viz.x:name`."""
    for node in ast.walk(tree):
        text = node.value if isinstance(node, ast.Constant) else None
        if isinstance(text, str) and DOOR.fullmatch(text):
            yield text


def ours(name: str, known: dict[str, Path]) -> str | None:
    """Return the module of ours that a dotted name is, or is an attribute of."""
    parts = name.split(".")
    if parts[0] != PACKAGE:
        return None
    for end in range(len(parts), 1, -1):
        if ".".join(parts[1:end]) in known:
            return ".".join(parts[1:end])
    return ""


def row(module: str) -> str:
    """Return the name of the table's row for a module."""
    return max(
        (room for room in MAY_IMPORT if not room or inside(module, room)), key=len
    )


def misplaced(module: str, path: Path, known: dict[str, Path]) -> Iterator[str]:
    """Yield each import that the table doesn't allow."""
    room, tree = row(module), ast.parse(path.read_text("utf-8"))
    found = [*imported(tree, module, path)]
    if module != "doors":  # it is there to point upwards
        found += [door.replace(":", ".") for door in doors(tree)]
    for name in found:
        target = ours(name, known)
        if target is None:
            distribution = name.partition(".")[0]
            fine = distribution in {*MAY_IMPORT[room], *sys.stdlib_module_names}
        else:
            reach = (room, *MAY_IMPORT[room])
            fine = any(
                inside(target or PACKAGE, allowed) for allowed in reach if allowed
            )
        if not fine:
            yield f"{module or PACKAGE} ({room or PACKAGE}) imports {name}"


def test_imports_point_downwards(root: Path) -> None:
    known = modules(root)
    wrong = [
        w for module, path in known.items() for w in misplaced(module, path, known)
    ]

    assert wrong == []


def test_the_table_itself_has_no_way_back_up() -> None:
    edges = {
        r: {row(n) for n in may if n in MAY_IMPORT} - {r, ""}
        for r, may in MAY_IMPORT.items()
    }

    assert list(TopologicalSorter(edges).static_order())


def test_every_row_of_the_table_has_its_room(root: Path) -> None:
    known = modules(root)

    assert [room for room in MAY_IMPORT if room not in known] == []


def test_no_module_needs_itself_to_be_imported(root: Path) -> None:
    known = modules(root)
    edges: dict[str, set[str]] = {}
    for module, path in known.items():
        body = ast.parse(path.read_text("utf-8")).body
        top = [s for s in body if isinstance(s, ast.Import | ast.ImportFrom)]
        names = [n for s in top for n in imported(s, module, path)]
        targets = {ours(name, known) for name in names}
        edges[module] = {t for t in targets if t} - {module}

    assert list(TopologicalSorter(edges).static_order())


def test_modules_are_looked_up_by_name_in_one_place_only(root: Path) -> None:
    users = {
        module
        for module, path in modules(root).items()
        for name in imported(ast.parse(path.read_text("utf-8")), module, path)
        if name in {"importlib", "importlib.import_module"}
    }

    assert users <= {"doors"}


def test_every_door_leads_somewhere(root: Path) -> None:
    trees = [ast.parse(path.read_text("utf-8")) for path in modules(root).values()]
    places = {door for tree in trees for door in doors(tree)}

    assert places
    assert [place for place in sorted(places) if find(place) is None] == []


@pytest.mark.parametrize(
    "statement", ["import minitorch_viz", "import minitorch_viz.minitorch"]
)
def test_importing_the_package_leaves_the_heavy_ones_alone(statement: str) -> None:
    code = f"import sys; {statement}; print(*sys.modules)"
    loaded = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout.split()

    assert [name for name in LATE if name in loaded] == []
    assert PACKAGE in loaded
