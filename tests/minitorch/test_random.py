"""Draws bit for bit as PyTorch's CPU generator makes them."""

from __future__ import annotations

import zlib
from typing import Any

import numpy as np
import pytest

from minitorch_viz import minitorch as torch
from minitorch_viz.minitorch import dtypes, random
from minitorch_viz.minitorch.dtypes import dtype
from minitorch_viz.minitorch.generator import Generator, default_generator
from minitorch_viz.minitorch.sources import manual_seed

COUNTS = (1, 5, 15, 16, 19, 40, 257)


def draws(generator: Generator, count: int, kind: dtype) -> list[Any]:
    return [
        generator.uniform(count, dtype=kind),
        generator.normal(count, dtype=kind),
        generator.uniform(count, -1.3, 2.7, kind),
        generator.normal(count, 0.3, 1.7, kind),
    ]


# Recorded from PyTorch 2.13.0: the checksum of its rand, randn, uniform_ and normal_
# of all COUNTS, one after the other, from seed 2026.
@pytest.mark.parametrize(
    ("kind", "recorded"),
    [
        (dtypes.float16, 0x95909FC1),
        (dtypes.float32, 0xC9541C2C),
        (dtypes.float64, 0xE1EEB8A2),
    ],
)
def test_uniform_and_normal_draws_are_recorded_pytorchs(
    kind: dtype, recorded: int
) -> None:
    generator, checksum = Generator().manual_seed(2026), 0
    for count in COUNTS:
        for drawn in draws(generator, count, kind):
            assert drawn.dtype == kind.np
            checksum = zlib.crc32(drawn.tobytes(), checksum)

    assert checksum == recorded


def test_whole_numbers_and_masks_are_recorded_pytorchs() -> None:
    generator = Generator().manual_seed(7)

    assert generator.integers(8, -5, 10).tolist() == [-5, 2, -4, 6, 8, 7, -3, 9]
    assert generator.integers(3, 0, 2**40).tolist() == [
        396459895993,
        611018672663,
        309610205529,
    ]
    assert generator.permutation(8).tolist() == [6, 2, 1, 5, 7, 3, 0, 4]
    assert generator.bernoulli(8, 0.3).tolist() == [False] * 3 + [True] + [False] * 4
    assert generator.integers(2, 0, 2**28).tolist() == [106941365, 163418875]
    assert generator.integers(2, 0, 2**28 - 1).tolist() == [21019841, 54243279]


@pytest.mark.needs("torch")
@pytest.mark.parametrize("seed", range(20))
def test_draws_agree_with_pytorch_where_it_is_installed(seed: int) -> None:
    import torch

    ours, theirs = Generator().manual_seed(seed), torch.Generator().manual_seed(seed)
    for count in COUNTS:
        expected = [
            torch.rand(count, generator=theirs),
            torch.randn(count, generator=theirs),
            torch.empty(count).uniform_(-1.3, 2.7, generator=theirs),
            torch.empty(count).normal_(0.3, 1.7, generator=theirs),
        ]
        for mine, other in zip(
            draws(ours, count, dtypes.float32), expected, strict=True
        ):
            assert mine.tolist() == other.tolist()


def test_a_small_draw_keeps_its_second_normal_number_for_the_next() -> None:
    together = Generator().manual_seed(1).normal(2)
    generator = Generator().manual_seed(1)
    first, _, second = generator.normal(1), generator.uniform(1), generator.normal(1)

    assert [first[0], second[0]] == together.tolist()


def test_only_the_low_32_bits_of_a_seed_matter() -> None:
    small, large = Generator().manual_seed(3), Generator().manual_seed(2**32 + 3)

    assert small.uniform(4).tolist() == large.uniform(4).tolist()


@pytest.mark.parametrize("seed", [2**64, -(2**63) - 1])
def test_seeds_have_64_bits(seed: int) -> None:
    with pytest.raises(ValueError, match="Overflow when unpacking long long"):
        Generator().manual_seed(seed)


def test_negative_seeds_wrap_around() -> None:
    assert Generator().manual_seed(-1).initial_seed() == 2**64 - 1


def test_a_state_can_be_kept_and_set_again() -> None:
    generator = Generator().manual_seed(-5)
    generator.normal(3)
    state = generator.get_state()
    expected = [drawn.tolist() for drawn in draws(generator, 5, dtypes.float32)]
    other = Generator()
    other.set_state(state)

    assert [drawn.tolist() for drawn in draws(other, 5, dtypes.float32)] == expected
    assert other.initial_seed() == 2**64 - 5


def test_manual_seed_seeds_the_default_generator() -> None:
    manual_seed(0)

    assert default_generator.uniform(1).tolist() == [float(np.float32(0.49625659))]


