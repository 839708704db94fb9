"""Movies: every stop a picture of the same size, in one file."""

from __future__ import annotations

import pytest

from minitorch_viz import progress
from minitorch_viz.picture import movie
from minitorch_viz.picture.movie import stops
from minitorch_viz.picture.style import LIGHT

from .programs import DETACH, NOTHING, trace

SHORT = "x = torch.ones(2, requires_grad=True)\ny = (x * x).sum()\n"
PIL = pytest.importorskip("PIL.Image")


@pytest.mark.parametrize("suffix", [".gif", ".apng"])
def test_a_movie_has_a_frame_for_every_stop_and_starts_again(suffix, tmp_path):
    path = trace(SHORT).save(tmp_path / f"x{suffix}")
    with PIL.open(path) as film:
        count, frames = film.n_frames, set()
        for k in range(count):
            film.seek(k)
            frames.add((film.size, film.convert("RGB").tobytes()))

        assert count == len(stops(trace(SHORT)))
        assert len(frames) == count  # each step looks different
        assert len({size for size, _ in frames}) == 1
        assert film.info["loop"] == 0


@pytest.mark.parametrize("suffix", [".gif", ".apng"])
def test_equal_movies_are_equal_files(suffix, tmp_path):
    one = trace(SHORT).save(tmp_path / f"one{suffix}")
    two = trace(SHORT).save(tmp_path / f"two{suffix}")

    assert one.read_bytes() == two.read_bytes()


def test_a_movie_takes_a_lens(tmp_path):
    whole = trace(SHORT).save(tmp_path / "a.gif").read_bytes()
    walked = trace(SHORT).save(tmp_path / "b.gif", lens="autograd").read_bytes()

    assert whole != walked


def test_a_movie_ends_with_the_last_step_whatever_its_level():
    found = stops(trace(DETACH))

    assert found[0] == 0
    assert found[-1] == len(trace(DETACH).steps) - 1
    assert len(found) < len(trace(DETACH).steps)


def test_a_program_without_tensors_has_a_movie_and_nothing_on_stderr(
    tmp_path, capfd, monkeypatch
):
    monkeypatch.setattr(progress, "PATIENCE", 60.0)
    trace(NOTHING).save(tmp_path / "x.gif")

    assert capfd.readouterr().err == ""


def test_a_movie_has_no_single_step(tmp_path):
    with pytest.raises(ValueError, match="shows all steps; leave out step=3"):
        trace(SHORT).save(tmp_path / "x.gif", step=3)


def test_a_movie_that_nobody_would_watch_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(movie, "LONGEST", 2)

    with pytest.raises(ValueError, match="at most 2 stops fit a .gif"):
        trace(SHORT).save(tmp_path / "x.gif")


@pytest.mark.parametrize("suffix", [".gif", ".apng"])
def test_a_movie_has_the_colours_of_the_pictures(tmp_path, suffix):
    path = trace(SHORT + "y.backward()\n").save(tmp_path / f"x{suffix}")
    with PIL.open(path) as film:
        film.seek(film.n_frames - 1)
        pixels, size = film.convert("RGB").getcolors(10**6), film.size
    seen = {f"#{r:02X}{g:02X}{b:02X}" for _, (r, g, b) in pixels}

    assert {LIGHT[name] for name in ("bg", "ink", "rec-soft", "grad")} <= seen
    assert size[0] * size[1] <= 1.01 * movie.PIXELS


def test_a_bar_tells_how_much_of_the_movie_has_been_seen(tmp_path):
    path, muted = (
        trace(SHORT).save(tmp_path / "x.apng"),
        PIL.new("RGB", (1, 1), LIGHT["muted"]),
    )
    with PIL.open(path) as film:
        seen = []
        for k in range(film.n_frames):
            film.seek(k)
            frame = film.convert("RGB")
            row = [frame.getpixel((x, frame.height - 2)) for x in range(frame.width)]
            seen.append(row.count(muted.getpixel((0, 0))) / frame.width)

    count = len(stops(trace(SHORT)))
    assert seen == pytest.approx([(k + 1) / count for k in range(count)], abs=0.01)
