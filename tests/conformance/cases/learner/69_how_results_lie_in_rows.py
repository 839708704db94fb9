x = torch.arange(24.0).view(2, 3, 4)
t = x.permute(2, 1, 0)
y = torch.ones(4, 3, 2)
for r in (t + y, y + t, t * y[:, :1], y[0] - t, torch.where(t > 5, y, t), torch.where(y > 5, t, y), torch.maximum(y, t), torch.lerp(y, t, 0.5), y == t, y // (t + 1), torch.hypot(t, y), torch.addcmul(y, t, t), t.exp(), t.round(decimals=1)):
    print(r.stride(), r.is_contiguous(), end="; ")
print()
m = torch.arange(6.0).view(2, 3)
print((m.t() + torch.ones(3, 2)).stride(), (torch.ones(3, 2) + m.t()).stride(), (m.t() + m.t()).stride(), (m.t() * torch.ones(3, 1)).stride())
for r in (t.sum(0), t.sum(0, keepdim=True), t.mean(1), t.mean((0, 2), keepdim=True), t.amax(0), t.prod(1, keepdim=True), t.std(1), t.var(0, keepdim=True), t.logsumexp(0), t.norm(dim=1), (t > 3).any(0), (t > 3).all(1, keepdim=True), t.nansum(1), t.count_nonzero(0), t.repeat(1, 1, 1), t.tril(), torch.cdist(t, t), torch.nn.functional.pad(t, (1, 0)), t.quantile(0.5, 0), torch.var_mean(t, 1)[0]):
    print(tuple(r.shape), r.stride(), r.is_contiguous(), end="; ")
print()
try:
    print((t + y).view(-1).shape)
except RuntimeError as e:
    print(e)
print(t.sum(0).view(-1), (y + t).view(-1)[:3])
