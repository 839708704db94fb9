"""Frozen records to JSON and back, by their type hints; the JSON Schema likewise."""

from __future__ import annotations

import dataclasses
import json
import math
import types
from collections.abc import Mapping
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

Record = TypeVar("Record")
_HINTS: dict[type, dict[str, Any]] = {}
_PLAIN = {
    str: "string",
    int: "integer",
    bool: "boolean",
    float: "number",
    type(None): "null",
}


def encode(value: Any) -> Any:
    """Return `value` as JSON data: records become objects, tuples lists.

    >>> from minitorch_viz.snapshot import EdgeState
    >>> encode((EdgeState("n0"),))
    [{'node': 'n0', 'input_nr': 0}]
    """
    kind = type(value)
    if kind in _PLAIN:
        return value
    if kind in _HINTS or dataclasses.is_dataclass(kind):
        return {
            name: item if type(item) in _PLAIN else encode(item)
            for name in hints(kind)
            for item in (getattr(value, name),)
        }
    if isinstance(value, tuple | list):
        return [encode(item) for item in value]
    if isinstance(value, Mapping):
        return {key: encode(item) for key, item in value.items()}
    return value


def difference(new: Any, old: Any | None) -> dict[str, Any]:
    """Return the JSON fields of `new` that differ from `old` (all, without `old`).

    >>> from minitorch_viz.snapshot import EdgeState
    >>> difference(EdgeState("n0", 1), EdgeState("n0", 0))
    {'input_nr': 1}
    """
    return {
        name: encode(getattr(new, name))
        for name in hints(type(new))
        if old is None or getattr(new, name) != getattr(old, name)
    }


def decode(kind: Any, data: Any, where: str = "value") -> Any:
    """Return JSON `data` as a `kind`.

    Raises:
        ValueError: naming the place (`steps[3].site.line`) and what it must be.

    >>> decode(tuple[int, ...], [1, 2])
    (1, 2)
    """
    origin = get_origin(kind)
    if dataclasses.is_dataclass(kind) and isinstance(kind, type):
        return update(kind, data, where)
    if origin in (Union, types.UnionType):
        return _decode_union(kind, data, where)
    if origin is tuple and type(data) is list:
        item = get_args(kind)[0]
        return tuple(decode(item, d, f"{where}[{i}]") for i, d in enumerate(data))
    if origin is dict and type(data) is dict:
        item = get_args(kind)[1]
        return {key: decode(item, d, f"{where}.{key}") for key, d in data.items()}
    if origin is Literal and type(data) is str and data in get_args(kind):
        return data
    if kind is float and type(data) in (int, float) and math.isfinite(data):
        return float(data) if type(data) is float else data
    if kind in _PLAIN and kind is not float and type(data) is kind:
        return data
    raise wrong(where, describe(kind), data)


def _decode_union(kind: Any, data: Any, where: str) -> Any:
    choices = get_args(kind)
    if data is None and type(None) in choices:
        return None
    choices = tuple(choice for choice in choices if choice is not type(None))
    if len(choices) == 1:
        return decode(choices[0], data, where)
    for choice in choices:
        if choice is type(data):
            return decode(choice, data, where)
    raise wrong(where, describe(kind), data)


def update(
    kind: type[Record], data: Any, where: str, old: Record | None = None
) -> Record:
    """Return a `kind` from JSON fields, the rest taken from `old` or the defaults.

    >>> from minitorch_viz.snapshot import EdgeState
    >>> update(EdgeState, {"input_nr": 1}, "edge", EdgeState("n0"))
    EdgeState(node='n0', input_nr=1)
    """
    if type(data) is not dict:
        raise wrong(where, "an object", data)
    known = hints(kind)
    for name in data:
        if name not in known:
            raise ValueError(f"{where} has an unknown field {name!r}")
    fields = {n: decode(known[n], d, f"{where}.{n}") for n, d in data.items()}
    if old is not None:
        return dataclasses.replace(old, **fields)  # type: ignore[type-var]
    for name in required(kind):
        if name not in fields:
            raise ValueError(f"{where} lacks the field {name!r}")
    return kind(**fields)


