"""The statements of a random program about distributions."""

from __future__ import annotations

from .statements import Statement
from .world import World

#: A distribution of two parameters; a positive one is `{1}`.
MADE = (
    "Normal({0}, {1})",
    "Normal({0}, {1})",
    "Normal({0}, 1.0)",
    "Normal({0}, {0})",
    "Laplace({0}, {1})",
    "Uniform({0}, {0} + {1})",
    "Uniform({0}, {1})",
    "Exponential({1})",
    "Poisson({1})",
    "Bernoulli({0}.sigmoid())",
    "Bernoulli(logits={0})",
    "Bernoulli({0})",
    "Categorical({1})",
    "Categorical(logits={0})",
    "OneHotCategorical({1})",
    "OneHotCategoricalStraightThrough(logits={0})",
    "Independent(torch.distributions.Normal({0}, {1}), 1)",
    "MultivariateNormal({0}, torch.eye({0}.shape[-1]))",
)


def distribution(w: World) -> None:
    """Make a distribution of the program's tensors, draw from it and look at it."""
    x, y, d, s = (
        w.pick(floating=True, dims=1),
        w.pick(floating=True),
        w.name("d"),
        w.name("s"),
    )
    positive = f"({y.name}.abs() + 0.5)"
    made = w.random.choice(MADE).format(x.name, positive)
    size = w.random.choice(("", "", "(2,)", "[3]", "torch.Size([1, 2])"))
    draw = w.random.choice(("sample", "sample", "rsample"))
    w.attempt(
        f"torch.manual_seed({w.random.randrange(9)})",
        f"{d} = torch.distributions.{made}",
        f"print({d})",
        f"{s} = {d}.{draw}({size})",
        f"print({s})",
    )
    for _ in range(w.random.randint(1, 2)):
        w.attempt(_seen(w, d, s))


def _seen(w: World, d: str, s: str) -> str:
    other = w.random.choice(MADE).format("torch.zeros(3)", "torch.ones(3)")
    return w.random.choice(
        (
            f"print({d}.log_prob({s}))",
            f"print({d}.log_prob({s}))",
            f"{d}.log_prob({s}).sum().backward()",
            f"(-{d}.log_prob({s}.detach()) * 2.0).mean().backward()",
            f"{s}.sum().backward()",
            f"print({d}.entropy())",
            f"{d}.entropy().sum().backward()",
            f"print({d}.mean, {d}.variance, {d}.stddev)",
            f"print({d}.mode, {d}.support)",
            f"print({d}.batch_shape, {d}.event_shape, {d}.has_rsample)",
            f"print({d}.expand((2, 3)))",
            f"print({d}.cdf({s}), {d}.icdf({s}))",
            f"print({d}.enumerate_support())",
            f"print({d}.log_prob({s} + 0.5))",
            f"print({d}.probs, {d}.logits)",
            f"print(torch.distributions.kl_divergence({d}, {d}))",
            "print(torch.distributions.kl_divergence("
            f"{d}, torch.distributions.{other}))",
            f"print(torch.normal({s}, 0.5))",
        )
    )


DRAWN: dict[Statement, int] = {distribution: 4}
