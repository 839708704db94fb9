"""A call consists of the same operations on both engines, in the same order."""

from __future__ import annotations

import pytest

import minitorch_viz as mv

from .equality import differences

pytestmark = pytest.mark.needs("torch")
#: Statements after `x = torch.ones(2, 3, requires_grad=True)`.
PROGRAMS = {
    "areas": "torch.trapz(x, dim=0)\ntorch.trapezoid(x, torch.ones(3))",
    "areas of nothing": "torch.trapz(x[:0], dim=0)\ntorch.trapezoid(x[:0], dim=0)",
    "areas up to a point": "torch.cumulative_trapezoid(x, torch.ones(3))",
    "elements along a dimension": "torch.take_along_dim(x, torch.ones(2, 1).long(), 1)",
    "sums of products": """
torch.tensordot(x, x.T, 1)
torch.tensordot(x, torch.ones(1, 3), 2)
torch.tensordot(x, torch.ones(3, 2).T, 2)
""",
    "powers in double precision": "torch.float_power(x, x)",
    "powers of two": "torch.ldexp(x, torch.ones(3))",
    "a root of squares": "torch.rms_norm(x, (3,), torch.ones(3))",
    "random slopes": "torch.nn.functional.rrelu(x - 2, training=True)",
    "noise for whole channels": """
y = torch.ones(1, 2, 2, 2, requires_grad=True)
torch.nn.Dropout2d()(y).sum().backward()
torch.nn.FeatureAlphaDropout()(y)
""",
    "a slope for each channel": "torch.nn.PReLU()(x)",
    "greatest elements": "torch.nn.MaxPool2d(2)(x[None])",
    "a frozen layer": """
layer = torch.nn.BatchNorm1d(3)
layer.weight.requires_grad_(False)
layer(x)
layer(torch.ones(2, 3))
""",
    "rows that are shortened": """
i = torch.tensor([[0, 1]])
torch.nn.Embedding(2, 3, max_norm=1.0)(i)
torch.nn.functional.embedding_bag(i, x, max_norm=1.0)
""",
    "orthogonal weights": """
torch.nn.init.orthogonal_(torch.empty(3, 2))
torch.nn.init.orthogonal_(torch.nn.Linear(3, 2).weight, 2.0)
""",
    "cut off normal weights": """
torch.nn.init.trunc_normal_(torch.empty(3, 2), a=-1.0)
torch.nn.init.trunc_normal_(torch.nn.Linear(3, 2).weight, a=1.9)
""",
    "a mean of weights": """
opt = torch.optim.ASGD([x])
for _ in range(2):
    x.grad = torch.ones(2, 3)
    opt.step()
""",
    "sequences side by side": """
y = x[0]
torch.nn.utils.rnn.pad_sequence([y, y[:1]]).sum().backward()
torch.nn.utils.rnn.pack_sequence([y.detach(), y[:1]])
""",
    "draws": """
torch.normal(torch.zeros(3), torch.ones(3))
torch.distributions.Normal(torch.zeros(2), 1.0).sample()
torch.distributions.Bernoulli(torch.ones(2) / 2).sample((2,))
""",
    "how near numbers are": """
torch.isclose(x, x + 1e-9, equal_nan=True)
torch.aminmax(x).max.backward()
torch.nn.functional.one_hot(torch.tensor([0, 2]))
torch.distributions.MultivariateNormal(torch.zeros(2), torch.eye(2)).rsample()
""",
    "a layer for each member": """
layer = torch.nn.InstanceNorm1d(2, affine=True, track_running_stats=True)
layer(torch.ones(2, 2, 3).transpose(0, 1)).sum().backward()
""",
    "pooled lines and volumes": """
torch.nn.AdaptiveMaxPool1d(2, return_indices=True)(x)
torch.nn.AdaptiveMaxPool2d(1)(x[None])
torch.nn.MaxPool3d(2)(torch.ones(1, 2, 2, 2, requires_grad=True))
""",
    "sinks that are equal before the queue": """
layer = torch.nn.LSTM(3, 2)
layer(x)[0].sum().backward()
""",
    "a search for the least loss": """
w = torch.ones(2, requires_grad=True)
opt = torch.optim.LBFGS([w], lr=0.1, max_iter=3)
def closure():
    opt.zero_grad()
    loss = (w**2).sum()
    loss.backward()
    return loss
opt.step(closure)
torch.optim.Adafactor([w], lr=0.1).step()
""",
    "hooks on a node": """
y = x.cos()
node = y.grad_fn
hook = node.register_hook(lambda gi, go: None)
y.grad_fn.register_prehook(lambda go: None)
y.sum().backward()
hook.remove()
""",
    "a gradient that is asked for and kept": """
y = x * 2
y.retain_grad()
torch.autograd.grad(y.sum(), y)
""",
    "weights computed of others": """
layer = torch.nn.Linear(3, 2)
torch.nn.utils.parametrize.register_parametrization(layer, "weight", torch.nn.ReLU())
layer(x)
torch.nn.utils.spectral_norm(torch.nn.Linear(3, 2))(x).sum().backward()
torch.nn.utils.weight_norm(torch.nn.Linear(3, 2))(x)
layer = torch.nn.Conv1d(2, 1, 2, padding=1, padding_mode="reflect")
torch.nn.utils.parametrizations.spectral_norm(layer)(x)
""",
    "a custom function that writes to a view": """
class Raised(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, y):
        ctx.save_for_backward(x, y)
        ctx.mark_dirty(x)
        return x.add_(1)
    @staticmethod
    def backward(ctx, grad):
        return grad, None
y = x * 1
z = Raised.apply(y[0], x)
z.sum().backward()
del y, z
""",
    "hooks that pack": """
hooks = torch.autograd.graph.saved_tensors_hooks(lambda t: t * 1, lambda t: t)
with hooks:
    y = x**2
y.sum().backward()
""",
    "a hook that packs a result and looks at it": """
def pack(t):
    print(t.grad_fn, None if t.grad_fn is None else t.grad_fn._saved_result)
    return t.detach().clone()
with torch.autograd.graph.saved_tensors_hooks(pack, lambda t: t):
    z = x.exp()
    y = torch.softmax(z, 1)
y.sum().backward()
""",
    "what has no derivative comes first": """
y = 2 % x[0]
z = torch.outer(x[0], y)
try:
    (y.sum() + z.sum()).backward()
except RuntimeError:
    print(torch.nextafter(torch.ones(2, 3), x).grad_fn)
""",
    "a size taken from what requires grad": "torch.ones(1).resize_as_(x).fill_(1)",
    "nothing taken apart": "print(x[:0].unbind(), [row for row in x[:0] * 2])",
    "nothing repeated": "x.detach()[:0].repeat(2, 1)\ntorch.trapezoid(x[:0], dim=0)",
    "NumPy": """
import numpy as np
y = x.detach()
print(np.asarray(y), np.add(y, 1), np.isnan(y))
print(y * np.ones(1), torch.as_tensor(np.ones(2)), torch.asarray(np.ones(2)))
""",
    "one or the other": """
where = torch.tensor([True, False, True])
torch.where(where, x, torch.ones(3).double()).sum().backward()
torch.where(where, x, torch.ones(3).long())
torch.where(where, x, 0), torch.where(where.byte(), 2.5, x.long())
""",
    "labels said over several steps": """
y = x[:, None].log_softmax(2)
for kind in (torch.float32, torch.int64):
    torch.nn.functional.ctc_loss(y, torch.ones(1, 1, dtype=kind), (2,), (1,)).backward()
sizes = torch.ones(1, dtype=torch.int32), torch.ones(1, dtype=torch.int64)
torch.nn.functional.ctc_loss(y[:, 0], torch.ones(1), *sizes, zero_infinity=True)
""",
    "a slope that is nothing": "x.sgn().sum().backward()\nprint(x.grad)",
    "one line made even": """
layer = torch.nn.LayerNorm(3)
layer(x[0]).sum().backward()
""",
    "numbers where tensors belong": "torch.true_divide(x, 2), torch.floor_divide(x, 2)",
    "what is a tensor already": "torch.as_tensor(x, dtype=torch.float64).sum()",
    "one step of a sequence": """
for kind in (torch.nn.LSTMCell, torch.nn.RNNCell, torch.nn.GRUCell):
    h = kind(3, 2)(x)
    (h if isinstance(h, torch.Tensor) else h[0]).sum().backward()
torch.nn.LSTM(3, 2, 2)(x)[0].sum().backward()
torch.nn.LSTM(3, 2, dtype=torch.float64)(x.double())[0].sum().backward()
""",
    "packed sequences": """
packed = torch.nn.utils.rnn.pack_sequence([x[:1], x], enforce_sorted=False)
torch.nn.LSTM(3, 2)(packed)[0].data.sum().backward()
torch.nn.GRU(3, 2, bidirectional=True)(packed)
""",
    "a search along a line": """
opt = torch.optim.LBFGS([x], lr=3, max_iter=5, line_search_fn="strong_wolfe")
def closure():
    opt.zero_grad()
    loss = (x**4).sum() + x.sin().sum()
    loss.backward()
    return loss
opt.step(closure)
""",
    "counts and places": """
torch.bincount(torch.tensor([1, 0, 1])).float().pow(0.5)
torch.bincount(torch.tensor([1, 0, 1]), x[0])
torch.histc(x, 4)
torch.bucketize(x, torch.tensor([0.1, 0.5]))
torch.searchsorted(torch.tensor([[0.1, 0.5], [0.1, 0.2]]), x, right=True)
torch.isin(x, torch.ones(1))
""",
    "a loss that is given weights": "torch.nn.CrossEntropyLoss(weight=torch.ones(2))",
}


@pytest.mark.parametrize("text", PROGRAMS.values(), ids=PROGRAMS)
def test_a_call_is_the_same_operations_on_both_engines(text: str) -> None:
    text = f"x = torch.ones(2, 3, requires_grad=True)\n{text}"
    traces = (mv.step(text, engine=engine) for engine in ("minitorch", "torch"))

    assert list(differences(*traces)) == []
