"""Sentences: one for each step, in a learner's words, with the reason why.

`MINITORCH_VIZ_REWRITE=1 pytest tests/test_explain.py` writes the golden texts anew.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

import minitorch_viz as mv
from minitorch_viz.explain import plain, sentences
from minitorch_viz.explain.words import Segments, count_words, fit, listing, say
from minitorch_viz.trace.model import Trace

HERE = Path(__file__).parent
CASES = HERE / "conformance" / "cases"
GOLDEN = HERE / "golden_sentences"
REWRITE = bool(os.environ.get("MINITORCH_VIZ_REWRITE"))
PROGRAMS = sorted(path.relative_to(CASES).as_posix() for path in CASES.rglob("*.py"))
TOLD = (
    "seeds/01_no_grad_context",
    "seeds/02_no_grad_decorator",
    "seeds/03_enable_grad_inside",
    "seeds/05_set_grad_enabled",
    "seeds/06_nearest_wins",
    "seeds/07_randn_session",
    "seeds/09_add_vs_iadd",
    "seeds/11_iadd_zero",
    "seeds/13_data_detach_alias",
    "seeds/17_detach_two_paths",
    "seeds/18_clone_deep",
    "seeds/19_training_step",
    "seeds/20_fill_parameter",
    "backward/02_second_error",
    "backward/10_diamond",
    "inplace/03_version_error",
    "inplace/05_rewrites_grad_fn",
    "inference/01_basic",
    "views/01_copyslices",
)


def marked(segments: Segments) -> str:
    """Write a sentence as text: code in backticks, error words in stars."""
    signs = {"text": "{}", "code": "`{}`", "error": "*{}*"}
    return "".join(signs[kind].format(text) for kind, text in segments)


def told(trace: Trace) -> str:
    """Write a trace's sentences as a golden text."""
    rows = []
    for step, entry in zip(trace.steps, sentences(trace), strict=True):
        line = step.site.line if step.site is not None else 0
        rows.append(f"{step.index:3} line {line} {step.kind}: {marked(entry['say'])}")
        if entry["whole"]:
            rows.append(f"      whole: {marked(entry['whole'])}")
    return "\n".join(rows) + "\n"


def said(source: str) -> list[str]:
    """Return the sentences of a program, without marks."""
    return [plain(entry["say"]) for entry in sentences(mv.step(source))]


def summaries(source: str) -> list[str]:
    """Return the summaries of a program's statements."""
    found = [entry["whole"] for entry in sentences(mv.step(source))]
    return [plain(segments) for segments in found if segments]


def one(texts: list[str], part: str) -> str:
    """Return the only text that holds `part`."""
    found = [text for text in texts if part in text]
    assert len(found) == 1, (part, texts)
    return found[0]


@pytest.mark.parametrize("case", PROGRAMS)
def test_every_step_of_every_program_gets_a_sentence(case):
    trace = mv.step(CASES / case)
    found = sentences(trace)
    assert len(found) == len(trace.steps)
    for entry in found:
        for segments in filter(None, (entry["say"], entry["whole"])):
            kinds = {kind for kind, _ in segments}
            text = "".join(text for kind, text in segments if kind == "text")
            shown = plain(segments)

            assert kinds <= {"text", "code", "error"}, segments
            assert all(text for _, text in segments), segments
            if not trace.steps[0].error and "Error" not in shown:
                assert "None" not in text, shown
            assert "  " not in shown, segments
            assert ".. " not in text.replace("...", ""), shown
            assert count_words(segments) <= 45, shown


@pytest.mark.parametrize("case", TOLD)
def test_sentences_read_as_recorded(case):
    text = told(mv.step(CASES / f"{case}.py"))
    golden = GOLDEN / f"{case.replace('/', '_')}.txt"
    if REWRITE:
        golden.parent.mkdir(exist_ok=True)
        golden.write_text(text, encoding="utf-8")
    assert text == golden.read_text(encoding="utf-8")


def test_segments_hold_text_never_markup():
    trace = mv.step("x = '<script>`{}{0}`</script>'\nprint(x)\n")
    found = [part for entry in sentences(trace) for part in entry["say"]]

    assert ["code", "<script>`{}{0}`</script>"] in found


