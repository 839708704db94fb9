"""Sentences about the way back: what ran, what arrived, which path was cut."""

from __future__ import annotations

from collections import Counter

from ..snapshot import NodeState, OperationState, TensorState
from ..trace.model import GradientState
from .asked import owner
from .history import Moment
from .operations import OFF, inputs, operation_code
from .words import Segments, fit, listing, number, say

_FURTHEST = 200
_CUTS = ("detach", ".data", *OFF)

#: What a node does with the gradient that arrives, by its operation's name.
_DEEDS = {
    "Sum": "spreads it over all elements",
    "Mean": "divides it evenly among the elements",
    "Neg": "turns its sign",
    "Mul": "multiplies by what it saved",
    "Div": "divides by what it saved",
    "Exp": "multiplies by the result it saved",
    "Pow": "multiplies by the slope at what it saved",
    "Relu": "lets it through only where the result was positive",
    "Clone": "hands it on as it is",
    "Mm": "multiplies by the matrices it saved",
    "Addmm": "multiplies by the matrices it saved",
    "Addmv": "multiplies by what it saved",
    "Baddbmm": "multiplies by the matrices it saved",
    "T": "transposes it back",
    "View": "gives it the old shape",
    "Reshape": "gives it the old shape",
}
#: Products with something added: what was added takes no part in the product.
_ADDS = ("Addmm", "Addmv", "Baddbmm")


def ran(moment: Moment) -> Segments:
    r"""Say what came into a backward node, what it did, and where its gradients went.

    >>> import minitorch_viz as mv
    >>> trace = mv.step("x = torch.ones(1, requires_grad=True)\n(x * 2).backward()")
    >>> now = Moment.of(trace, -2)
    >>> ran(now)[-1]
    ['text', '. Then it frees what it saved.']
    """
    node = moment.node
    if node is None:
        return say("A backward node ran.")
    return fit(
        _started(moment),
        _passed(moment, node),
        overwritten(moment, node),
        _kept_on_the_way(moment) or _handed_back(moment, node),
        _nowhere(moment, node),
        _freed(moment, node),
    )


def _started(moment: Moment) -> Segments:
    """Say where the walk starts, in its first step only."""
    roots = [gradient for gradient in moment.step.gradients if gradient.source is None]
    if not roots:
        return []
    root = roots[0]
    return say(
        "The walk back starts at {} with {:t}.",
        owner(moment, root.node) or say("the end"),
        moment.past.text(root.value),
    )


def _hooks_ran(moment: Moment, node: NodeState) -> Segments:
    """Say that hooks ran: they may have made something else of what arrived."""
    if not node.hooks:
        return []
    which = "A hook" if node.hooks == 1 else f"{number(node.hooks).capitalize()} hooks"
    where = owner(moment, node.id) or say("{}", node.name)
    return say("{:t} at {} ran. ", which, where)


def _arrived(moment: Moment, node: str) -> list[GradientState]:
    """Return the gradients that have come to `node` in this walk, in order."""
    return moment.past.walks[moment.index].arrived(node, moment.index)


def _passed(moment: Moment, node: NodeState) -> Segments:
    came, onward = _arrived(moment, node.id), _onward(moment, node)
    goes = _destinations(moment, onward)
    met: Segments = []
    places = Counter(gradient.input_nr for gradient in came)  # a node may have several
    most = max(places.values(), default=0)
    if most > 1:
        met = say(
            "{:t} gradients arrived and are added up. ", number(most).capitalize()
        )
    met += _hooks_ran(moment, node)
    unchanged = len(came) == 1 and all(
        moment.past.same(g.value, came[0].value) for g in onward
    )
    deed, name = _deed(node), _called(moment, node)
    if not goes and any(edge.node is not None for edge in node.edges):
        return say("{}{} runs: nothing that lies behind it was asked for.", met, name)
    if not goes:
        return say("{}{} runs, and has nowhere to send a gradient.", met, node.name)
    if unchanged and not deed.startswith(("spreads", "divides", "transposes")):
        return say("{}{} passes {}.", met, name, goes)
    if node.name.startswith(_ADDS) and onward[0].edge == 0 and len(came) == 1:
        same = moment.past.same(onward[0].value, came[0].value)
        first = _destinations(moment, onward[:1])
        sums = say(
            "{} {:t} {}.", name, "passes" if same else "adds up the rows:", first
        )
        goes = _destinations(moment, onward[1:])
        rest = say(" For the product it {:t}: {}.", deed, goes) if goes else []
        return [*sums, *rest]
    if deed:
        return say("{}{} {:t}: {}.", met, name, deed, goes)
    return say("{}{} sends {}.", met, name, goes)


