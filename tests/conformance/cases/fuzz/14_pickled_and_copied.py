import copy, pickle
x = torch.ones(2, requires_grad=True)
(x * 2).sum().backward()
z = copy.copy(x)
p = pickle.loads(pickle.dumps(x))
for name in ("is_leaf", "grad_fn"):
    try:
        setattr(x, name, None)
    except AttributeError as e:
        print(e)
