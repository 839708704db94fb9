def answer(found):
    x = torch.ones(2, requires_grad=True)
    x.register_hook(lambda g: found)
    yield x.sum()
    y = torch.ones(2, requires_grad=True) * 1
    y.grad_fn.register_hook(lambda gi, go: found)
    yield y.sum()
    y = torch.ones(2, requires_grad=True) * 1
    y.grad_fn.register_prehook(lambda go: found)
    yield y.sum()
for found in (torch.ones(2).double(), torch.ones(3), "a"):
    for loss in answer(found):
        try:
            loss.backward()
        except Exception as e:
            print(type(e).__name__, e)
w = torch.ones(1, requires_grad=True)
w.register_post_accumulate_grad_hook(lambda p: p)
try:
    w.backward()
except RuntimeError as e:
    print(e)