def test_a_leaf_says_whether_it_requires_grad_and_what_follows():
    texts = said("x = torch.ones(2, requires_grad=True)\ny = torch.ones(2)\n")

    assert "requires grad, so it gets a place to keep one: x.grad" in texts[1]
    assert "y, so it is a leaf. It requires no grad" in texts[2]


def test_a_recorded_operation_says_who_requires_grad_and_what_it_saves():
    texts = said("x = torch.ones(2, requires_grad=True)\ny = x * 2\nz = x * x\n")

    assert "x requires grad, so x * 2 is recorded: y.grad_fn is Mul" in texts[2]
    assert "saves only the 2, and nothing of x" in texts[2]
    assert "saves x, twice, at version 0" in texts[3]


@pytest.mark.parametrize(
    ("line", "part"),
    [
        ("with torch.no_grad(): y = x * 2", "Grad mode is off, so x * 2 is computed"),
        ("with torch.inference_mode(): y = x * 2", "Inference mode is on, so x * 2"),
        ("y = x.detach()", "with the link cut: it requires no grad"),
        ("y = x.data", "a version counter of its own"),
        ("y = x.argmax()", "argmax() has no gradient"),
        ("y = torch.ones(1) + 3", "Neither torch.ones(1) nor 3 requires grad"),
    ],
)
def test_an_operation_that_left_no_node_says_why(line, part):
    one(said(f"x = torch.ones(2, requires_grad=True)\n{line}\n"), part)


def test_leaving_a_block_says_which_mode_comes_back():
    texts = said(
        "with torch.no_grad():\n"
        "    with torch.enable_grad():\n"
        "        pass\n"
        "    with torch.no_grad():\n"
        "        pass\n"
    )

    one(texts, "enable_grad() switches grad mode on again in this block")
    one(
        texts,
        "enable_grad() ends and grad mode is off again: that is the mode of no_grad()",
    )
    one(texts, "no_grad() ends; grad mode stays off")
    one(texts, "no_grad() ends and grad mode is on again")


def test_a_plain_call_stays_in_force_and_leaving_undoes_it():
    texts = said(
        "with torch.enable_grad():\n    torch.set_grad_enabled(False)\n"
        "torch.set_grad_enabled(False)\n"
    )

    assert sum("stays in force" in text for text in texts) == 2
    one(texts, "undoes the call made inside")


def test_a_write_says_whose_saved_values_are_out_of_date():
    head = "a = torch.ones(2, requires_grad=True)\n"
    write = "with torch.no_grad():\n    a += 1\n"

    missed = one(said(f"{head}b = a * a\n{write}"), "a += 1 writes")
    assert "0 → 1. What MulBackward0 saved is now out of date." in missed
    one(said(f"{head}b = a * 2\n{write}"), "Nobody saved a")


def test_a_write_past_the_counter_says_that_nobody_notices():
    texts = said("x = torch.ones(1, requires_grad=True)\nd = x.data\nd.add_(1)\n")

    one(texts, "The version of x stays 0: the write went past its counter")


def test_a_name_moved_to_a_new_tensor_says_that_the_leaf_is_lost():
    texts = said(
        "a = torch.ones(2, requires_grad=True)\n(a * 2).sum().backward()\n"
        "with torch.no_grad():\n    a = a + a.grad\n"
    )

    text = one(texts, "The name a now means this new tensor; the old leaf")
    assert "Its grad stays behind" in text


def test_gradients_add_up_and_none_is_not_zero():
    texts = said(
        "x = torch.tensor(1., requires_grad=True)\n(x * 2).backward()\n"
        "(x * 3).backward()\nx.grad.zero_()\nx.grad = None\n"
    )

    one(texts, "AccumulateGrad puts 2. into x.grad.")
    one(texts, "adds 3. to the 2. already in x.grad: now 5. Gradients add up")
    one(texts, "fills the gradient in place: x.grad is 0.")
    one(texts, "x.grad is None again")


def test_a_node_says_what_came_and_where_nothing_goes():
    texts = said(
        "x = torch.tensor(2., requires_grad=True)\ny = 2 * x\nz = 3 + x.detach()\n"
        "r = y + z\nr.backward()\n"
    )

    one(texts, "The walk back starts at r with 1.")
    one(texts, "For z it computes nothing: there is no edge")
    one(texts, "multiplies by the 2 it saved: 2. to AccumulateGrad for x")
    one(texts, "Nothing came along the path through x.detach()")


