x = torch.tensor([[4.0, 1.0, 3.0], [2.0, 5.0, 6.0]], requires_grad=True)
q = torch.tensor([0.3, 0.5])
a = x.quantile(0.5)
b = torch.quantile(x, 0.3, dim=1)
print(a, a._version, b, b.grad_fn.next_functions)
(a + b.sum()).backward()
print(x.grad)
print(x.quantile(1.0, 0, True, interpolation="nearest"), torch.nanquantile(torch.tensor([1.0, float("nan"), 3.0]), 0.5))
for f in (lambda: x.quantile(1.5), lambda: x.quantile(0.5, interpolation="mean"), lambda: x.long().quantile(0.5), lambda: x.quantile(q.double())):
    try:
        f()
    except RuntimeError as e:
        print(e)