def _onward(moment: Moment, node: NodeState) -> list[GradientState]:
    """Return what a node sent on; for what nobody asked for it computes nothing."""
    walk = moment.past.walks[moment.index]
    return [
        g
        for g in moment.step.gradients
        if g.source == node.id
        and g.node is not None
        and (g.value is not None or not walk.handed(g.node))
    ]


def _destinations(moment: Moment, sent: list[GradientState]) -> Segments:
    """List what goes where; the same value to the same node twice is said once."""
    places: dict[tuple[str, str], int] = {}
    for gradient in sent:
        place = (moment.past.text(gradient.value) or "nothing", gradient.node or "")
        places[place] = places.get(place, 0) + 1
    parts = []
    for (value, key), times in places.items():
        twice = (
            ", twice,"
            if times == 2
            else f", {number(times)} times,"
            if times > 2
            else ""
        )
        parts.append(say("{:t}{:t} {}", value, twice, _target(moment, key)))
    return listing(parts)


def _target(moment: Moment, key: str) -> Segments:
    node = moment.past.node(key, moment.index)
    if node is None:
        return say("to a node that is gone")
    walk = moment.past.walks[moment.index]
    # Of a walk that broke off nobody knows whether the sink would have run.
    unsure = walk.failed and node.variable is not None and key not in walk.nodes
    if unsure or walk.handed(key):
        return say("for {}", owner(moment, key) or say("{}", node.name))
    if node.variable is not None:
        return say("to {} for {}", node.name, moment.name(node.variable))
    if walk.waits(key, moment.index):
        return say("to {} (it waits for more)", _called(moment, node))
    return say("to {}", _called(moment, node))


def _called(moment: Moment, node: NodeState) -> Segments:
    """Call a node by its name; where others have the same, also by what it made."""
    twice = node.name in moment.past.repeated_names(moment.index)
    made = owner(moment, node.id) if twice else []
    name = node.name.rpartition("::")[2]
    if not made or made[0][0] != "code":
        return say("{}", name)
    return say("{} of {}", name, made)


def _deed(node: NodeState) -> str:
    stem = node.name.partition("Backward")[0]
    deed = _DEEDS.get(stem, "")
    if sum(item.tensor is not None for item in node.saved) == 1:
        deed = deed.replace("matrices", "matrix")
    numbers = [item.text for item in node.saved if item.field in ("other", "self")]
    if stem in ("Mul", "Div") and len(node.saved) == 1 and numbers and numbers[0]:
        return deed.replace("what it saved", f"the {numbers[0]} it saved")
    return deed


def _nowhere(moment: Moment, node: NodeState) -> Segments:
    """Say for which inputs nothing is computed, because no edge leads to them."""
    made = moment.past.maker(node.id, moment.index)
    if made is None or all(edge.node is not None for edge in node.edges):
        return []
    without = []
    for key in inputs(made):
        tensor = moment.now(key)
        if tensor is not None and not tensor.requires_grad:
            without.append(moment.name(key))
    if not without:
        return []
    return say(
        "For {} it computes nothing: there is no edge to send it along.",
        listing(without),
    )


def _freed(moment: Moment, node: NodeState) -> Segments:
    before = moment.past.node(node.id, moment.index - 1)
    if before is None or not node.saved:
        return []
    if any(
        new.freed and not old.freed
        for old, new in zip(before.saved, node.saved, strict=False)
    ):
        return say("Then it frees what it saved.")
    return []


def overwritten(moment: Moment, node: NodeState) -> Segments:
    r"""Tell of saved values that were written over unnoticed: what `.data` can do.

    >>> import minitorch_viz as mv
    >>> head = "x = torch.ones(1, requires_grad=True)\ny = x * x\n"
    >>> now = Moment.of(mv.step(head + "x.data.fill_(5.)\ny.backward()"), -2)
    >>> overwritten(now, now.node)[0]
    ['code', 'x']
    """
    for item in node.saved:
        tensor = moment.now(item.tensor)
        if tensor is None or item.now != item.version or item.value == tensor.value:
            continue
        then, now = moment.past.text(item.value), moment.past.text(tensor.value)
        held = say("was {:t} when it was saved and is {:t} now", then, now)
        if then == now:
            held = say("was written over after it was saved")
        return say(
            "{} {}: a wrong gradient, and no error.", moment.name(tensor.id), held
        )
    return []


def wrong(moment: Moment) -> Segments:
    """Say what spoilt the gradients of this walk, if anything did."""
    for key in moment.past.walks[moment.index].nodes:
        node = moment.past.node(key, moment.index)
        if node is not None and (said := overwritten(moment, node)):
            return said
    return []


def _kept_on_the_way(moment: Moment) -> Segments:
    for old, new in moment.changed():
        if new.retains_grad and old is not None and old.grad != new.grad:
            return say(
                "{} keeps its gradient too: that is what `retain_grad()` asked for.",
                moment.name(new.id),
            )
    return []


