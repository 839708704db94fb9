"""Data sets and loaders, and objects in files; numbers are PyTorch 2.13.0's."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from minitorch_viz import minitorch as torch

data = torch.utils.data


class Pairs(data.Dataset):
    def __len__(self) -> int:
        return 5

    def __getitem__(self, index: int) -> dict[str, Any]:
        return {"x": torch.tensor(float(index)), "y": index, "name": str(index)}


def test_batches_are_collated_by_key() -> None:
    first = next(iter(data.DataLoader(Pairs(), batch_size=2)))

    assert first["x"].tolist() == [0.0, 1.0]
    assert first["y"].dtype is torch.int64
    assert first["name"] == ["0", "1"]


def test_shuffled_batches_are_pytorchs() -> None:
    torch.manual_seed(0)
    loader = data.DataLoader(torch.arange(5), batch_size=2, shuffle=True)

    assert [batch.tolist() for batch in loader] == RECORDED
    assert len(loader) == 3
    assert len(data.DataLoader(torch.arange(5), 2, drop_last=True)) == 2


RECORDED = [[1, 4], [2, 3], [0]]


def test_settings_that_exclude_each_other_are_refused() -> None:
    with pytest.raises(ValueError, match="sampler option is mutually exclusive"):
        data.DataLoader(Pairs(), shuffle=True, sampler=[0])
    with pytest.raises(ValueError, match="batch_size should be a positive integer"):
        data.DataLoader(Pairs(), batch_size=0)
    with pytest.raises(AssertionError, match="Size mismatch between tensors"):
        data.TensorDataset(torch.ones(2), torch.ones(3))


def test_a_state_survives_a_file(tmp_path: Path) -> None:
    torch.manual_seed(0)
    module = torch.nn.Linear(2, 1)
    torch.save(module.state_dict(), tmp_path / "state.pt")
    again = torch.nn.Linear(2, 1)
    again.load_state_dict(torch.load(tmp_path / "state.pt", weights_only=True))

    assert torch.equal(again.weight, module.weight)