def test_no_draw_reaches_the_upper_bound() -> None:
    drawn = Generator().manual_seed(68).uniform(5000, dtype=dtypes.float16)

    assert drawn.max() < 1


def test_impossible_ranges_are_refused_in_pytorchs_words() -> None:
    generator = Generator()
    with pytest.raises(RuntimeError, match="found from=3 > to=1"):
        generator.uniform(2, 3, 1)
    with pytest.raises(RuntimeError, match="expects std >= 0.0, but found std -1"):
        generator.normal(2, 0, -1)
    with pytest.raises(RuntimeError, match=r"p to be in \[0, 1\], but got p=2"):
        generator.bernoulli(2, 2.0)
    with pytest.raises(RuntimeError, match="but got from=3 >= to=3"):
        generator.integers(2, 3, 3)


def test_the_state_of_the_default_generator_is_a_tensor_of_bytes() -> None:
    manual_seed(4)
    state = random.get_rng_state()
    expected = default_generator.uniform(3).tolist()
    random.set_rng_state(state)

    assert state.dtype is dtypes.uint8
    assert default_generator.uniform(3).tolist() == expected
    assert random.initial_seed() == 4


def test_draws_in_a_fork_leave_no_trace() -> None:
    manual_seed(4)
    expected = Generator().manual_seed(4).uniform(2).tolist()
    with random.fork_rng():
        random.seed()

    assert default_generator.uniform(2).tolist() == expected


def test_only_floating_point_types_are_drawn() -> None:
    with pytest.raises(NotImplementedError, match="\"normal_kernel_cpu\".*'Long'"):
        Generator().normal(2, dtype=dtypes.int64)
    with pytest.raises(NotImplementedError, match="\"check_uniform_bounds\".*'Long'"):
        Generator().uniform(2, dtype=dtypes.int64)
    with pytest.raises(RuntimeError, match=r"negative dimension -1: \[-1\]"):
        Generator().permutation(-1)


def test_weights_and_chances_draw_what_pytorch_draws() -> None:
    manual_seed(0)
    weights = torch.tensor([[0.1, 0.2, 0.7], [0.3, 0.3, 0.4]])
    chances = torch.tensor([0.1, 0.9, 0.5, 0.3])

    assert torch.multinomial(weights, 6, replacement=True).tolist() == [
        [2, 2, 2, 2, 2, 2],
        [0, 1, 1, 0, 1, 0],
    ]
    assert torch.tensor([0.1, 0.2, 0.7, 0.9]).multinomial(3).tolist() == [3, 2, 0]
    assert torch.bernoulli(chances).tolist() == [0.0, 1.0, 1.0, 1.0]
    assert torch.bernoulli(chances.double()).tolist() == [0.0, 1.0, 1.0, 0.0]
    assert torch.empty(2).exponential_().tolist() == pytest.approx(
        [0.116236404, 0.741816700], abs=1e-8
    )


def test_a_draw_with_chances_that_require_grad_has_a_gradient_of_zero() -> None:
    chances = torch.full((2,), 0.5, requires_grad=True)
    drawn = torch.bernoulli(chances)
    drawn.sum().backward()

    assert drawn.grad_fn.name() == "BernoulliBackward0"
    assert chances.grad.tolist() == [0.0, 0.0]


@pytest.mark.parametrize(
    ("weights", "count", "replacement", "words"),
    [
        ([0.1, 0.9], 3, False, "cannot sample n_sample > prob_dist.size(-1) samples"),
        ([0.1, -0.9], 1, False, "either `inf`, `nan` or element < 0"),
        ([0.1, -0.9], 2, True, "(encountering probability entry < 0)"),
        ([0.0, 0.0], 2, True, "(sum of probabilities <= 0)"),
        ([1, 2], 1, True, "only supports floating-point dtypes for input, got: Long"),
    ],
)
def test_weights_that_say_nothing_are_refused(
    weights: list[float], count: int, replacement: bool, words: str
) -> None:
    with pytest.raises(RuntimeError) as caught:
        torch.multinomial(torch.tensor(weights), count, replacement)

    assert words in str(caught.value)


def test_torch_shows_its_limits_and_its_generator() -> None:
    torch.manual_seed(3)

    assert torch.initial_seed() == 3
    assert torch.finfo(torch.float32).eps == 2.0**-23
    assert torch.iinfo(torch.int8).max == 127
    assert not torch.can_cast(torch.float32, torch.int64)
    assert not torch.is_inference(torch.ones(1))
    assert repr(torch.preserve_format) == "torch.preserve_format"