def _handed_back(moment: Moment, node: NodeState) -> Segments:
    """Say where a gradient goes that the program has asked for."""
    walk = moment.past.walks[moment.index]
    sent = [
        g for g in moment.step.gradients if g.source == node.id and g.value is not None
    ]
    for gradient in sent:
        state = moment.past.node(gradient.node, moment.index)
        if state is not None and walk.handed(state.id):
            leaf = moment.now(state.variable)
            if leaf is None:
                return say("That is handed back to the program.")
            return say(
                "That is handed back: {} stays as it is.", moment.grad_name(leaf)
            )
    return []


def accumulated(moment: Moment) -> Segments:
    r"""Say what a leaf's sink did: put a first value, or add to what was there.

    >>> import minitorch_viz as mv
    >>> now = Moment.of(mv.step("x = torch.ones(1, requires_grad=True)\nx.backward()"))
    >>> accumulated(now)[-2:]
    [['code', 'x.grad'], ['text', '.']]
    """
    node = moment.node
    leaf = moment.now(node.variable) if node is not None else None
    if node is None or leaf is None:
        return say("`AccumulateGrad` ran; the leaf is gone.")
    return fit(
        _started(moment),
        [*_hooks_ran(moment, node), *_accumulated(moment, node, leaf)],
        wrong(moment),
        path_not_taken(moment, leaf),
    )


def _accumulated(moment: Moment, node: NodeState, leaf: TensorState) -> Segments:
    grad = moment.grad_name(leaf)
    if not leaf.requires_grad:
        return say(
            "{} leaves {} as it is: {} was frozen after the operation that uses it.",
            node.name,
            grad,
            moment.name(leaf.id),
        )
    if leaf.grad is None:
        return say("No gradient arrives at {}: {} stays as it was.", node.name, grad)
    now = moment.value(leaf.grad)
    came = _arrived(moment, node.id)
    ran = _ran_before(moment)
    before = moment.past.tensor(leaf.id, ran)
    old = moment.past.tensor(before.grad, ran) if before is not None else None
    added = say("{:t}", moment.past.text(came[0].value)) if len(came) == 1 else []
    if len(came) > 1:
        added = say("the {:t} gradients that arrived", number(len(came)))
    if ran < moment.start - 1:
        over = (
            say(", which held {:t}", moment.past.text(old.value))
            if old is not None
            else []
        )
        return say(
            "{} fills {}{}. With what the hooks did it is {:t} now.",
            node.name,
            grad,
            over,
            now,
        )
    if old is not None:
        return say(
            "{} adds {} to the {:t} already in {}: now {:t}. Gradients add up "
            "until you clear them.",
            node.name,
            added or say("the new gradient"),
            moment.past.text(old.value),
            grad,
            now,
        )
    if node.hooks and added and moment.past.text(came[0].value) != now:
        return say("{} puts {:t} into {}: {} arrived.", node.name, now, grad, added)
    if len(came) > 1:
        return say("{} adds up {} and puts {:t} into {}.", node.name, added, now, grad)
    return say("{} puts {:t} into {}.", node.name, now, grad)


def _ran_before(moment: Moment) -> int:
    """Return the stop after which this node ran: only its hooks have stops between."""
    steps, start = moment.past.trace.steps, moment.past.walks[moment.index].start
    stop = moment.start - 1
    while stop >= start and steps[stop].kind not in ("backward", "accumulate"):
        stop -= 1
    return stop


def path_not_taken(moment: Moment, leaf: TensorState) -> Segments:
    """Say along which path from the result to this leaf no gradient could come."""
    for node in moment.past.walks[moment.index].nodes:
        made = moment.past.maker(node, moment.index)
        for key in inputs(made) if made is not None else ():
            tensor = moment.now(key)
            ghost = None
            if tensor is not None and not tensor.requires_grad:
                ghost = _cut(moment, key, leaf.id)
            if ghost is not None:
                return say(
                    "Nothing came along the path through {}: it was never recorded.",
                    operation_code(moment, ghost),
                )
    return []


def _cut(moment: Moment, key: str, leaf: str) -> OperationState | None:
    """Find, going back from a tensor towards `leaf`, what cut the path.

    Only so far as a reader could follow: programs may be long.
    """
    queue: list[tuple[str, OperationState | None]] = [(key, None)]
    seen: set[str] = set()
    while queue and len(seen) < _FURTHEST:
        key, cut = queue.pop()
        tensor = moment.now(key)
        if key == leaf:
            return cut
        if tensor is None or key in seen:
            continue
        seen.add(key)
        made = moment.past.operation(tensor.made_by, moment.index)
        if made is not None:
            nearest = made if made.reason in _CUTS else cut
            queue += [(source, nearest) for source in inputs(made)]
    return None
