"""A program that brings tensors to a device steps, and every card says where it is."""

from __future__ import annotations

import minitorch_viz as mv
from minitorch_viz.minitorch import cuda
from minitorch_viz.picture.words import operands
from minitorch_viz.snapshot import NodeState, OperationState, TensorState

PROGRAM = """
torch.cuda.simulate()
x = torch.tensor([1., 2.], requires_grad=True)
y = x.to("cuda")
m = torch.ones(2, device="meta")
(y * 3).sum().backward()
y + torch.ones(2)
"""


def states(trace: mv.Trace, kind: type) -> list[object]:
    """Return everything of a kind that the steps of a trace tell of."""
    return [
        state
        for step in trace.steps
        for state in step.changes.values()
        if isinstance(state, kind)
    ]


def test_every_tensor_says_where_it_is() -> None:
    trace = mv.step(PROGRAM, engine="minitorch")

    found = {
        name: state.device
        for state in states(trace, TensorState)
        for name in state.names
    }

    assert found == {"x": "cpu", "x.grad": "cpu", "y": "cuda:0", "m": "meta"}


def test_the_copy_is_an_operation_with_a_node_that_keeps_nothing() -> None:
    trace = mv.step(PROGRAM, engine="minitorch", level="operation")

    copies = [o for o in states(trace, OperationState) if o.name == "to_copy"]
    nodes = [n for n in states(trace, NodeState) if n.name == "ToCopyBackward0"]

    assert [o.name for o in copies[0].inputs] == ["self", "dtype", "device"]
    assert operands(copies[0]) == "float32, cuda:0"
    assert all(node.saved == () for node in nodes)


def test_a_tensor_without_numbers_shows_none() -> None:
    trace = mv.step(PROGRAM, engine="minitorch")

    (value,) = {s.value for s in states(trace, TensorState) if s.device == "meta"}

    assert trace.values[value].text == "(2,) meta: no values"


def test_the_error_of_mixing_devices_is_the_last_step() -> None:
    error = mv.step(PROGRAM, engine="minitorch").steps[-1].error

    assert error is not None
    assert error.message.endswith("found at least two devices, cuda:0 and cpu!")


def test_a_run_leaves_no_simulated_device_behind() -> None:
    mv.step(PROGRAM, engine="minitorch")

    assert not cuda.is_available()
