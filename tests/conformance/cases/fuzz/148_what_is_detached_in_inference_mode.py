def version(t):
    try:
        return t._version
    except RuntimeError as e:
        return str(e)


with torch.inference_mode():
    uncounted = torch.ones(3)
    normal = torch.ones(3)
counted = torch.ones(3)
normal.data = torch.ones(3)
counted.data = uncounted
for t in (uncounted, normal, counted):
    for inside in (False, True):
        with torch.inference_mode(inside):
            made = (t.detach(), t.data, torch.nn.Parameter(t, requires_grad=False))
        print([(each.is_inference(), version(each)) for each in (t, *made)])
        for each in made:
            try:
                each.add_(1)
            except RuntimeError as e:
                print(e)
        print([version(each) for each in (t, *made)])
