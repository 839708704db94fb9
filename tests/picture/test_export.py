"""Files: three formats, whole or not at all, and clear refusals."""

from __future__ import annotations

import json
import struct
import subprocess
import sys
from io import BytesIO

import PIL.Image
import pytest

import minitorch_viz as mv
from minitorch_viz.picture import engines, export, layout
from minitorch_viz.picture.bitmap import png
from minitorch_viz.picture.loose import Graphviz
from minitorch_viz.picture.paper import pdf
from minitorch_viz.picture.shapes import Box, Rect, Text
from minitorch_viz.picture.sheet import Mark, Sheet, sheet
from minitorch_viz.picture.svg import svg

from .programs import DETACH, HOSTILE, IN_PLACE, NOTHING, PROGRAMS, drawn, parsed, trace


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("source", PROGRAMS.values(), ids=PROGRAMS)
def test_svg_is_well_formed_at_every_step(source, theme):
    for step in range(len(trace(source).steps)):
        root = parsed(svg(sheet(drawn(source), trace(source), step, theme)))

        assert root.tag == "{http://www.w3.org/2000/svg}svg"
        tags = {e.tag.rpartition("}")[2] for e in root.iter()}
        assert tags <= {"svg", "title", "desc", "rect", "path", "text"}


def test_hostile_names_are_text_in_svg_and_in_png():
    page = sheet(drawn(HOSTILE), trace(HOSTILE), len(trace(HOSTILE).steps) - 2)
    text = svg(page)

    assert "<script" not in text
    assert "&lt;script&gt;" in text
    assert export.WRITERS[".png"](page).startswith(b"\x89PNG")


def test_png_has_two_pixels_to_the_unit_and_holds_what_the_step_shows(tmp_path):
    first = export.save(trace(DETACH), tmp_path / "a.png", step=0).read_bytes()
    final = export.save(trace(DETACH), tmp_path / "b.PNG").read_bytes()
    page = export.draw(trace(DETACH))
    wide, high = struct.unpack_from(">II", final, 16)

    assert abs(wide - 2 * page.w) <= 4
    assert abs(high - 2 * page.h) <= 4
    assert len(first) < len(final)


def test_a_bitmap_has_the_colours_of_the_sheet_where_they_are():
    square = Mark(Rect(Box(10, 0, 10, 10), ""), {"fill": "#A34400"})
    found = PIL.Image.open(BytesIO(png(Sheet(20, 10, "#F6F7F9", (square,), "", ""))))

    assert found.size == (40, 20)
    assert found.convert("RGB").getpixel((10, 10)) == (0xF6, 0xF7, 0xF9)
    assert found.convert("RGB").getpixel((30, 10)) == (0xA3, 0x44, 0x00)


def test_a_pdf_embeds_its_fonts_and_pictures_only_what_they_lack():
    def page(words: str) -> bytes:
        mark = Mark(Text(2, 16, words), {"fill": "#1B1F24", "font-size": 12.0})
        return pdf(Sheet(80, 20, "#FFFFFF", (mark,), "title", "words"))

    assert b"/FontFile2" in page("∂y")
    assert b"/Helvetica" not in page("∂y")
    assert b"/Subtype /Image" not in page("∂y")
    assert b"/Subtype /Image" in page("张量")


@pytest.mark.parametrize("suffix", [".svg", ".png", ".pdf"])
def test_equal_pictures_are_equal_files(suffix, tmp_path):
    one = export.save(trace(IN_PLACE), tmp_path / f"one{suffix}")
    two = export.save(
        mv.step("import torch\n" + IN_PLACE, engine="minitorch"),
        tmp_path / f"two{suffix}",
    )

    assert one.read_bytes() == two.read_bytes()
    assert (
        one.read_bytes()
        != export.save(
            trace(IN_PLACE), tmp_path / f"dark{suffix}", theme="dark"
        ).read_bytes()
    )


def test_an_empty_program_and_an_empty_snapshot_are_pictures_too(tmp_path):
    for record in (trace(NOTHING), mv.Snapshot()):
        for suffix in export.WRITERS:
            assert export.save(record, tmp_path / f"x{suffix}").stat().st_size > 300


@pytest.mark.parametrize("step", [99, -99, "3", 1.0, True])
def test_a_step_that_is_not_there_is_refused(step, tmp_path):
    with pytest.raises(ValueError, match=r"step must be in 0\.\."):
        export.save(trace(DETACH), tmp_path / "x.svg", step=step)

    assert list(tmp_path.iterdir()) == []


def test_an_unknown_suffix_or_theme_is_refused(tmp_path):
    with pytest.raises(
        ValueError, match=r"path must end in \.svg, \.png, \.pdf, \.gif"
    ):
        export.save(trace(DETACH), tmp_path / "x.bmp")
    with pytest.raises(ValueError, match="theme must be one of light, dark"):
        export.save(trace(DETACH), tmp_path / "x.svg", theme="pink")


