import torch

x = torch.tensor([[0.5, 0.25, 0.75], [0.125, 0.5, 1.0]], requires_grad=True)
n = torch.tensor([[0.5, 1.25, 0.75], [0.125, 0.5, 2.0]])
for made in (x.mean(), x.mean(0), x.mean(()), x.expand(2, 2, 3), x[:1].expand(2, 3), x.double(), x.half(), torch.cat([x, n]), torch.cat([x, x, n], 1), x.div(n, rounding_mode="floor"), n.div(x, rounding_mode="trunc"), x // 2, n // x, x.sort()[0], x.max(0)[0], x.cummax(0)[0], x.topk(1)[0], x.median(1)[0], torch.fmin(x, n), torch.fmax(n, x)):
    node = made.grad_fn
    print(node.name(), [k for k in dir(node) if k.startswith("_saved")], [a and a.name() for a, b in node.next_functions])
    try:
        print(node(torch.ones_like(made)))
    except Exception as e:
        print(type(e).__name__, e)
