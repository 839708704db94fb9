"""Random numbers bit for bit as PyTorch's CPU generator draws them."""

from __future__ import annotations

import math
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .dtypes import dtype, float16, float32, float64
from .tensor import Tensor, wrap

Array = NDArray[Any]


class Generator:
    """A Mersenne twister whose draws are those of `torch.Generator`.

    Every method returns a flat NumPy array of `count` elements.

    >>> Generator().manual_seed(0).uniform(2)
    array([0.4962566, 0.7682218], dtype=float32)
    """

    def __init__(self, device: object = "cpu") -> None:
        self.manual_seed(67280421310721)

    def manual_seed(self, seed: int) -> Generator:
        """Start the sequence that belongs to `seed`; only its low 32 bits matter.

        >>> Generator().manual_seed(2**32 + 1).uniform(1)
        array([0.7576316], dtype=float32)
        """
        if not -(2**63) <= seed < 2**64:
            raise ValueError("Overflow when unpacking long long")
        self._seed = seed % 2**64
        self._bits = np.random.RandomState(seed & 0xFFFFFFFF)
        self._spare: float | None = None
        return self

    def seed(self) -> int:
        """Start from a seed nobody can foresee, and return it.

        >>> generator = Generator()
        >>> generator.seed() == generator.initial_seed()
        True
        """
        self.manual_seed(secrets.randbits(53))
        return self._seed

    def initial_seed(self) -> int:
        """Return the seed the sequence started from.

        >>> Generator().manual_seed(3).initial_seed()
        3
        """
        return self._seed

    def __repr__(self) -> str:
        return object.__repr__(self).replace(__name__, "torch._C")

    def get_state(self) -> Array:
        """Return everything that decides the next draws, as bytes.

        >>> generator = Generator()
        >>> state, first = generator.get_state(), generator.uniform(1)
        >>> generator.set_state(state)
        >>> first == generator.uniform(1)
        array([ True])
        """
        key, position = self._bits.get_state(legacy=False)["state"].values()
        spare = np.nan if self._spare is None else self._spare
        numbers = np.array([self._seed, position], np.uint64)
        parts = key, numbers, np.array([spare])
        return np.concatenate([part.view(np.uint8) for part in parts])

    def set_state(self, state: Array) -> None:
        """Continue from what `get_state` returned.

        >>> generator = Generator()
        >>> generator.set_state(generator.get_state())
        """
        seed, position = state[2496:2512].view(np.uint64).tolist()
        spare = float(state[2512:].view(np.float64)[0])
        key = state[:2496].view(np.uint32)
        self._bits.set_state(("MT19937", key, position, 0, 0.0))
        self._seed, self._spare = seed, None if np.isnan(spare) else spare

    def _u32(self, count: int) -> NDArray[np.uint32]:
        return self._bits.randint(0, 2**32, size=count, dtype=np.uint32)

    def _u64(self, count: int) -> NDArray[np.uint64]:
        halves = self._u32(2 * count).astype(np.uint64)
        return (halves[0::2] << np.uint64(32)) | halves[1::2]

    def _unit(self, count: int, bits: int) -> NDArray[np.float64]:
        """Draw from [0, 1) in steps of 2**-bits."""
        words = self._u64(count) if bits > 32 else self._u32(count)
        mask = words.dtype.type((1 << bits) - 1)
        return (words & mask).astype(np.float64) * 2.0**-bits

    def uniform(
        self,
        count: int,
        low: float = 0.0,
        high: float = 1.0,
        dtype: dtype = float32,
    ) -> Array:
        """Draw uniformly from [low, high).

        >>> Generator().manual_seed(0).uniform(2, -1, 1, float64)
        array([0.940106  , 0.41563973])
        """
        _check_floating(dtype, "check_uniform_bounds")
        if low > high:
            raise RuntimeError(
                "uniform_ expects to return a [from, to) range, but found "
                f"from={low:g} > to={high:g}"
            )
        if dtype is float64:
            return _fma64(self._unit(count, 53), high - low, low)
        start, end = np.float32(low), np.float32(high)
        drawn = _fma(self._unit(count, 24), end - start, start).astype(dtype.np)
        # Only half precision rounds up to `high`, which is outside.
        drawn[drawn == dtype.np.type(high)] = start
        return drawn

    def normal(
        self,
        count: int,
        mean: float = 0.0,
        std: float = 1.0,
        dtype: dtype = float32,
    ) -> Array:
        """Draw from the normal distribution.

        >>> Generator().manual_seed(0).normal(2)
        array([ 1.5409961, -0.2934289], dtype=float32)
        """
        _check_floating(dtype, "normal_kernel_cpu")
        if std < 0:
            raise RuntimeError(f"normal expects std >= 0.0, but found std {std:g}")
        if count < 16:
            drawn = np.array([self._next_normal() for _ in range(count)])
            return _fma64(drawn, std, mean).astype(dtype.np)
        return self._normal_blocks(count, mean, std, dtype)

    def _next_normal(self) -> float:
        """Box and Muller's pair in double; the second value waits for the next call."""
        if self._spare is not None:
            value, self._spare = self._spare, None
            return value
        angle, radius = self._unit(2, 53).tolist()
        radius, angle = math.sqrt(-2.0 * math.log1p(-radius)), 2.0 * math.pi * angle
        self._spare = radius * math.sin(angle)
        return radius * math.cos(angle)

    def _normal_blocks(self, count: int, mean: float, std: float, kind: dtype) -> Array:
        """Fill in blocks of 16; a last block that isn't full is drawn anew."""
        full = count - count % 16
        draw = float64 if kind is float64 else float32
        # Half precision doesn't draw for the last block twice.
        uniform = self.uniform(full if kind is float16 else count, dtype=draw)
        values = np.empty(count, draw.np)
        values[:full] = _box_muller(uniform[:full], mean, std)
        if full != count:
            values[-16:] = _box_muller(self.uniform(16, dtype=draw), mean, std)
        return values.astype(kind.np)

    def bernoulli(self, count: int, chance: float) -> NDArray[np.bool_]:
        """Draw True with this chance: `bernoulli_(p)`, dropout masks.

        PyTorch does so on CPUs that aren't Intel's; there MKL draws other ones.

        >>> Generator().manual_seed(0).bernoulli(4, 0.5)
        array([False, False,  True, False])
        """
        if not 0 <= chance <= 1:
            raise RuntimeError(
                f"bernoulli_ expects p to be in [0, 1], but got p={chance:g}"
            )
        return self._unit(count, 53) < chance

    def integers(self, count: int, low: int, high: int) -> NDArray[np.int64]:
        """Draw whole numbers from low to high - 1.

        >>> Generator().manual_seed(0).integers(3, 0, 10)
        array([4, 9, 3])
        """
        if low >= high:
            raise RuntimeError(
                "random_ expects 'from' to be less than 'to', but got "
                f"from={low} >= to={high}"
            )
        span = high - low
        words = self._u64(count) if span >= 1 << 28 else self._u32(count)
        drawn = words.astype(np.uint64) % np.uint64(span)
        return drawn.astype(np.int64) + low

    def permutation(self, count: int) -> NDArray[np.int64]:
        """Return 0 .. count - 1 in random order.

        >>> Generator().manual_seed(0).permutation(4)
        array([0, 1, 3, 2])
        """
        if count < 0:
            raise RuntimeError(
                f"Trying to create tensor with negative dimension {count}: [{count}]"
            )
        order = np.arange(count)
        for i, word in enumerate(self._u32(max(count - 1, 0)).tolist()):
            j = i + word % (count - i)
            order[i], order[j] = order[j], order[i]
        return order


