import copy
import torch

F = torch.nn.functional
told = lambda *ys: print([y.is_inference() or (y._version, y._is_view()) for y in ys])
for shape in ((), (1,), (2, 1), (2, 3), (0, 3)):
    with torch.inference_mode():
        x = torch.full(shape, 2.0)
        i, b = x.long(), x > 0
    told(x.norm(), x[None].norm(1, -1), x.double().std(), x.var(-1), x.var(-1, keepdim=True))
    told(x.cumsum(0), x.cumprod(-1), x.logcumsumexp(0), x.median(), x.round(), i.round(), i.isfinite())
    told(x**0, x**1, x**2, torch.cat((x.flatten(), i.flatten())), torch.cat((x.flatten(), x.flatten())))
    told(x.roll(1, 0), x.roll(1), x.repeat(2, 2), x.unique(), x.nonzero(), x.argwhere(), F.mse_loss(x, x))
    told(torch.tensor(x), x.new_tensor(x), x.new_tensor([1.0]), copy.copy(x), torch.stack((x, i)))
    if x.numel():
        told(*x.max(-1), *x.min(-1, keepdim=True), *x.mode(-1), *x.mode(-1, keepdim=True), *x.topk(1))
        told(x.amin(), i.amin(), i.amax(-1), x.argmax(-1), x.argmin())
with torch.inference_mode():
    x, m, e = torch.ones(2, 3), torch.ones(3, 0), torch.ones(0, 3)
told(x.rot90(), x.rot90(2), x[:, :1].rot90(), x[:1].rot90(3), m @ e, torch.bmm(m[None], e[None]), e @ m, x @ x.T)
told(torch.addmm(e, e, x[:1].T @ x[:1]), b.count_nonzero(0), i.count_nonzero(0))
with torch.inference_mode():
    p = torch.ones(1, 3, requires_grad=True)
print(torch.cat((p, p)).requires_grad, torch.stack((p, p)).requires_grad, torch.cat((p, torch.ones(1, 3))).requires_grad)
try:
    torch.nn.LayerNorm(2)(p)
except RuntimeError as e:
    print(e)
