"""What the picture says of versions: tags, stale saved tensors, the ruler."""

from __future__ import annotations

from minitorch_viz.picture.states import states

from .programs import DETACH, IN_PLACE, drawn, element, last, trace, words


def test_a_write_in_place_changes_the_version_tag():
    write = next(s.index for s in trace(IN_PLACE).steps if s.operation == "o3")

    assert words(IN_PLACE, write - 1, "version") == ["v0"]
    assert words(IN_PLACE, write, "version") == ["v1"]
    assert "v0 → v1" in words(IN_PLACE, write, "badge")
    assert "v0 → v1" not in words(IN_PLACE, write + 1, "badge")


def test_a_stale_saved_tensor_says_so_and_is_refused_at_the_error():
    end = last(IN_PLACE)
    stale, refused = words(IN_PLACE, end - 1, "saved"), words(IN_PLACE, end, "saved")

    assert stale.count("now v1") == 2
    assert refused.count("✕ now v1") == 2
    assert "bad" in states(element(IN_PLACE, "operation", "MulBackward0", end), end)
    assert words(IN_PLACE, end, "note")[-2:] == ["stops here:", "a.grad stays None"]


def test_the_ruler_tells_who_needs_which_version_and_who_wrote():
    end = last(IN_PLACE)
    said = words(IN_PLACE, end, "ruler")

    for text in ("versions of a", "line 5 wrote: a += 1", "needed by MulBackward0",
                 "saved on line 3", "≠", "found", "on line 6"):  # fmt: skip
        assert text in said
    assert "saved by MulBackward0" in words(IN_PLACE, end - 1, "ruler")


def test_a_ruler_of_many_versions_is_as_wide_as_its_words() -> None:
    source = (
        "h = torch.ones(2, requires_grad=True) * 1\na, b, c = h.sin(), h.cos(), h * 1\n"
    )
    source += "h.mul_(2)\nh.add_(1)\nz = h * h\nh[0] = 5.\nz.sum().backward()\n"
    said = words(source, last(source), "ruler")

    assert "needed by MulBackward0" in said
    assert "line 4 wrote: h.mul_(2)" in said


def test_a_program_that_writes_nothing_has_no_ruler():
    assert not [e for e in drawn(DETACH).elements if e.kind == "ruler"]
