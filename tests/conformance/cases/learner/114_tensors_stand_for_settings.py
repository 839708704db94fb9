import torch.nn.functional as F

x = torch.tensor([-1.0, 0.5, 2.0], requires_grad=True)
y = torch.tensor([0.0, 1.0, 0.0])
half, one, two = torch.tensor(0.5), torch.tensor(1), torch.tensor(2)
torch.manual_seed(0)
print(F.dropout(x, half), F.layer_norm(x, (3,), eps=half), F.pad(x, (one, 1)))
print(F.smooth_l1_loss(x, y, beta=half), F.huber_loss(x, y, delta=half), F.rrelu(x, half, half, True))
print(F.normalize(x, dim=torch.tensor(0)), F.avg_pool1d(x.view(1, 1, 3), two), F.interpolate(x.view(1, 1, 3), size=torch.tensor(6)))
print(F.conv1d(x.view(1, 1, 3), torch.ones(1, 1, 2), padding=one), F.margin_ranking_loss(x, y, y, margin=half))
print(F.cross_entropy(x[None], torch.tensor([0]), label_smoothing=half), F.nll_loss(x[None], torch.tensor([0]), ignore_index=torch.tensor(-1)))
for call in (
    lambda: F.interpolate(x.view(1, 1, 3), scale_factor=torch.tensor(2.0)),
    lambda: F.dropout(x, 0.5, training=one),
    lambda: F.layer_norm(x, x),
    lambda: F.cross_entropy(x[None], torch.tensor([0]), x.detach(), weight=y),
):
    try:
        print(call())
    except TypeError as e:
        print(e)
for offset in (-4, 0, 1, 2):
    d = torch.zeros(0, 3).diagonal(offset)
    print(d.shape, d.stride(), d.storage_offset())
