import torch

with torch.inference_mode():
    x = torch.tensor([[0.5, 0.25, 0.75], [0.125, 0.5, 1.0]])
    row, one, mask, places = x[0].clone(), torch.tensor(2.0), x > 0.3, torch.tensor([0, 1])
    index = torch.tensor([[0, 1, 0]])
told = lambda y: "inference" if y.is_inference() else (y._version, y._is_view(), y._is_view() and (list(y._base.shape), y._base._version))
print([told(y) for y in (x.repeat(2, 1), row.repeat(2, 2), one.repeat(2), row.repeat(0), x.tile(2))])
print([told(y) for y in (torch.stack([x, x]), torch.stack([x, x], 1), torch.stack([x, x], -1), torch.stack([one, one]), torch.stack([x, torch.ones(2, 3)]), torch.vstack([row, row]))])
print([told(y) for y in (x.std(), x.std((0, 1), keepdim=True), x.std(0), row.var(0), x.double().std(), x.var(1))])
print([told(y) for y in (x.flip(0), one.flip(0), row[:1].clone().flip(0), x.roll(1), x.roll(1, 0), x.rot90(), x.rot90(2), x.rot90(3), x.rot90(0))])
print([told(y) for y in (x.masked_fill(mask, 1.0), x.scatter_add(0, index, x), x.index_fill(0, places, 1.0), x.index_copy(0, places, x), row.diag_embed(), torch.diag(row), x.kthvalue(1)[0], x.unique())])
F = torch.nn.functional
print([told(y) for r in ("mean", "sum", "none") for y in (F.mse_loss(x, x, reduction=r), F.smooth_l1_loss(x, x, reduction=r), F.binary_cross_entropy(x, x, reduction=r), F.l1_loss(x, x, reduction=r))])
print([told(y) for y in (F.hardtanh(x), F.relu6(x), F.pad(x, (1, 1)), x.new_zeros(2), x.new_ones(2), x.new_empty(2), x.new_full((2,), 1.0), x.new_tensor([1.0]))])