def test_gradients_that_meet_are_added_up():
    texts = said(
        "x = torch.tensor(1., requires_grad=True)\ny = x * 2\n(y * y).backward()\n"
        "z = torch.tensor(1., requires_grad=True)\n(z.exp() + z * 3).backward()\n"
    )

    one(texts, "Two gradients arrived and are added up")
    one(texts, "adds up the two gradients that arrived")


def test_gradients_for_different_outputs_are_not_added_up():
    texts = said(
        "x = torch.ones(2, 2, requires_grad=True)\ny, z = x.unbind()\n"
        "(y * z).sum().backward()\n"
    )

    assert not [text for text in texts if "added up" in text]
    one(texts, "UnbindBackward0 sends [[1., 1.], [1., 1.]] to AccumulateGrad for x")


def test_control_flow_is_told():
    texts = said(
        "def f(a):\n    return a\nfor i in range(2):\n    if i > 0:\n        f(i)\n"
    )

    one(texts, "The function f is defined; its lines run when it is called.")
    one(texts, "Round 2 of for i in range(2) begins.")
    one(texts, "i > 0 doesn't hold, so the lines under it are skipped.")
    one(texts, "i > 0 holds, so the lines under it run.")
    one(texts, "The call enters f: its lines run now.")
    one(texts, "f hands back a to the line that called.")


def test_flags_hooks_and_second_names_are_told():
    texts = said(
        "x = torch.ones(1)\nx.requires_grad_()\ny = x * 2\ny.retain_grad()\n"
        "h = y.register_hook(print)\nz = y\ny.backward()\n"
    )

    one(texts, "x requires grad from here on")
    one(texts, "retain_grad() asks to keep it")
    one(texts, "A hook waits at y: it runs on the way back")
    one(texts, "z is a second name for the same tensor as y: nothing is copied.")
    one(texts, "y keeps its gradient too")


def test_an_optimizers_step_is_summed_up():
    found = summaries(
        "w = torch.ones(1, requires_grad=True)\nopt = torch.optim.SGD([w], lr=0.1)\n"
        "w.backward()\nopt.step()\n"
    )

    text = one(found, "opt.step() writes into w, in place: version 0 → 1.")
    assert "Grad mode is off inside, so nothing is recorded." in text


def test_a_coarse_reader_hears_that_a_block_has_ended():
    found = summaries("with torch.no_grad():\n    x = 1\nprint(x)\n")

    assert found == ["The block has ended: grad mode is on again. It prints 1."]


ERRORS = {
    "b = (a * a).sum()\nwith torch.no_grad():\n    a += 1\nb.backward()": (
        "MulBackward0 saved a at version 0 on line 2, but line 4 made it 1."
    ),
    "b = (a * a).sum()\nb.backward()\nb.backward()": (
        "the backward on line 3 before this one freed it"
    ),
    "a += 1": "a is a leaf that requires grad. Writing into it",
    "a[:1].add_(1)": "a view of a leaf that requires grad",
    "with torch.no_grad():\n    c = a * 2\nc.sum().backward()": (
        "c.sum() requires no grad and has no grad_fn, so there is no way to walk back. "
        "Line 3 ran with grad mode off."
    ),
    "torch.tensor([1], requires_grad=True)": "Only floating point tensors",
    "(a * 2).backward()": "a * 2 holds several",
    "(a * 2).requires_grad = False": "Only a leaf may have its requires_grad changed",
    "raise KeyError('here. And more')": "KeyError: 'here.",
}


@pytest.mark.parametrize("line", ERRORS)
def test_an_error_says_what_was_refused_and_why(line):
    text = said(f"a = torch.ones(2, requires_grad=True)\n{line}\n")[-1]

    assert text.startswith("Error. ")
    assert ERRORS[line] in text


def test_a_caught_error_says_that_the_program_goes_on():
    texts = said(
        "try:\n    torch.ones(1).backward()\nexcept RuntimeError:\n    print('on')\n"
    )

    assert "so the program goes on" in one(texts, "Error.")