default_generator = Generator()
default_generator.seed()


def manual_seed(seed: int) -> Generator:
    """Seed the generator that is used when none is named.

    >>> manual_seed(0) is default_generator
    True
    """
    return default_generator.manual_seed(int(seed))


def seed() -> int:
    """Seed that generator from a number nobody can foresee, and return it.

    >>> seed() == initial_seed()
    True
    """
    return default_generator.seed()


def initial_seed() -> int:
    """Return the number that generator was seeded with.

    >>> _ = manual_seed(3)
    >>> initial_seed()
    3
    """
    return default_generator.initial_seed()


def get_rng_state() -> Tensor:
    """Return the state of that generator as a tensor of bytes.

    >>> get_rng_state().dtype
    torch.uint8
    """
    return wrap(default_generator.get_state())


def set_rng_state(new_state: Tensor) -> None:
    """Continue from what `get_rng_state` returned.

    >>> set_rng_state(get_rng_state())
    """
    default_generator.set_state(new_state._array)


@contextmanager
def fork_rng() -> Iterator[None]:
    """Draw inside a block as if nothing had been drawn, once it is left.

    >>> _ = manual_seed(0)
    >>> with fork_rng():
    ...     _ = manual_seed(5)
    >>> initial_seed()
    0
    """
    before = default_generator.get_state()
    try:
        yield
    finally:
        default_generator.set_state(before)


def _check_floating(kind: dtype, kernel: str) -> None:
    if not kind.is_floating_point:
        raise NotImplementedError(
            f"\"{kernel}\" not implemented for '{kind.scalar_name}'"
        )


