x = torch.ones(2, 3, requires_grad=True)
s, kind, place = x.shape, x.dtype, x.device
for f in (lambda: s(), lambda: kind(), lambda: place(), lambda: s.foo, lambda: kind.foo, lambda: place.foo, lambda: f"{s:>20}", lambda: f"{kind:>15}", lambda: kind + 1, lambda: s - s, lambda: kind < kind, lambda: len(kind), lambda: iter(place), lambda: torch.strided(), lambda: torch.finfo(kind).foo, lambda: x.grad(), lambda: x.is_leaf(), lambda: x()):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)
print(type(s).__name__, type(kind).__name__, type(place).__name__, type(s), type(kind), type(place), type(torch.strided))
loss = torch.nn.MSELoss()
y = torch.zeros(2, 3)
print(loss(input=x, target=y), torch.nn.CrossEntropyLoss()(input=x, target=torch.tensor([0, 1])), torch.nn.TripletMarginLoss()(x, negative=y, positive=y))
for f in (lambda: loss(x), lambda: loss(), lambda: loss(x, y, y), lambda: loss(x, targets=y), lambda: loss(x, input=y), lambda: torch.nn.TripletMarginLoss()(x), lambda: torch.nn.CosineEmbeddingLoss()(), lambda: torch.nn.ReLU()(), lambda: torch.nn.Tanh()(x, x), lambda: torch.nn.GELU()(x=x), lambda: torch.nn.Threshold(), lambda: torch.nn.Threshold(1), lambda: torch.nn.ReLU(1, 2)):
    try:
        print(f())
    except TypeError as e:
        print(e)
print(torch.nn.Softshrink(), torch.nn.Hardshrink(0.2), torch.nn.Threshold(1, 2, True), torch.nn.ParameterDict({"w": torch.ones(1), "b": torch.ones(2)}))