def test_a_run_cut_short_says_so():
    trace = mv.step("while True:\n    pass\n", max_steps=20)

    assert plain(sentences(trace)[-1]["say"]) == (
        "Stopped after 20 statements (max_steps): what the program would do next is "
        "not shown. What ran before is all here."
    )


def test_whole_sums_up_a_statement_of_several_operations():
    found = summaries(
        "x = torch.tensor(2., requires_grad=True)\ny = (x * x).sin()\n"
        "z = 3 + x.detach()\n(y + z).backward()\n"
    )

    one(found, "Both operations are recorded. For the way back MulBackward0 saves x")
    one(found, "x.detach() cuts the link to x. After that nothing here requires grad")
    one(found, "The gradient went back along recorded operations only, so x.grad is")


def test_whole_names_every_kind_of_node_and_all_that_was_not_recorded():
    found = summaries(
        "w = torch.ones(2, requires_grad=True)\nk = torch.ones(2)\n"
        "a = (w * k.exp().tanh()).sin().sum()\n"
        "b = ((w + 1 + k.exp()) * 2).sin().exp().sum()\n"
    )

    one(found, "Recorded here: MulBackward0, SinBackward0 and SumBackward0. Not")
    one(found, "Not recorded: exp() and tanh(), because k requires no grad")
    one(found, "AddBackward0, MulBackward0, SinBackward0 and two more. Not recorded")


def test_a_transpose_never_passes_a_gradient_as_it_came():
    texts = said(
        "w = torch.ones(3, 3, requires_grad=True)\n"
        "(w.t() * torch.arange(9.).view(3, 3)).sum().backward()\n"
    )

    one(texts, "TBackward0 transposes it back: 3x3 numbers (0. … 8.) to Accumulate")


def test_a_recorded_walk_says_so():
    source = (
        "x = torch.tensor(2., requires_grad=True)\ny = x**3\n"
        "(g,) = torch.autograd.grad(y, x, create_graph={})\n"
    )

    one(summaries(source.format(True)), "walk was itself recorded: g.grad_fn is Mul")
    one(said(source.format(True)), "g is not a leaf: its grad_fn is MulBackward0.")
    assert "recorded:" not in " ".join(summaries(source.format(False)))


def test_a_statement_of_one_step_needs_no_summary():
    assert summaries("x = torch.ones(1)\ny = x * 2\nprint(y)\n") == []


def test_reading_the_grad_of_a_non_leaf_is_explained():
    texts = said("a = torch.ones(1, requires_grad=True)\nb = a * 2\nprint(b.grad)\n")

    assert "b isn't a leaf, so its gradient isn't kept: reading b.grad" in texts[-1]


def test_fit_keeps_the_first_sentence_and_what_there_is_room_for():
    assert plain(fit(say("One two."), say("Three."), say("Four."), limit=3)) == (
        "One two. Three."
    )
    assert plain(fit([], say("One."))) == "One."


def test_a_value_that_ends_in_a_point_ends_the_sentence():
    assert plain(say("It is {:t}.", "2.")) == "It is 2."
    assert plain(listing([say("{}", "a"), say("b")], "or")) == "a or b"


def test_a_leaf_frozen_since_receives_nothing() -> None:
    texts = [
        plain(entry["say"])
        for entry in sentences(
            mv.step(
                "x = torch.ones(2, requires_grad=True)\ny = (x * x).sum()\n"
                "x.requires_grad_(False)\ny.backward()\n"
            )
        )
    ]

    one(texts, "leaves x.grad as it is: x was frozen after the operation")


def test_numbers_are_what_is_saved_where_no_tensor_is():
    texts = summaries("x = torch.ones(2, requires_grad=True)\ny = (x * 5).sum()")

    assert one(texts, "the 5") == (
        "Both operations are recorded. For the way back MulBackward0 saves only the 5."
    )


def test_a_gradient_from_overwritten_values_is_called_wrong():
    source = "x = torch.tensor([3.], requires_grad=True)\ny = x ** 2\n"
    write = "{}.fill_(10.)\ny.backward()"
    wrong = "x was [3.] when it was saved and is [10.] now: a wrong gradient"

    assert len([t for t in said(source + write.format("x.data")) if wrong in t]) == 2
    assert wrong in summaries(source + write.format("x.data"))[-1]
    assert "wrong gradient, and" not in " ".join(said(source + "y.backward()"))