def _box_muller(uniform: Array, mean: float, std: float) -> Array:
    """Turn blocks of 16 uniform numbers into normal ones, i together with i + 8."""
    blocks = uniform.reshape(-1, 16)
    first, second = 1 - blocks[:, :8], blocks[:, 8:]
    if uniform.dtype == np.float32:
        radius = np.sqrt(np.float32(-2) * _log(first))
        sine, cosine = _sincos(np.float32(2 * np.pi) * second)
    else:
        radius, angle = np.sqrt(-2 * _each(math.log, first)), 2 * np.pi * second
        sine, cosine = _each(math.sin, angle), _each(math.cos, angle)
    normal = np.concatenate([radius * cosine, radius * sine], axis=1).reshape(-1)
    if uniform.dtype == np.float32:
        return _fma(normal, np.float32(std), np.float32(mean))
    return _fma64(normal, std, mean)


def _each(function: Callable[[float], float], x: Array) -> Array:
    """Apply the C library's function; NumPy's vector ones differ in the last bit."""
    return np.array([function(v) for v in x.flat], x.dtype).reshape(x.shape)


def _fma(a: Any, b: Any, c: Any) -> Array:
    """Return float32 a * b + c rounded once: in double the product is exact."""
    product = np.multiply(a, b, dtype=np.float64)
    return np.asarray(product + np.asarray(c, np.float64), np.float32)


def _fma64(a: Array, b: Any, c: Any) -> Array:
    """Return a * b + c in double, rounded once, through exact sums and products."""
    product = a * b
    a_high, b_high = _high_half(a), _high_half(b)
    a_low, b_low = a - a_high, b - b_high
    lost = a_low * b_low - (product - a_high * b_high - a_low * b_high - a_high * b_low)
    total = product + c
    back = total - product
    return np.asarray(total + ((product - (total - back)) + (c - back) + lost))


def _high_half(x: Any) -> Any:
    shifted = 134217729.0 * x
    return shifted - (shifted - x)


def _polynomial(x: Array, *coefficients: float) -> Array:
    total: Array = np.full_like(x, coefficients[0])
    for each in coefficients[1:]:
        total = _fma(total, x, np.float32(each))
    return total


# The two functions below are Cephes' single-precision ones, evaluated in the order
# of PyTorch's vector kernel (aten/src/ATen/native/cpu/avx_mathfun.h): only so do the
# last bits agree.


def _log(x: Array) -> Array:
    bits = x.view(np.int32)
    exponent = ((bits >> 23) - 126).astype(np.float32)
    x = ((bits & 0x7FFFFF) | 0x3F000000).view(np.float32)
    low = x < np.float32(0.7071067811865476)
    exponent = exponent - low.astype(np.float32)
    x = (x - np.float32(1)) + np.where(low, x, np.float32(0))
    square = x * x
    y = _polynomial(x, *_LOG_COEFFICIENTS) * x
    tail = _fma(y, square, exponent * np.float32(-2.12194440e-4))
    y = _fma(square, np.float32(-0.5), tail)
    return _fma(exponent, np.float32(0.693359375), x + y)


def _sincos(x: Array) -> tuple[Array, Array]:
    """Return sine and cosine of x >= 0, by octants."""
    octant = ((x * np.float32(1.27323954473516)).astype(np.int32) + 1) & ~1
    for part in _QUARTER_PI:
        x = _fma(octant.astype(np.float32), np.float32(-part), x)
    z = x * x
    cosine = _fma(
        _polynomial(z, *_COS_COEFFICIENTS) * z, z, z * np.float32(-0.5)
    ) + np.float32(1)
    sine = _fma(_polynomial(z, *_SIN_COEFFICIENTS) * z, x, x)
    swapped = octant & 2
    sine, cosine = np.where(swapped, cosine, sine), np.where(swapped, sine, cosine)
    return (
        np.where(octant & 4, -sine, sine),
        np.where((octant - 2) & 4, cosine, -cosine),
    )


_LOG_COEFFICIENTS = (
    7.0376836292e-2,
    -1.1514610310e-1,
    1.1676998740e-1,
    -1.2420140846e-1,
    1.4249322787e-1,
    -1.6668057665e-1,
    2.0000714765e-1,
    -2.4999993993e-1,
    3.3333331174e-1,
)
_SIN_COEFFICIENTS = (-1.9515295891e-4, 8.3321608736e-3, -1.6666654611e-1)
_COS_COEFFICIENTS = (2.443315711809948e-5, -1.388731625493765e-3, 4.166664568298827e-2)
_QUARTER_PI = (0.78515625, 2.4187564849853515625e-4, 3.77489497744594108e-8)
