with torch.inference_mode():
    x, w = torch.ones(2, 3, requires_grad=True), torch.ones(2, 3)
    inside = torch.tensor([0, 0])
for look in (lambda: x[[0, 0]], lambda: x[torch.tensor([0])], lambda: x[inside], lambda: x[x > 0], lambda: x[0], lambda: x[True]):
    try:
        y = look()
        print(y.requires_grad, y.is_inference(), y.grad_fn)
    except RuntimeError as e:
        print(e)
