"""Widths are those of the carried fonts."""

from __future__ import annotations

import pytest

from minitorch_viz.picture.measure import FONTS, elide, face, width

FACES = ["DejaVuSans", "DejaVuSans-Bold", "DejaVuSansMono", "DejaVuSansMono-Bold"]


@pytest.mark.parametrize("name", FACES)
def test_advances_are_those_that_fonttools_reads(name):
    ttlib = pytest.importorskip("fontTools.ttLib")
    font = ttlib.TTFont(FONTS / f"{name}.ttf")
    units, widths = font["head"].unitsPerEm, font["hmtx"].metrics
    known = {
        code: widths[glyph][0] / units
        for code, glyph in font.getBestCmap().items()
        if code < 0xFFFF
    }

    assert face(name).advances == pytest.approx(known)


def test_the_fonts_are_small_and_carry_their_licence():
    assert sum(f.stat().st_size for f in FONTS.glob("*.ttf")) < 1_600_000
    assert "Bitstream" in (FONTS / "LICENSE").read_text("utf-8")


def test_all_signs_that_pictures_use_are_in_the_fonts():
    for name in FACES:
        assert {ord(c) for c in "·→≠✕…é½λ"} <= face(name).advances.keys()


def test_an_elided_text_fits_and_keeps_both_ends():
    short = elide("torch.ones(2, requires_grad=True)", 120, 12, mono=True)

    assert width(short, 12, mono=True) <= 120
    assert short.startswith("torch")
    assert short.endswith("rue)")
    assert elide("", 0, 12) == ""
    assert elide("wide", 1, 12) == "…"


def test_wide_and_combining_characters_are_measured():
    assert width("名", 10) == pytest.approx(12.5)
    assert width("e\u0363", 10) == pytest.approx(width("e", 10))
