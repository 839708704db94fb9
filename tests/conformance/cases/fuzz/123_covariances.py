x = torch.tensor([[1.0, 2.0, 4.0], [3.0, 1.0, 0.0]], requires_grad=True)
c = torch.cov(x)
print(c, c._is_view(), c.grad_fn.next_functions[0][0].name())
c.sum().backward()
print(x.grad, torch.corrcoef(x), torch.cov(x, correction=0))
print(torch.cov(x[0]), torch.corrcoef(x[0]))
for f in (lambda: torch.cov(x[:, :1]), lambda: torch.cov(x, fweights=torch.tensor([1, 2])), lambda: torch.cov(x, fweights=torch.ones(3)), lambda: torch.cov(torch.ones(1, 1, 1)), lambda: torch.cov(x > 1)):
    try:
        print(f())
    except RuntimeError as e:
        print(e)