def test_an_alias_by_data_counts_its_own_writes():
    source = "x = torch.ones(1, requires_grad=True)\nd = x.data\ne = x.detach()\n"

    assert "d counts its own writes: its version stays 0." in said(source + "e += 1")[4]
    assert "counts its own" not in said(source + "d += 1")[4]


def test_a_write_into_a_clone_leaves_the_original():
    told = said("t = torch.ones(2)\nc = t.clone()\nc[0] = 9\nt[0] = 9")
    rest = "has a storage of its own and stays as it was."

    assert [text.split(". ")[-1] for text in told if rest in text] == [f"t {rest}"]


@pytest.mark.parametrize(
    "write",
    ["d[0] = 5.", "d[1:] = 2", "d[0] += 1", "d[d > 2] = 0", "größe, d[0] = 1, 2"],
)
def test_an_index_assignment_is_called_what_the_program_wrote(write: str) -> None:
    found = " ".join(said(f"d = torch.ones(3)\n{write}"))

    assert f"{write} writes into the storage of d: version 0 → 1." in found
    assert "()" not in found.replace("torch.ones()", "")


def test_a_recorded_index_assignment_names_the_whole_tensors_new_node() -> None:
    program = "w = torch.ones(2, requires_grad=True)\ne = w * 1\ne[0] = 3."
    found = one(said(program), "e[0] = 3.")

    assert "e.grad_fn is now CopySlices, version 0 → 1. Nobody saved e," in found


def test_what_grad_hands_back_goes_to_no_sink():
    source = "x = torch.tensor(3., requires_grad=True)\ny = x ** 2\nz = y * x\n"
    trace = mv.step(source + "torch.autograd.grad(z, x)\n")
    back = [s.index for s in trace.steps if s.kind == "backward"]
    said = [plain(sentences(trace)[k]["say"]) for k in back]

    assert said[0].endswith(
        "3. to PowBackward0 and 9. for x. That is handed back: x.grad stays as it is. "
        "Then it frees what it saved."
    )
    assert "18. for x. That is handed back" in said[1]
    # Of what nobody asked for nothing is computed, and nothing is said.
    trace = mv.step(source + "torch.autograd.grad(z, y)\n")
    assert ": 3. for `y`. That is handed back to the program." in told(trace)


def test_a_bias_is_told_apart_from_the_product_it_is_added_to():
    trace = mv.step("m = torch.nn.Linear(2, 1)\nm(torch.ones(3, 2)).sum().backward()\n")

    assert (
        "AddmmBackward0 adds up the rows: [3.] to AccumulateGrad for m.bias. For the "
        "product it multiplies by the matrix it saved: "
    ) in told(trace).replace("`", "")


@pytest.mark.parametrize(
    ("register", "when"),
    [
        ("m.register_forward_hook(print)", "after each call of its forward"),
        ("m.register_forward_pre_hook(print)", "before each call of its forward"),
        ("m.register_full_backward_hook(print)", "on the way back"),
        ("m.weight.register_post_accumulate_grad_hook(print)", "on the way back, once"),
    ],
)
def test_a_hook_is_said_to_run_when_it_does(register: str, when: str) -> None:
    texts = said(f"m = torch.nn.Linear(1, 1)\nh = {register}")

    one(texts, f"it runs {when}")


def test_only_a_hook_is_said_to_wait() -> None:
    texts = said("m = torch.nn.Module()\nm.register_buffer('hook', torch.ones(1))")

    assert not [text for text in texts if "waits" in text]


@pytest.mark.parametrize("stack", ["", "with torch.no_grad():\n  "])
def test_a_block_without_a_mode_is_not_said_to_switch_grad_mode(stack: str) -> None:
    plain_block = "with contextlib.suppress(ValueError): pass"
    texts = said(f"import contextlib\n{stack}{plain_block}")

    state = "off" if stack else "on"
    one(texts, f"The block begins; grad mode stays {state}.")
    assert not [text for text in texts if "already" in text or "plain call" in text]


