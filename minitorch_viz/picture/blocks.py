"""What a picture is made of: leaves, operations, ghosts, and their inputs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ..snapshot import (
    CallState,
    EntityState,
    NodeState,
    OperandState,
    OperationState,
    Site,
    TensorState,
)
from ..trace.model import Step
from .history import History

Kind = Literal["leaf", "operation", "ghost", "node", "stub", "fold"]
Region = tuple[str, int | None]


@dataclass(frozen=True, slots=True)
class Source:
    """Where an input comes from: an output of `block`, its pill, or its grad slot.

    `output` None is the pill. `edge` is (node, number) of the autograd edge that goes
    back along it; a recorded operation's input without one is `cut`.

    >>> Source(3, edge=("n1", 0)).cut
    False
    """

    block: int
    output: int | None = 0
    slot: bool = False
    tensor: str | None = None
    edge: tuple[str, int] | None = None
    cut: bool = False


@dataclass(frozen=True, slots=True)
class Block:
    """A card, or a pill with its cards, from the step at which it appears.

    `calls` are the calls of modules that it was made in, the outermost first.

    >>> Block(0, "leaf", 1, outputs=("t0",)).writes
    False
    """

    number: int
    kind: Kind
    birth: int
    site: Site | None = None
    operation: OperationState | None = None
    node: str | None = None
    outputs: tuple[str, ...] = ()
    sources: tuple[Source, ...] = ()
    region: Region | None = None
    calls: tuple[CallState, ...] = ()

    @property
    def writes(self) -> bool:
        """True for a ghost that writes into a tensor in place and makes no new one."""
        return (
            self.kind == "ghost"
            and self.operation is not None
            and (self.operation.inplace and not self.outputs)
        )


class Builder:
    """Walks a history once and collects blocks; a tensor's home is its newest block.

    >>> builder = Builder(History(()))
    >>> builder.build()
    >>> builder.blocks
    []
    """

    def __init__(self, past: History) -> None:
        self.past = past
        self.blocks: list[Block] = []
        self.homes: dict[str, tuple[int, int]] = {}
        self.moved: dict[tuple[int, int], int] = {}
        self.of_node: dict[str, int] = {}
        self.slots: dict[str, str] = {}
        self.sinks: dict[str, list[str]] = {}
        self.made = {o.node for _, o in past.operations.values()}
        operands = (i for _, o in past.operations.values() for i in o.inputs)
        self.read = {operand.tensor for operand in operands}
        for id, states in past.tensors.items():
            for _, state in states:
                if state.grad is not None:
                    self.slots.setdefault(state.grad, id)
        for id, seen in past.nodes.items():
            variable = seen[0][1].variable
            if variable is not None:
                self.sinks.setdefault(variable, []).append(id)

    def build(self) -> None:
        """Go through the steps in order."""
        for step in self.past.steps:
            changes = step.changes or {}
            made = [s for s in changes.values() if isinstance(s, OperationState)]
            results = {id for s in made if not s.creates for id in s.outputs}
            tensors = [id for id in changes if id in self.past.tensors]
            for id in tensors:
                if id not in results and self._grad_fn(id, step.index) is None:
                    self._tensor(step, id)
            nodes = behind_first(changes)
            order = {node.id: k for k, node in enumerate(nodes)}
            for state in sorted(made, key=lambda s: order.get(s.node or "", -1)):
                self._operation(step, state)
            for node in nodes:
                self._node(step, node)
            for id in tensors:
                self._tensor(step, id)

    def _grad_fn(self, id: str, step: int) -> str | None:
        return self.past.tensor(id, step).grad_fn

    def _add(self, block: Block) -> int:
        self.blocks.append(block)
        for k, id in enumerate(block.outputs):
            if id in self.homes:
                self.moved[self.homes[id]] = block.birth
            self.homes[id] = (block.number, k)
        if block.node is not None:
            self.of_node[block.node] = block.number
        return block.number

    def _operation(self, step: Step, state: OperationState) -> None:
        born = self.past.operations[state.id][0] == step.index
        if not born or state.creates:
            return
        ghost = state.node is None
        outputs = self._outputs(step, state)
        self._add(
            Block(
                len(self.blocks),
                "ghost" if ghost else "operation",
                step.index,
                state.site,
                state,
                state.node,
                outputs,
                self._sources(state.inputs, state.node, step.index),
                region(step, state.under),
                self.past.around(state),
            )
        )

    def _outputs(self, step: Step, state: OperationState) -> tuple[str, ...]:
        """List the tensors that get a new card: new ones, and those with a new node.

        A write through a view gives its node to the base, which isn't an output.
        """
        known = [id for id in state.outputs if id in self.past.tensors]
        new = [id for id in known if id not in self.homes and id not in self.slots]
        if state.node is None:
            return tuple(new)
        written = [
            id
            for id in (*known, *(step.changes if state.inplace else ()))
            if id in self.past.tensors and self._grad_fn(id, step.index) == state.node
        ]
        return tuple(
            id for id in dict.fromkeys((*known, *written)) if id in new + written
        )

    def _sources(
        self, inputs: tuple[OperandState, ...], node: str | None, step: int
    ) -> tuple[Source, ...]:
        """Match an operation's tensor inputs with its node's edges, in order."""
        edges = self.past.node(node, step).edges if node is not None else ()
        left = [(k, e.node, e.input_nr) for k, e in enumerate(edges)]
        left = [e for e in left if e[1] is not None]
        found = []
        for operand in inputs:
            place = self._place(operand)
            if place is None:
                continue
            behind = self._behind(operand, step)
            match = next((e for e in left if e[1] in behind), None)
            if match is not None:
                left.remove(match)
                place = self._made(match[1], operand.tensor) or place
            found.append(
                Source(
                    *place,
                    operand.tensor,
                    (node, match[0]) if node is not None and match else None,
                    node is not None
                    and match is None
                    and not self._asks(operand, step),
                )
            )
        return (*found, *self._unseen(node, left))

    def _place(self, operand: OperandState) -> tuple[int, int | None, bool] | None:
        if operand.node is not None and operand.node in self.of_node:
            block = self.blocks[self.of_node[operand.node]]
            return block.number, 0 if block.outputs else None, False
        if operand.tensor in self.homes:
            return *self.homes[operand.tensor], False
        owner = self.slots.get(operand.tensor or "")
        return (*self.homes[owner], True) if owner in self.homes else None

    def _asks(self, operand: OperandState, step: int) -> bool:
        """Say whether an input requires grad, so that no edge to it is no cut."""
        if operand.tensor is None:
            return operand.node is not None
        return self.past.tensor(operand.tensor, step - 1).requires_grad

    def _made(
        self, node: str | None, tensor: str | None
    ) -> tuple[int, int | None, bool] | None:
        """Find the card of a tensor as this node made it."""
        block = self.blocks[self.of_node[node]] if node in self.of_node else None
        if block is None or tensor not in block.outputs:
            return None
        return block.number, block.outputs.index(tensor), False

    def _behind(self, operand: OperandState, step: int) -> tuple[str, ...]:
        """List the nodes that a gradient for this input may go to."""
        if operand.tensor is None:
            return (operand.node,) if operand.node else ()
        # A view's node is made anew after a write: the edge may lead to the new one.
        both = (self._grad_fn(operand.tensor, s) for s in (step - 1, step))
        sinks = self.sinks.get(operand.tensor, ())
        return (*(id for id in both if id is not None), *sinks)

    def _unseen(
        self, node: str | None, left: list[tuple[int, str | None, int]]
    ) -> list[Source]:
        """Draw the edges whose tensor nobody saw from the node behind them."""
        found = []
        for number, behind, nr in left:
            edge = (node, number) if node is not None else None
            if behind in self.of_node:
                block = self.blocks[self.of_node[behind]]
                output = nr if nr < len(block.outputs) else None
                found.append(Source(block.number, output, edge=edge))
            elif behind is not None:
                variable = self.past.nodes[behind][0][1].variable
                if variable in self.homes:
                    at = self.homes[variable]
                    found.append(Source(*at, tensor=variable, edge=edge))
        return found

    def _node(self, step: Step, state: NodeState) -> None:
        """Give a node that no seen operation made a pill of its own."""
        if state.id in self.of_node or state.id in self.made:
            return
        if state.variable is not None and state.variable in self.past.tensors:
            return
        outputs = sorted(
            (tensor.output_nr, id)
            for id, tensor in (step.changes or {}).items()
            if isinstance(tensor, TensorState)
            and tensor.grad_fn == state.id
            and id not in self.slots
        )
        self._add(
            Block(
                len(self.blocks),
                "node",
                step.index,
                step.part or step.site,
                None,
                state.id,
                tuple(id for _, id in outputs),
                self._sources((), state.id, step.index),
            )
        )

    def _tensor(self, step: Step, id: str) -> None:
        """Give a tensor its first home, or a new one when another node made it."""
        state = self.past.tensor(id, step.index)
        made = self.past.operations.get(state.made_by or "")
        if id in self.homes or (id in self.slots and not (made and made[1].creates)):
            return
        if state.grad_fn is not None and state.grad_fn in self.of_node:
            return
        if not (state.names or state.expression or made or state.requires_grad):
            return  # only a saved tag knows of it, and shows what it holds
        if made and made[1].name == "Buffer" and id not in self.read:
            return  # what a module counts for itself
        self._add(
            Block(
                len(self.blocks),
                "leaf",
                step.index,
                made[1].site if made else state.site,
                made[1] if made else None,
                None,
                (id,),
                (),
                region(step, state.made_under),
                self.past.around(made[1]) if made else (),
            )
        )


def region(step: Step, under: str) -> Region | None:
    """Name the mode that keeps autograd from looking at this step, and its line.

    >>> from ..snapshot import ModeState
    >>> off = ModeState("no_grad", False, 3)
    >>> region(Step(0, "statement", "start", grad_enabled=False, modes=(off,)), "")
    ('no_grad', 3)
    """
    if step.grad_enabled and not step.inference_mode:
        # A snapshot has one step for everything, but each thing says what it ran under.
        return None if under in ("", "grad mode on") or step.index else (under, None)
    for mode in reversed(step.modes):
        if not mode.enabled or mode.name == "inference_mode":
            return (mode.name, mode.line)
    return ("", None)  # inside a backward pass, or off before the program began


def behind_first(changes: dict[str, EntityState]) -> list[NodeState]:
    """Order the nodes among the changes so that each comes after those behind it.

    >>> from ..snapshot import EdgeState
    >>> ahead = NodeState("n1", "SumBackward0", (EdgeState("n0"),))
    >>> nodes = {"n1": ahead, "n0": NodeState("n0", "MulBackward0")}
    >>> [node.id for node in behind_first(nodes)]
    ['n0', 'n1']
    """
    nodes = {s.id: s for s in changes.values() if isinstance(s, NodeState)}
    order: dict[str, NodeState] = {}
    for root, state in nodes.items():
        path = {root: iter(state.edges)}  # where the walk stands at each
        while path:
            last = next(reversed(path))
            for edge in path[last]:
                id = edge.node
                if id in nodes and id not in order and id not in path:
                    path[str(id)] = iter(nodes[str(id)].edges)
                    break
            else:
                order[last] = nodes[last]
                del path[last]
    return list(order.values())
