"""Random numbers bit for bit as PyTorch's CPU generator draws them."""

from __future__ import annotations

import math
import os
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .devices import resolve
from .dtypes import dtype, float16, float32, float64, int64
from .normal import box_muller, fma, fma64
from .ranges import check_drawn, narrowed
from .tensor import Tensor, wrap

Array = NDArray[Any]
#: PyTorch's layout of a generator's state, once that of Lua's Torch.
_STATE = np.dtype(
    [
        ("seed", np.uint64),
        ("left", np.int32),
        ("seeded", np.int32),
        ("next", np.uint64),
        ("key", np.uint64, 624),
        ("unused", np.float64),
        ("spare", np.float64),
        ("unused_too", np.float64),
        ("has_spare", np.int64),
        ("float_spare", np.float32),
        ("has_float_spare", np.int32),
    ]
)


class Generator:
    """A Mersenne twister whose draws are those of `torch.Generator`.

    Every method returns a flat NumPy array of `count` elements.

    >>> Generator().manual_seed(0).uniform(2)
    array([0.4962566, 0.7682218], dtype=float32)
    """

    def __init__(self, device: Any = "cpu") -> None:
        self.device = resolve(device)
        self.manual_seed(67280421310721)

    def manual_seed(self, seed: int) -> Generator:
        """Start the sequence that belongs to `seed`; only its low 32 bits matter.

        >>> Generator().manual_seed(2**32 + 1).uniform(1)
        array([0.7576316], dtype=float32)
        """
        if not isinstance(seed, (int, np.integer)):
            raise RuntimeError(  # noqa: TRY004 - PyTorch's
                f"manual_seed expected a long, but got {type(seed).__name__}"
            )
        if not -(2**63) <= seed < 2**64:
            raise ValueError("Overflow when unpacking long long")
        self._seed = seed % 2**64
        self._made: np.random.RandomState | None = None
        self._spare: float | None = None
        return self

    @property
    def _bits(self) -> np.random.RandomState:
        """The twister, made on the first draw: `numpy.random` takes time to import."""
        if self._made is None:
            self._made = np.random.RandomState(self._seed & 0xFFFFFFFF)
        return self._made

    def seed(self) -> int:
        """Start from a seed nobody can foresee, and return it.

        >>> generator = Generator()
        >>> generator.seed() == generator.initial_seed()
        True
        """
        self.manual_seed(int.from_bytes(os.urandom(7), "big") >> 3)
        return self._seed

    def initial_seed(self) -> int:
        """Return the seed the sequence started from.

        >>> Generator().manual_seed(3).initial_seed()
        3
        """
        return self._seed

    def __repr__(self) -> str:
        return object.__repr__(self).replace(__name__, "torch._C")

    def get_state(self) -> Tensor:
        """Return everything that decides the next draws, as bytes.

        >>> generator = Generator()
        >>> state, first = generator.get_state(), generator.uniform(1)
        >>> _ = generator.set_state(state)
        >>> first == generator.uniform(1)
        array([ True])
        """
        key, position = self._bits.get_state(legacy=False)["state"].values()
        fresh = position == 624 and key[0] == self._seed & 0xFFFFFFFF
        state = np.zeros(1, _STATE)
        state["seed"], state["seeded"], state["key"] = self._seed, 1, key
        state["next"] = 0 if fresh else position
        state["left"] = 1 if fresh else 625 - position
        if self._spare is not None:
            state["spare"], state["has_spare"] = self._spare, 1
        return wrap(state.view(np.uint8))

    def clone_state(self) -> Generator:
        """Return another generator that draws the same from here on.

        >>> generator = Generator()
        >>> generator.clone_state().uniform(1) == generator.uniform(1)
        array([ True])
        """
        return Generator(self.device).set_state(self.get_state())

    def set_state(self, new_state: Tensor) -> Generator:
        """Continue from what `get_state` returned.

        >>> generator = Generator()
        >>> _ = generator.set_state(generator.get_state())
        """
        if not isinstance(new_state, Tensor):
            raise TypeError(
                f"expected a torch.ByteTensor, but got {type(new_state).__name__}"
            )
        state = new_state._array
        if state.dtype != np.uint8:
            raise TypeError("RNG state must be a torch.ByteTensor")
        if state.size != _STATE.itemsize:
            raise RuntimeError(
                f"Expected a CPUGeneratorImplState of size {_STATE.itemsize} but found "
                f"the input RNG state size to be {state.size}"
            )
        kept = np.ascontiguousarray(state).view(_STATE)[0]
        position = 624 if kept["left"] == 1 else int(kept["next"])
        key = kept["key"].astype(np.uint32)
        self._bits.set_state(("MT19937", key, position, 0, 0.0))
        self._seed = int(kept["seed"])
        self._spare = float(kept["spare"]) if kept["has_spare"] else None
        return self

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
        _check_bounds(low, high, dtype)
        if dtype is float64:
            return fma64(self._unit(count, 53), high - low, low)
        start, end = np.float32(low), np.float32(high)
        drawn = fma(self._unit(count, 24), end - start, start).astype(dtype.np)
        # Only half precision rounds up to `high`, which is outside.
        drawn[drawn == dtype.np.type(high)] = start
        return drawn

    def normal(
        self,
        count: int,
        mean: float = 0.0,
        std: float = 1.0,
        dtype: dtype = float32,
        *,
        scattered: bool = False,
    ) -> Array:
        """Draw from the normal distribution; one by one for `scattered` memory.

        >>> Generator().manual_seed(0).normal(2)
        array([ 1.5409961, -0.2934289], dtype=float32)
        """
        if count:
            _check_floating(dtype, "normal_kernel_cpu")
        if not std >= 0:
            raise RuntimeError(f"normal expects std >= 0.0, but found std {std:g}")
        if count < 16 or scattered:
            drawn = np.array([self._next_normal() for _ in range(count)])
            return fma64(drawn, std, mean).astype(dtype.np)
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
        values[:full] = box_muller(uniform[:full], mean, std)
        if full != count:
            values[-16:] = box_muller(self.uniform(16, dtype=draw), mean, std)
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

    def chances(self, chances: Array) -> NDArray[np.bool_]:
        """Draw True with each of these chances: `bernoulli(tensor)`.

        >>> Generator().manual_seed(0).chances(np.array([0.1, 0.9]))
        array([False,  True])
        """
        if not ((chances >= 0) & (chances <= 1)).all():
            raise RuntimeError(
                "Expected p_in >= 0 && p_in <= 1 to be true, but got false.  (Could "
                "this error message be improved?  If so, please report an enhancement "
                "request to PyTorch.)"
            )
        bits = 53 if chances.dtype == np.float64 else 24
        drawn = self._unit(chances.size, bits).reshape(chances.shape)
        return np.asarray(drawn < chances, order="C")

    def exponential(
        self, count: int, rate: float = 1.0, kind: dtype = float64
    ) -> Array:
        """Draw from the exponential distribution, on CPUs that aren't Intel's.

        >>> Generator().manual_seed(0).exponential(2)
        array([3.50832619, 1.23038476])
        """
        if not rate > 0:
            raise RuntimeError(
                f"exponential_ expects lambda > 0.0, but found lambda={rate:g}"
            )
        if not kind.is_floating_point:
            raise RuntimeError(
                "Exponential distribution is a continuous probability distribution. "
                f"dtype must be a floating point but you specified {kind.scalar_name}"
            )
        drawn = self._unit(count, 53).tolist()
        return np.array([-math.log1p(-each) / rate for each in drawn]).astype(kind.np)

    def normals(self, count: int, mean: float, std: float) -> NDArray[np.float64]:
        """Draw from the normal distribution one by one, in double precision.

        >>> Generator().manual_seed(0).normals(1, 0.0, 1.0).round(4)
        array([1.541])
        """
        drawn = np.array([self._next_normal() for _ in range(count)])
        return drawn * std + mean

    def units(self, count: int) -> NDArray[np.float64]:
        """Draw uniformly from [0, 1) in double precision.

        >>> Generator().manual_seed(0).units(1).round(4)
        array([0.9701])
        """
        return self._unit(count, 53)

    def any_integers(self, count: int, most: int) -> NDArray[Any]:
        """Draw whole numbers below `most`, from wide words if it is beyond 2 ** 32.

        >>> Generator().manual_seed(0).any_integers(1, 2**31)
        array([209652396], dtype=uint64)
        """
        wide = most > 1 << 32
        words = self._u64(count) if wide else self._u32(count).astype(np.uint64)
        return words % np.uint64(most)

    def integers(
        self, count: int, low: int, high: int, kind: dtype = int64
    ) -> NDArray[Any]:
        """Draw whole numbers from low to high - 1.

        >>> Generator().manual_seed(0).integers(3, 0, 10)
        array([4, 9, 3])
        """
        check_drawn(low, high, kind)
        low, high = narrowed(low, high, kind)
        span = high - low
        words = self._u64(count) if span >= 1 << 28 else self._u32(count)
        drawn = words.astype(np.uint64) % np.uint64(span)
        return (drawn.astype(np.int64) + low).astype(kind.np)

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


def _check_bounds(low: float, high: float, kind: dtype) -> None:
    most = float(np.finfo(kind.np).max)
    for name, each in (("from", low), ("to", high)):
        if not -most <= each <= most:
            raise RuntimeError(f"{name} is out of bounds for {kind.c_name}")
    if low > high:
        raise RuntimeError(
            "uniform_ expects to return a [from, to) range, but found "
            f"from={low:g} > to={high:g}"
        )
    if high - low > most:
        raise RuntimeError(
            f"uniform_ expects to-from <= std::numeric_limits<{kind.scalar_name}>::"
            f"max(), but found to={high:g} and from={low:g} which result in to-from to "
            "exceed the limit"
        )


def _check_floating(kind: dtype, kernel: str) -> None:
    if not kind.is_floating_point:
        raise NotImplementedError(
            f"\"{kernel}\" not implemented for '{kind.scalar_name}'"
        )
