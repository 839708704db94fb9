def show(node, depth=0):
    if node is not None and depth < 4:
        print("  " * depth + node.name())
        for after, _ in node.next_functions:
            show(after, depth + 1)
x = torch.tensor([[0.5, -1.0, 2.0], [1.5, 0.25, -0.5]], requires_grad=True)
w, b = torch.tensor([1.0, 2.0, 0.5], requires_grad=True), torch.ones(3, requires_grad=True)
results = (
    torch.nn.functional.layer_norm(x, (3,), w, b),
    torch.nn.functional.embedding(torch.tensor([0, 1, 1]), x, padding_idx=0),
    w.masked_scatter(w > 0.75, x),
    x.as_strided((2, 2), (3, 1), 1),
    x.as_strided((2, 2), (0, 1), 1),
)
for y in results:
    for g in torch.autograd.grad(y.sin().sum(), (x, w, b), create_graph=True, allow_unused=True):
        if g is not None:
            show(g.grad_fn)
            print(g)
y = x * 1
y.view(-1)[:2].mul_(2)
(g,) = torch.autograd.grad(y.t().sin().sum(), x, create_graph=True)
show(g.grad_fn)
row = y[0]
y.mul_(3)
(g,) = torch.autograd.grad(row.sin().sum(), x, create_graph=True)
show(g.grad_fn)
