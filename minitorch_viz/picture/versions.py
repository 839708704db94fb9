"""Memory in the picture: shared storages, version tags, and the ruler of versions."""

from __future__ import annotations

from .layout import Layout
from .places import Plan
from .shapes import Element


def ties(plan: Plan, placed: Layout) -> list[Element]:
    return []


def tags(plan: Plan, placed: Layout) -> list[Element]:
    return []


def ruler(plan: Plan, wide: float, top: float) -> tuple[list[Element], float]:
    return [], top
