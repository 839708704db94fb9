"""The table's row for sequences that are longer than what they say.

A label may be said over several steps, and a blank stands between two alike: that is
laid out as blank, label, blank, label, blank, and each step stays or goes on.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ..op import Op, do
from ..storage import Array

Lengths = Sequence[int]


def _said(targets: Array, lengths: Lengths) -> list[Array]:
    """Return the labels of each member: rows, or one row after the other."""
    if targets.ndim > 1:
        rows = zip(targets, lengths, strict=True)
        return [row[:n].astype(int) for row, n in rows]
    ends = np.cumsum(lengths)
    return [
        targets[end - n : end].astype(int) for end, n in zip(ends, lengths, strict=True)
    ]


def _laid_out(labels: Array, blank: int) -> tuple[Array, Array]:
    """Return labels with blanks around them, and where one may be skipped."""
    found = np.full(2 * len(labels) + 1, blank)
    found[1::2] = labels
    skips = np.zeros(len(found), bool)
    skips[3::2] = labels[1:] != labels[:-1]
    return found, skips


def _walked(logs: Array, skips: Array) -> Array:
    """Return the logarithm of all ways that lead to each label at each step."""
    ways = np.full(logs.shape, -np.inf, logs.dtype)
    ways[:1, :2] = logs[:1, :2]
    for step in range(1, len(logs)):
        before = ways[step - 1]
        found = before.copy()
        found[1:] = np.logaddexp(found[1:], before[:-1])
        jumped = np.logaddexp(found[2:], before[:-2])
        found[2:] = np.where(skips[2:], jumped, found[2:])
        ways[step] = found + logs[step]
    return ways


def _lost(
    log_probs: Array,
    targets: Array,
    input_lengths: Lengths,
    target_lengths: Lengths,
    blank: int,
) -> tuple[Array, Array]:
    steps, batch, _ = log_probs.shape
    longest = targets.shape[1] if targets.ndim > 1 else max(target_lengths, default=0)
    kind = log_probs.dtype
    alphas = np.full((batch, steps, 2 * longest + 1), -np.inf, kind)
    lost = np.empty(batch, kind)
    for n, labels in enumerate(_said(targets, target_lengths)):
        path, skips = _laid_out(labels, blank)
        ways = _walked(log_probs[: input_lengths[n], n][:, path], skips)
        alphas[n, : len(ways), : len(path)] = ways
        nowhere = np.full(1, -np.inf if len(labels) else 0.0)
        lost[n] = -np.logaddexp.reduce(ways[-1][-2:] if len(ways) else nowhere)
    return lost, alphas


def _slope(
    grad: Array,
    log_probs: Array,
    targets: Array,
    result0: Array,
    result1: Array,
    input_lengths: Lengths,
    target_lengths: Lengths,
    blank: int,
    zero_infinity: bool,
) -> Array:
    found = np.zeros_like(log_probs)
    for n, labels in enumerate(_said(targets, target_lengths)):
        if zero_infinity and np.isinf(result0[n]):
            continue
        path, _ = _laid_out(labels, blank)
        logs = log_probs[: input_lengths[n], n]
        back, skips = _laid_out(labels[::-1], blank)
        betas = _walked(logs[::-1][:, back], skips)[::-1, ::-1]
        through = result1[n, : len(logs), : len(path)] + betas
        summed = np.full_like(logs, -np.inf)
        for place, label in enumerate(path):
            summed[:, label] = np.logaddexp(summed[:, label], through[:, place])
        share = np.exp(summed + result0[n] - logs)
        found[: len(logs), n] = (np.exp(logs) - share) * grad[n]
    return found


def _unknown(grad: Any) -> Any:
    raise RuntimeError("derivative for aten::_ctc_loss_backward is not implemented")


def _back(
    grad: Any,
    log_probs: Any,
    targets: Any,
    input_lengths: Lengths,
    target_lengths: Lengths,
    blank: int,
    zero_infinity: bool,
    result0: Any,
    result1: Any,
) -> Any:
    kept = log_probs, targets, result0, result1
    how = input_lengths, target_lengths, blank, zero_infinity
    return do.ctc_loss_backward(grad, *kept, *how)


Op(
    "ctc_loss",
    lambda log_probs, targets, /, input_lengths, target_lengths, blank, zero_infinity: (
        _lost(log_probs, targets, input_lengths, target_lengths, blank)
    ),
    outputs=("result0", "result1"),
    node="CtcLossBackward0",
    log_probs=_back,
)
Op(
    "ctc_loss_backward",
    lambda grad, log_probs, targets, lost, alphas, /, lengths, said, blank, zero: (
        _slope(grad, log_probs, targets, lost, alphas, lengths, said, blank, zero)
    ),
    node="torch::autograd::NotImplemented",
    grad=_unknown,
    log_probs=_unknown,
)
