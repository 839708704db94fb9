x = torch.ones(2, 2)
f = torch.nn.functional
for run in (lambda: torch.cumsum(None, 0), lambda: torch.cumsum(x), lambda: torch.softmax(x, "a"), lambda: f.relu(None), lambda: f.gelu(2.), lambda: torch.zeros("a"), lambda: torch.zeros(2, 1.5), lambda: torch.eye(-1), lambda: torch.ones(2, requires_grad=1), lambda: torch.tensor({1: 2}), lambda: torch.maximum(None, x), lambda: torch.autograd.grad(x.sum(), [None]), lambda: f.linear(x, None), lambda: torch.topk(x, "a"), lambda: setattr(x, "data", [1])):
    try:
        print(run())
    except Exception as e:
        print(type(e).__name__, e)
