"""The layout libraries of pygraphviz's wheel, without those that draw.

pygraphviz as a whole needs GLib and X11 of the system, which slim images lack: what
draws needs them, what lays out doesn't. The functions called here are described in
"Using Graphviz as a library", chapters 2 (graphs, layout, rendering) and 5 (builtins).
"""

from __future__ import annotations

from ctypes import (
    CDLL,
    POINTER,
    Structure,
    addressof,
    byref,
    c_char,
    c_char_p,
    c_int,
    c_size_t,
    c_void_p,
    string_at,
)
from importlib.util import find_spec
from pathlib import Path

#: In an order in which each finds what it needs.
LIBRARIES = ("cdt", "cgraph", "pathplan", "xdot", "gvc")
PLUGINS = ("gvplugin_core", "gvplugin_dot_layout")


class _Symbol(Structure):
    _fields_ = (("name", c_char_p), ("address", c_void_p))


class Graphviz:
    """Graphviz with its `dot` layout and its text formats.

    Raises `OSError` where there are no such libraries, or they can't be loaded.
    """

    def __init__(self) -> None:
        folder = _folder()
        loaded = {name: _load(folder, name) for name in (*LIBRARIES, *PLUGINS)}
        self._cgraph, self._gvc = loaded["cgraph"], loaded["gvc"]
        self._declare()
        names = [f"{name}_LTX_library" for name in PLUGINS]
        table = [
            _Symbol(said.encode(), addressof(c_char.in_dll(loaded[name], said)))
            for name, said in zip(PLUGINS, names, strict=True)
        ]
        # Graphviz goes on reading the table: it must live as long.
        self._builtins = (_Symbol * 3)(*table, _Symbol(None, None))
        self._context = self._gvc.gvContextPlugins(self._builtins, 0)

    def _declare(self) -> None:
        graph, gvc = self._cgraph, self._gvc
        graph.agmemread.restype, graph.agmemread.argtypes = c_void_p, [c_char_p]
        graph.agclose.argtypes = [c_void_p]
        gvc.gvContextPlugins.restype = c_void_p
        gvc.gvContextPlugins.argtypes = [c_void_p, c_int]
        gvc.gvLayout.argtypes = [c_void_p, c_void_p, c_char_p]
        gvc.gvFreeLayout.argtypes = [c_void_p, c_void_p]
        gvc.gvRenderData.argtypes = [
            c_void_p, c_void_p, c_char_p, POINTER(c_void_p), POINTER(c_size_t)
        ]  # fmt: skip
        gvc.gvFreeRenderData.argtypes = [c_void_p]
        graph.agseterr(3)  # AGMAX: say nothing

    def lay_out(self, dot: str) -> bytes:
        """Return what `dot` finds for DOT text, as Graphviz's `json0`."""
        graph = self._cgraph.agmemread(dot.encode())
        if not graph:
            raise OSError("Graphviz can't read this graph")
        text, length = c_void_p(), c_size_t()
        try:
            if self._gvc.gvLayout(self._context, graph, b"dot") != 0:
                raise OSError("Graphviz can't lay out this graph")
            self._gvc.gvRenderData(
                self._context, graph, b"json0", byref(text), byref(length)
            )
            found = string_at(text, length.value)
            self._gvc.gvFreeRenderData(text)
            self._gvc.gvFreeLayout(self._context, graph)
        finally:
            self._cgraph.agclose(graph)
        return found


def _folder() -> Path:
    spec = find_spec("pygraphviz")
    if spec is None or not spec.submodule_search_locations:
        raise OSError("pygraphviz isn't installed")
    return Path(spec.submodule_search_locations[0]).parent / "pygraphviz.libs"


def _load(folder: Path, name: str) -> CDLL:
    for path in folder.glob(f"lib{name}-*.so*"):
        return CDLL(str(path))
    raise OSError(f"pygraphviz brings no lib{name}")
