def attempt(name, run):
    try:
        print(name, run())
    except RuntimeError as e:
        print(name, e)


with torch.inference_mode():
    x = torch.ones(3)
    y = torch.ones(3, requires_grad=True)
for t in (x, y):
    t.data = torch.ones(3)
    print(t.is_inference(), t.requires_grad)
    attempt("print", lambda: t)
    attempt("version", lambda: t._version)
    attempt("view", lambda: t.view(-1))
    attempt("item", lambda: t[0])
    attempt("mask", lambda: t[t > 0])
    attempt("product", lambda: (t * 2).tolist())
    attempt("save", lambda: t * torch.ones(3, requires_grad=True))
    attempt("write", lambda: t.add_(1))
    attempt("detach", lambda: t.detach().tolist())
    attempt("data", lambda: t.data._version)
    attempt("parameter", lambda: torch.nn.Parameter(t).tolist())
    attempt("detach_", lambda: t.detach_().tolist())
product = torch.ones(3, requires_grad=True) * 1
with torch.inference_mode():
    product.data = torch.ones(3)
    inner = torch.ones(3)
    product.data = inner
attempt("ask", lambda: product.requires_grad_())