def parse(text: str, what: str) -> dict[str, Any]:
    """Return the JSON object in `text`, with an error that a person can use.

    >>> parse('{"a": 1}', "trace")
    {'a': 1}
    """
    try:
        data = json.loads(text, parse_constant=_refuse_constant)
    except RecursionError:
        raise ValueError(f"not a {what}: the JSON is nested too deeply") from None
    except (ValueError, TypeError) as error:
        raise ValueError(
            f"not a {what}: the text isn't whole JSON ({error}); was it cut off?"
        ) from None
    if type(data) is not dict:
        raise ValueError(f"not a {what}: expected a JSON object, got {_short(data)}")
    return data


def check_format(data: Mapping[str, Any], name: str, version: int) -> None:
    """Raise ValueError unless `data` says it is `name` in a version that we read.

    >>> check_format({"format": "f", "version": 1}, "f", 1)
    """
    if data.get("format") != name:
        got = _short(data.get("format"))
        raise ValueError(f"format must be {name!r}, got {got}")
    found = data.get("version")
    if type(found) is not int or not 1 <= found <= version:
        raise ValueError(
            f"version must be in 1..{version}, got {_short(found)}; "
            "a newer minitorch_viz may read it"
        )


def schema(kind: Any, definitions: dict[str, Any], partial: bool = False) -> Any:
    """Return the JSON Schema of `kind`; records go into `definitions`.

    A `partial` record may leave fields out (those that did not change).

    >>> schema(tuple[int, ...], {})
    {'type': 'array', 'items': {'type': 'integer'}}
    """
    origin = get_origin(kind)
    if dataclasses.is_dataclass(kind) and isinstance(kind, type):
        return _record_schema(kind, definitions, partial)
    if origin in (Union, types.UnionType):
        return {"anyOf": [schema(k, definitions, partial) for k in get_args(kind)]}
    if origin is tuple:
        return {"type": "array", "items": schema(get_args(kind)[0], definitions)}
    if origin is dict:
        item = schema(get_args(kind)[1], definitions, partial)
        return {"type": "object", "additionalProperties": item}
    if origin is Literal:
        return {"enum": list(get_args(kind))}
    return {"type": _PLAIN[kind]}


def _record_schema(kind: type, definitions: dict[str, Any], partial: bool) -> Any:
    if kind.__name__ not in definitions:
        definitions[kind.__name__] = {}  # first, so that a record may contain itself
        fields = {n: schema(k, definitions) for n, k in hints(kind).items()}
        definitions[kind.__name__].update(
            type="object",
            properties=fields,
            required=[] if partial else list(fields),
            additionalProperties=False,
        )
    return {"$ref": f"#/$defs/{kind.__name__}"}


def hints(kind: type) -> dict[str, Any]:
    """Return the fields of a record class with their resolved types.

    >>> from minitorch_viz.snapshot import EdgeState
    >>> list(hints(EdgeState))
    ['node', 'input_nr']
    """
    if kind not in _HINTS:  # resolving the annotations is slow
        resolved = get_type_hints(kind)
        fields = dataclasses.fields(kind)
        _HINTS[kind] = {f.name: resolved[f.name] for f in fields}
    return _HINTS[kind]


def required(kind: type) -> tuple[str, ...]:
    """Return the names of the fields that have no default.

    >>> from minitorch_viz.snapshot import EdgeState
    >>> required(EdgeState)
    ('node',)
    """
    return tuple(
        f.name
        for f in dataclasses.fields(kind)
        if f.default is dataclasses.MISSING and f.default_factory is dataclasses.MISSING
    )


def describe(kind: Any) -> str:
    """Return `kind` in words, for error messages.

    >>> describe(tuple[int, ...])
    'a list'
    """
    origin = get_origin(kind)
    if origin is tuple:
        return "a list"
    if origin is dict:
        return "an object"
    if origin is Literal:
        return "one of " + ", ".join(map(repr, get_args(kind)))
    if origin in (Union, types.UnionType):
        return " or ".join(describe(k) for k in get_args(kind))
    return _PLAIN.get(kind, "an object")


def wrong(where: str, must: str, got: Any) -> ValueError:
    """Return the error that `where` isn't what it must be.

    >>> wrong("steps[0].index", "integer", "x")
    ValueError("steps[0].index must be integer, got 'x'")
    """
    return ValueError(f"{where} must be {must}, got {_short(got)}")


def _short(value: Any) -> str:
    if isinstance(value, dict | list):
        return "an object" if isinstance(value, dict) else "a list"
    text = repr(value)
    return text if len(text) <= 40 else text[:37] + "..."


def _refuse_constant(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")
