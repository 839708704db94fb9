x = torch.ones(2, 3, requires_grad=True).t()
y = x.contiguous(memory_format=torch.contiguous_format)
print(y.stride(), y.grad_fn, y.contiguous(memory_format=torch.contiguous_format) is y)
try:
    x.contiguous(memory_format=torch.preserve_format)
except RuntimeError as e:
    print(e)
for make in (torch.zeros_like, torch.ones_like):
    for form in (torch.contiguous_format, torch.preserve_format):
        print(make(x, memory_format=form).stride(), make(x).stride())