def test_an_exception_that_a_block_swallows_is_not_said_to_meet_an_except() -> None:
    swallow = "with contextlib.suppress(ZeroDivisionError):\n  1 / 0"
    texts = said(f"import contextlib\n{swallow}")

    assert "It is caught, so the program goes on." in one(texts, "division by zero")


@pytest.mark.parametrize(
    "stop", ["raise ValueError('mine')", "raise KeyboardInterrupt"]
)
def test_a_gradient_that_a_raising_backward_got_is_not_said_to_be_handed_back(
    stop: str,
) -> None:
    source = (
        "class F(torch.autograd.Function):\n"
        "  forward = staticmethod(lambda ctx, x: x * 2)\n"
        "  @staticmethod\n  def backward(ctx, grad):\n    {}\n"
        "x = torch.ones(2, requires_grad=True)\nF.apply(x).sum().backward()"
    )
    texts = said(source.format(stop))

    assert one(texts, "SumBackward0 spreads").endswith(": [1., 1.] to FBackward.")


def test_a_gradient_that_a_raising_hook_stopped_is_not_said_to_be_handed_back() -> None:
    texts = said(
        "def hook(grad): raise ValueError\n"
        "x = torch.ones(2, requires_grad=True)\nh = x.register_hook(hook)\n"
        "(x * 2).sum().backward()"
    )

    assert "handed back" not in " ".join(texts)


@pytest.mark.parametrize(
    ("write", "name", "value"),
    [("n[0] = 5", "t", "[5., 1.]"), ("p.detach().numpy()[1] = 7", "p", "[0., 7.]")],
)
def test_what_numpy_writes_into_a_tensor_is_said(
    write: str, name: str, value: str
) -> None:
    source = (
        "import numpy as np\nn = np.arange(2, dtype=np.float32)\n"
        "t = torch.from_numpy(n)\np = t.clone()\n"
    )
    last = said(source + write)[-1]

    assert f"{name} is now {value}." in last
    assert "No tensor changed" not in last


def test_the_tensors_inside_what_a_statement_gave_are_named_together() -> None:
    texts = said(
        "class Net(torch.nn.Module):\n"
        "  def __init__(self):\n    super().__init__()\n"
        "    self.a, self.b = torch.nn.Linear(1, 1), torch.nn.Linear(1, 1)\n"
        "net = Net()\nx = torch.ones(1, requires_grad=True)\n"
        "def f():\n  return [x.sin(), x.cos()]\nouts = f()\ndel outs\n"
    )

    one(texts, "net.a.weight, net.a.bias and two more name tensors in what Net() gave.")
    one(texts, "outs[0] and outs[1] name tensors in what f() gave.")
    one(texts, "The tensors that were outs[0] and outs[1] are gone: no name holds them")


def test_clearing_the_gradients_of_a_model_names_how_many_there_were() -> None:
    texts = said(
        "m = torch.nn.Sequential(torch.nn.Linear(1, 1), torch.nn.Linear(1, 1))\n"
        "m(torch.ones(1)).backward()\nm.zero_grad()"
    )

    begin = "m[0].weight.grad, m[0].bias.grad and two more are None again"
    assert texts[-1].startswith(begin)


def test_the_summary_of_a_layer_that_counts_tells_what_it_recorded() -> None:
    texts = summaries(
        "m = torch.nn.BatchNorm1d(2)\ny = m(torch.ones(3, 2)).relu().sum()"
    )

    begin = "Recorded here: NativeBatchNormBackward0, ReluBackward0 and SumBackward0."
    assert texts[-1].startswith(begin)
    assert texts[-1].endswith(
        "writes into m.num_batches_tracked, in place: version 1 → 2."
    )


def test_the_summary_of_clipping_tells_of_every_gradient() -> None:
    texts = summaries(
        "m = torch.nn.Sequential(torch.nn.Linear(1, 1), torch.nn.Linear(1, 1))\n"
        "m(torch.ones(1)).backward()\ntorch.nn.utils.clip_grad_norm_(m.parameters(), 1)"
    )

    into = "It writes into m[0].weight.grad, m[0].bias.grad and two more, in place"
    assert texts[-1].startswith(into)


