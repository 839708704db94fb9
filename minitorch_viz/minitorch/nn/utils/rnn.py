"""`torch.nn.utils.rnn`: sequences of different lengths, padded or packed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import numpy as np

from ... import creation
from ...counting import arange
from ...devices import beside
from ...dtypes import dtype as Dtype
from ...dtypes import int64
from ...events import Created
from ...functions.joining import unbind
from ...functions.ordering import sort
from ...functions.scattering import scatter_
from ...functions.shaping import narrow, select, transpose, view
from ...functions.writes import index_select
from ...inplace import call_inplace
from ...missing import refusing
from ...op import OPS, call
from ...tensor import Tensor, wrap
from ...thread import thread
from .. import ops_packed

assert ops_packed


class _Packed(NamedTuple):
    data: Tensor
    batch_sizes: Tensor
    sorted_indices: Tensor | None
    unsorted_indices: Tensor | None


class PackedSequence(_Packed):
    """Sequences by steps: first all first elements, then all second ones, and so on.

    >>> from minitorch_viz import minitorch as torch
    >>> pack_sequence([torch.ones(2), torch.zeros(1)]).batch_sizes
    tensor([2, 1])
    """

    __slots__ = ()

    def __new__(
        cls,
        data: Any,
        batch_sizes: Tensor | None = None,
        sorted_indices: Tensor | None = None,
        unsorted_indices: Tensor | None = None,
    ) -> PackedSequence:
        if unsorted_indices is None:
            unsorted_indices = invert_permutation(sorted_indices)
        if batch_sizes is None:
            if not (isinstance(data, (list, tuple)) and len(data) == 2):
                raise AssertionError("Expected data to be a list or tuple of length 2")
            data, batch_sizes = data
        assert batch_sizes is not None
        return super().__new__(cls, data, batch_sizes, sorted_indices, unsorted_indices)

    def to(self, *args: Any, **kwargs: Any) -> PackedSequence:
        """Return the sequences with elements of another type, or elsewhere."""
        data = self.data.to(*args, **kwargs)
        return self if data is self.data else PackedSequence(data, *self[1:])

    def double(self) -> PackedSequence:
        """Return the sequences in double precision."""
        return self.to(_kind("float64"))

    def float(self) -> PackedSequence:
        """Return the sequences in single precision."""
        return self.to(_kind("float32"))


def _kind(name: str) -> Dtype:
    from ... import dtypes

    found: Dtype = getattr(dtypes, name)
    return found


def invert_permutation(permutation: Tensor | None) -> Tensor | None:
    """Return the order that undoes an order.

    >>> from minitorch_viz import minitorch as torch
    >>> invert_permutation(torch.tensor([2, 0, 1]))
    tensor([1, 2, 0])
    """
    if permutation is None:
        return None
    found = creation.empty_like(permutation)
    places = arange(permutation._array.size)
    return scatter_(found, 0, permutation, places)


def _filled(shape: Sequence[int], value: float, like: Tensor) -> Tensor:
    made = wrap(beside(np.full(shape, value, like._array.dtype), like._array))
    made._counter = [1]  # filled in place
    if thread.now.observer is not None:
        thread.now.observer(Created("full", (made,)))
    return made


def pad_sequence(
    sequences: Any,
    batch_first: bool = False,
    padding_value: float = 0.0,
    padding_side: str = "right",
) -> Tensor:
    """Return sequences side by side, the shorter ones filled up with one number.

    >>> from minitorch_viz import minitorch as torch
    >>> pad_sequence([torch.ones(2), torch.ones(1)], batch_first=True)
    tensor([[1., 1.],
            [1., 0.]])
    """
    if not isinstance(sequences, Iterable):
        raise RuntimeError(  # noqa: TRY004
            "pad_sequence: Expected iterable for input sequences, but got arg of type: "
            f"{type(sequences)}"
        )
    listed = tuple(sequences)
    if not listed:
        raise RuntimeError("received an empty list of sequences")
    if padding_side not in ("left", "right"):
        raise RuntimeError(
            f"Expected padding_side to be one of left or right, but got {padding_side}."
        )
    longest = max(each._array.shape[0] for each in listed)
    sizes = (len(listed), longest) if batch_first else (longest, len(listed))
    shape = *sizes, *listed[0]._array.shape[1:]
    found = _filled(shape, padding_value, listed[0])
    for place, each in enumerate(listed):
        length = each._array.shape[0]
        start = longest - length if padding_side == "left" else 0
        if batch_first:
            part = narrow(select(found, 0, place), 0, start, length)
        else:
            part = select(narrow(found, 0, start, length), 1, place)
        call_inplace(OPS["copy"], part, (each,))
    return found


def pack_padded_sequence(
    input: Tensor,
    lengths: Any,
    batch_first: bool = False,
    enforce_sorted: bool = True,
) -> PackedSequence:
    """Return padded sequences without what they were filled up with.

    >>> from minitorch_viz import minitorch as torch
    >>> pack_padded_sequence(torch.tensor([[1.0, 2.0], [3.0, 0.0]]), [2, 1]).data
    tensor([1., 2., 3.])
    """
    wanted = creation.as_tensor(lengths, dtype=int64)
    order = None
    if not enforce_sorted:
        wanted, order = sort(wanted, descending=True)
        input = index_select(input, 0 if batch_first else 1, order)
    _check_lengths(input, wanted._array, batch_first)
    data, sizes = call(OPS["pack_padded_sequence"], (input, wanted), (batch_first,))
    return PackedSequence(data, sizes, order, None)


def _check_lengths(input: Tensor, lengths: Any, batch_first: bool) -> None:
    if not input._array.size:
        raise RuntimeError("Cannot pack empty tensors.")
    batch = input._array.shape[0 if batch_first else 1]
    if lengths.size != batch:
        raise RuntimeError(
            f"Expected `len(lengths)` to be equal to batch_size, but got {lengths.size}"
            f" (batch_size={batch})"
        )
    if lengths[-1] <= 0:
        raise RuntimeError(
            "Length of all samples has to be greater than 0, but found an element in "
            "'lengths' that is <= 0"
        )
    if (np.diff(lengths) > 0).any():
        raise RuntimeError(
            "`lengths` array must be sorted in decreasing order when `enforce_sorted` "
            "is True. You can pass `enforce_sorted=False` to pack_padded_sequence "
            "and/or pack_sequence to sidestep this requirement if you do not need ONNX "
            "exportability."
        )


def pad_packed_sequence(
    sequence: PackedSequence,
    batch_first: bool = False,
    padding_value: float = 0.0,
    total_length: int | None = None,
) -> tuple[Tensor, Tensor]:
    """Return packed sequences side by side, filled up, and how long each is.

    >>> from minitorch_viz import minitorch as torch
    >>> pad_packed_sequence(pack_sequence([torch.ones(2), torch.ones(1)]))[1]
    tensor([2, 1])
    """
    sizes = sequence.batch_sizes._array
    longest = sizes.size
    if total_length is not None:
        if total_length < longest:
            raise ValueError(
                "Expected total_length to be at least the length of the longest "
                f"sequence in input, but got total_length={total_length} and max "
                f"sequence length being {longest}"
            )
        longest = total_length
    data = sequence.data
    rest = data._array.shape[1:]
    found = _filled((longest, int(sizes[0]), *rest), padding_value, data)
    step = start = 0
    # What is as wide is copied at once.
    ends = [*(np.flatnonzero(np.diff(sizes)) + 1).tolist(), sizes.size]
    for end in ends:
        width = int(sizes[step])
        count = (end - step) * width
        part = narrow(narrow(found, 0, step, end - step), 1, 0, width)
        taken = view(narrow(data, 0, start, count), (end - step, width, *rest))
        call_inplace(OPS["copy"], part, (taken,))
        step, start = end, start + count
    if batch_first:
        found = transpose(found, 0, 1)
    lengths = wrap((sizes[:, None] > np.arange(sizes[0])).sum(0))
    order = sequence.unsorted_indices
    if order is None:
        return found, lengths
    back = index_select(found, 0 if batch_first else 1, order)
    return back, lengths[order]


def unpad_sequence(
    padded_sequences: Tensor, lengths: Tensor, batch_first: bool = False
) -> list[Tensor]:
    """Return each sequence without what it was filled up with.

    >>> from minitorch_viz import minitorch as torch
    >>> unpad_sequence(torch.ones(1, 3), torch.tensor([2]), batch_first=True)
    [tensor([1., 1.])]
    """
    padded: Any = padded_sequences
    if not batch_first:
        padded.transpose_(0, 1)
    places: Any = wrap(np.arange(padded._array.shape[1]))
    pairs: Any = zip(unbind(padded, 0), lengths._array.tolist(), strict=True)
    return [each[places < length] for each, length in pairs]


def pack_sequence(
    sequences: Sequence[Tensor], enforce_sorted: bool = True
) -> PackedSequence:
    """Return sequences of different lengths packed.

    >>> from minitorch_viz import minitorch as torch
    >>> pack_sequence([torch.ones(2), torch.zeros(1)]).data
    tensor([1., 0., 1.])
    """
    lengths = creation.as_tensor([each._array.shape[0] for each in sequences])
    padded = pad_sequence(sequences)
    return pack_padded_sequence(padded, lengths, enforce_sorted=enforce_sorted)


def unpack_sequence(packed_sequences: PackedSequence) -> list[Tensor]:
    """Return the sequences that were packed.

    >>> from minitorch_viz import minitorch as torch
    >>> unpack_sequence(pack_sequence([torch.ones(2), torch.zeros(1)]))
    [tensor([1., 1.]), tensor([0.])]
    """
    padded, lengths = pad_packed_sequence(packed_sequences, batch_first=True)
    return unpad_sequence(padded, lengths, batch_first=True)


__getattr__ = refusing("torch.nn.utils.rnn", globals())
