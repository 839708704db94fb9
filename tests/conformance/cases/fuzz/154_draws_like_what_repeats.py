import torch

x = torch.tensor([1.5, 1.0, -0.5])
for like in (x.expand(2, 3), x.expand(2, 2, 3).transpose(0, 2), torch.ones(2, 3).T):
    torch.manual_seed(1)
    print(torch.nn.functional.dropout(like, 0.5), torch.empty_like(like).stride())
    print(torch.rand_like(like), like.clone().stride())
    print(torch.nn.functional.alpha_dropout(like, 0.5, True).stride())
    print(torch.feature_dropout(like, 0.5, True))


class Doubled(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        return x.clone()

    @staticmethod
    def backward(ctx, grad):
        print(grad._is_view(), grad.stride())
        return grad * 2


y = Doubled.apply(torch.ones(2, 3, requires_grad=True).T)
y[0].mul_(2)
y.backward(torch.ones_like(y))
