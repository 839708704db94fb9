x = torch.ones(2, requires_grad=True)
for always in (False, True, True, False):
    torch.set_warn_always(always)
    (x * x).sum().backward(create_graph=True)
    x.grad = None
    print(torch.is_warn_always_enabled())
try:
    torch.set_warn_always(1)
except RuntimeError as e:
    print(e)
with torch.autograd.set_multithreading_enabled(False):
    print(torch.autograd.is_multithreading_enabled())
    x.sum().backward()
print(torch.autograd.is_multithreading_enabled())