def test_an_unwritable_target_is_an_os_error_and_leaves_nothing(tmp_path):
    (tmp_path / "taken.svg").mkdir()

    with pytest.raises(FileNotFoundError, match="no folder"):
        export.save(trace(DETACH), tmp_path / "none" / "x.svg")
    with pytest.raises(OSError, match="taken"):
        export.save(trace(DETACH), tmp_path / "taken.svg")
    assert [p.name for p in tmp_path.iterdir()] == ["taken.svg"]


def test_a_failing_writer_leaves_the_old_file(tmp_path, monkeypatch):
    target = tmp_path / "x.svg"
    target.write_text("old")
    monkeypatch.setattr(export.os, "fdopen", None)

    with pytest.raises(TypeError):
        export.save(trace(DETACH), target)
    assert target.read_text() == "old"
    assert [p.name for p in tmp_path.iterdir()] == ["x.svg"]


def test_a_snapshot_shows_itself_in_three_ways():
    bundle = export.mimebundle(trace(DETACH).at(6))

    assert parsed(bundle["image/svg+xml"]).tag.endswith("svg")
    assert bundle["image/png"].startswith(b"\x89PNG")
    assert "tensors" in bundle["text/plain"]


def test_drawing_says_nothing_on_stderr_and_leaves_the_environment():
    program = (
        "import os, minitorch_viz as mv\n"
        "from minitorch_viz.picture.export import WRITERS, draw\n"
        "before = dict(os.environ)\n"
        "page = draw(mv.step('import torch\\nx = torch.ones(2)\\n'))\n"
        "print(*(len(write(page)) for write in WRITERS.values()))\n"
        "assert dict(os.environ) == before\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )

    assert done.stderr == ""
    assert all(int(size) > 300 for size in done.stdout.split())


@pytest.fixture
def no_pygraphviz(monkeypatch):
    """Let pygraphviz fail to load, as where GLib or X11 is missing."""
    monkeypatch.delitem(sys.modules, "pygraphviz", raising=False)
    monkeypatch.setitem(sys.modules, "pygraphviz._graphviz", None)
    monkeypatch.setenv("PATH", "")
    engines._engine.cache_clear()
    yield
    engines._engine.cache_clear()


@pytest.mark.usefixtures("no_pygraphviz")
def test_without_any_graphviz_the_error_says_what_to_install(monkeypatch):
    monkeypatch.setattr(engines, "_loose", lambda: None)

    with pytest.raises(OSError, match=r"install pygraphviz.*\(pygraphviz: import of"):
        export.draw(trace(DETACH))


@pytest.mark.skipif(sys.platform != "linux", reason="only there wheels lack libraries")
@pytest.mark.parametrize("source", PROGRAMS.values(), ids=PROGRAMS)
def test_the_wheels_layout_libraries_alone_lay_out_the_same(source, monkeypatch):
    ours = svg(export.draw(trace(source)))
    monkeypatch.setattr(layout, "lay_out", Graphviz().lay_out)

    assert svg(export.draw(trace(source))) == ours


@pytest.mark.skipif(sys.platform != "linux", reason="only there wheels lack libraries")
@pytest.mark.usefixtures("no_pygraphviz")
def test_a_machine_without_glib_needs_no_dot():
    assert json.loads(engines.lay_out("digraph{a -> b}"))["bb"] == "0,0,54,108"


@pytest.mark.skipif(sys.platform != "linux", reason="only there wheels lack libraries")
def test_what_graphviz_cannot_read_is_an_error():
    with pytest.raises(OSError, match="can't read"):
        Graphviz().lay_out("digraph {")


def test_a_system_dot_serves_where_there_is_no_wheel(monkeypatch, tmp_path):
    fake = tmp_path / "dot"
    fake.write_text(
        f"#!{sys.executable}\nimport sys\nsys.path[:0] = {sys.path!r}\n"
        "from minitorch_viz.picture.engines import lay_out\n"
        "assert sys.argv[1:] == ['-Kdot', '-Tjson0']\n"
        "sys.stdout.buffer.write(lay_out(sys.stdin.read()))\n"
    )
    fake.chmod(0o755)
    ours = svg(export.draw(trace(DETACH)))
    monkeypatch.setattr(layout, "lay_out", engines._program(ImportError()))
    monkeypatch.setenv("PATH", str(tmp_path))

    assert svg(export.draw(trace(DETACH))) == ours


@pytest.mark.parametrize("source", [NOTHING, "raise ValueError('a <b> \\n & c')"])
def test_no_program_makes_a_picture_warn(source, tmp_path, capfd):
    for suffix in (".png", ".pdf"):
        trace(source).save(tmp_path / f"x{suffix}")

    assert capfd.readouterr().err == ""


@pytest.mark.parametrize(("wide", "high"), [(16_000, 15_000), (20, 60_000)])
def test_a_huge_picture_is_a_bitmap_that_fits_into_memory(wide, high):
    found = png(Sheet(wide, high, "#FFFFFF", (), "", ""))
    width, height = struct.unpack(">II", found[16:24])

    assert width * height < 32_000_000
    assert max(width, height) < 32_100
    assert width / height == pytest.approx(wide / high, rel=0.02, abs=0.001)
