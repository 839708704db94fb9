"""The sentences' own grammar: segments, what fits, what joins."""

from __future__ import annotations

import minitorch_viz as mv
from minitorch_viz.explain import plain, sentences
from minitorch_viz.explain.words import fit, listing, say


def test_segments_hold_text_never_markup():
    trace = mv.step("x = '<script>`{}{0}`</script>'\nprint(x)\n")
    found = [part for entry in sentences(trace) for part in entry["say"]]

    assert ["code", "<script>`{}{0}`</script>"] in found


def test_fit_keeps_the_first_sentence_and_what_there_is_room_for():
    assert plain(fit(say("One two."), say("Three."), say("Four."), limit=3)) == (
        "One two. Three."
    )
    assert plain(fit([], say("One."))) == "One."


def test_a_value_that_ends_in_a_point_ends_the_sentence():
    assert plain(say("It is {:t}.", "2.")) == "It is 2."
    assert plain(listing([say("{}", "a"), say("b")], "or")) == "a or b"