def test_what_a_layer_made_is_said_of_the_layer() -> None:
    one(
        said("m = torch.nn.BatchNorm1d(2)"),
        "torch.nn.BatchNorm1d(2) made two leaves that require grad",
    )


def test_a_setting_is_not_said_to_require_no_grad() -> None:
    assert said("x = torch.ones(2, 2)\ny = x.argmax(1)")[-1].startswith(
        "x requires no grad, so x.argmax(1) is computed"
    )


def test_a_computed_number_is_rounded_and_a_written_one_is_not() -> None:
    source = "third = 1 / 3\nx = torch.ones(1)\ny = x * third\nz = x * 0.123456789"
    texts = said(source)

    one(texts, "Neither x nor 0.3333 requires grad")
    one(texts, "Neither x nor 0.123456789 requires grad")


def test_what_leaves_a_round_of_a_loop_is_said_to_do_so() -> None:
    texts = said(
        "for k in (1, 2, 3):\n  match k:\n    case 1:\n      continue\n"
        "    case _:\n      break"
    )

    one(texts, "continue ends this round of the loop here.")
    one(texts, "break leaves the loop: no further round begins.")
    assert texts.count("A case of match k fits: its lines run.") == 2


def test_zeros_of_both_signs_are_all_zero() -> None:
    trace = mv.step("x = torch.tensor([-0., 0.] * 20)\ny = x - torch.arange(40.)")

    texts = [value.text for value in trace.values]
    assert "(40,) all 0." in texts
    assert "(40,) -39. … 0." in texts


def test_the_summary_of_a_call_tells_no_write_into_what_it_made() -> None:
    texts = summaries("m = torch.nn.Linear(2, 2, bias=False)\ny = m(torch.ones(2))")

    assert texts[-1].startswith("Recorded here: TBackward0, MmBackward0 and Squeeze")


@pytest.mark.parametrize("name", ["c", "x.grad"])
def test_a_write_past_the_counter_says_which_version_stays(name: str) -> None:
    texts = said(
        "c = torch.ones(2)\nx = torch.ones(2, requires_grad=True)\n"
        f"x.sum().backward()\n{name}.data.fill_(3.)"
    )

    stays = f"into the storage of {name}. The version of {name} stays "
    assert stays in texts[-1]
    assert "→" not in texts[-1]


@pytest.mark.parametrize(
    ("message", "first"),
    [
        ("Error(s) in loading:\n\tMissing key(s): 'a'. \n\tMore.", "loading: Missing"),
        ("Mismatch for input 0,\nnumerical: 3", "Mismatch for input 0."),
    ],
)
def test_a_message_of_several_lines_is_cut_where_it_says_something(
    message: str, first: str
) -> None:
    told = one(said(f"raise RuntimeError({message!r})"), "Error.")

    assert first in told


def test_integers_are_refused_a_gradient_for_the_same_reason_everywhere() -> None:
    for how in ("x.requires_grad_()", "x.requires_grad = True"):
        one(said(f"x = torch.arange(3)\n{how}"), "there is no slope")


def test_a_backward_that_adds_zeros_is_not_said_to_have_kept_them() -> None:
    texts = summaries(
        "x = torch.ones(2, requires_grad=True)\nx.sum().backward()\n"
        "(x * 0).sum().backward()"
    )

    assert "so x.grad is [1., 1.]. The new gradient was added" in texts[-1]


def test_what_a_hook_packs_is_not_said_to_be_unneeded() -> None:
    source = (
        "x = torch.ones(2, requires_grad=True)\n"
        "hooks = torch.autograd.graph.saved_tensors_hooks(lambda t: t, lambda t: t)\n"
        "with hooks:\n  y = x * x\n  z = (x * x).sum()\n"
    )

    one(said(source), "y.grad_fn is MulBackward0. What it needs for the way back, a")
    one(summaries(source), "What MulBackward0 needs for the way back, a hook packs.")
    assert "saves no tensor" not in " ".join(said(source))


def test_many_links_that_are_cut_are_summed_up_as_such() -> None:
    texts = summaries("m = torch.nn.Linear(1, 1)\nsd = m.state_dict()")

    assert texts[-1].startswith("Both operations cut a link: what they give looks into")
