"""The statements of a random program that use what is rarer in `torch`."""

from __future__ import annotations

from .statements import Statement, flat
from .world import World

_UNARY = (
    "sgn lgamma digamma erfinv erfc logit sinc deg2rad rad2deg signbit nan_to_num "
    "positive hardshrink fix absolute negative"
)
_BINARY = (
    "ldexp nextafter hypot copysign heaviside xlogy logaddexp2 float_power rsub "
    "arctan2 not_equal greater_equal"
)
_OVER = (
    "cumprod_(-1) cumsum_(0) copysign_({0}) copysign_(-1.0) float_power_(2) sgn_() "
    "heaviside_({0}) xlogy_({0}) ldexp_({0}) nextafter_({0}) clamp_min_(0.5) "
    "clamp_max_(0.5) hypot_({0}) erfinv_() tril_() triu_() fill_diagonal_(2.0) "
    "nan_to_num_() remainder_(2) fmod_({0}) square_() exp2_() sinc_() logit_() "
    "resize_as_({0}).fill_(1) masked_scatter_({0}>0,{0}) "
    "index_put_((torch.tensor([0]),),{0}[0])"
)  # What a larger size adds PyTorch leaves as it was in memory.


def rarer(w: World) -> None:
    """Apply a function that is met less often."""
    x, y = w.pick(floating=True), w.pick(floating=True)
    form = w.random.random()
    if form < 0.3:
        name = w.random.choice(_UNARY.split())
        # Which sign a NaN has is left to the processor.
        named = f"{x.name}.nan_to_num()" if name == "signbit" else x.name
        text = f"torch.{name}({named})"
    elif form < 0.6:
        name = w.random.choice(_BINARY.split())
        text = f"torch.{name}({x.name}, {y.name})"
    else:
        over = w.random.choice(_OVER.split()).replace("{0}", y.name)
        w.attempt(f"{x.name}.{over}")
        if y.grad and y.name in over:
            w.tell(x.name, grad=True, leaf=False)
        return
    w.bind(text, x.shape, x.dtype, grad=x.grad or y.grad, leaf=False)


def parts(w: World) -> None:
    """Replace a part, reduce into places, or take medians and areas."""
    x, y = w.pick(floating=True, dims=1), w.pick(floating=True, dims=1)
    dim = w.dim(x.shape)
    index = f"torch.zeros_like({x.name}).long()"
    how = w.random.choice(("sum", "mean", "prod", "amax", "amin"))
    kept = w.random.choice(("", ", include_self=False"))
    text = w.random.choice(
        (
            f"{x.name}.select_scatter({y.name}[0], {dim}, 0)",
            f"{x.name}.slice_scatter({y.name}[:1], {dim}, 0, 1)",
            f"{x.name}.diagonal_scatter({y.name}.diagonal())",
            f"{x.name}.scatter_reduce({dim}, {index}, {x.name} * 2, '{how}'{kept})",
            f"{x.name}.scatter_reduce({dim}, {index}, {y.name}, '{how}'{kept})",
            f"{x.name}.index_reduce(0, torch.tensor([0]), {x.name}[:1], '{how}'{kept})",
            f"{x.name}.nanmedian()",
            # Of elements in one place PyTorch's kernel reads what lies behind them.
            f"{x.name}.clone().nanmedian({dim})[0]",
            f"torch.frexp({x.name})[0]",
            f"torch.trapz({x.name}, dim={dim})",
            f"torch.trapezoid({x.name}, {y.name})",
            f"torch.addmv({y.name}.sum(), {x.name}, {x.name}[0])",
            f"torch.addr({y.name}, {x.name}.flatten(), {y.name}.flatten(), alpha=2)",
            f"torch.vdot({x.name}.flatten(), {y.name}.flatten())",
            f"torch.baddbmm({y.name}, {x.name}.view(1, 1, -1), "
            f"{x.name}.view(1, -1, 1))",
            f"torch.addbmm({y.name}, {x.name}.view(1, -1, 1), {y.name}.view(1, 1, -1))",
            f"torch.fill({x.name}, {y.name}.sum())",
            f"torch.rms_norm({x.name}, ({x.name}.shape[-1],))",
            f"torch.nn.functional.rrelu({x.name}, training=True)",
            f"torch.embedding({x.name}, torch.tensor([0, 0]))",
            f"torch.pairwise_distance({x.name}, {y.name})",
            f"torch.kl_div({x.name}, {y.name}, 2)",
            f"torch.diff({x.name}, dim={dim})",
            f"torch.nn.utils.rnn.pad_sequence([{x.name}, {x.name}[:1]])",
            f"torch.nn.utils.rnn.pack_sequence([{x.name}, {x.name}[:1]]).data",
            f"torch.cdist({x.name}, {x.name})",
            f"torch.linalg.norm({x.name})",
            f"torch.linalg.vector_norm({x.name}, 3, {dim})",
            f"torch.logaddexp({x.name}, {y.name})",
            f"torch.take_along_dim({x.name}, {index}, {dim})",
            f"torch.kron({x.name}, {y.name})",
            f"torch.std_mean({x.name}, {dim})[1]",
            f"torch.tensordot({x.name}, {y.name}, 1)",
        )
    )
    w.bind(text, (flat(x.shape),), x.dtype, grad=x.grad, leaf=not x.grad)


def with_numpy(w: World) -> None:
    """Let NumPy work on tensors, and tensors on arrays."""
    x = w.pick()
    text = w.random.choice(
        (
            f"np.sin({x.name})",
            f"np.add({x.name}, 1)",
            f"np.maximum({x.name}, 0)",
            f"{x.name} * np.ones(1)",
            f"np.float64(2) * {x.name}",
            f"{x.name} == np.zeros(1)",
            f"np.asarray({x.name})",
            f"np.isnan({x.name}.detach())",
            f"torch.as_tensor(np.asarray({x.name}.detach()))",
        )
    )
    w.attempt("import numpy as np", f"print({text})")


NAMES: dict[Statement, int] = {rarer: 5, parts: 5, with_numpy: 1}
