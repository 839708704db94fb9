import copy, pickle
x = torch.tensor([1.0, 2.0], requires_grad=True)
x.note, x.tags = "mine", [1]
x.grad = torch.ones(2)
for y in (copy.deepcopy(x), copy.copy(x), pickle.loads(pickle.dumps(x))):
    print(y, y.note, y.tags, y.tags is x.tags, y.grad, y.is_leaf)
p = torch.nn.Parameter(torch.ones(2))
p.note = 1
print([(type(q).__name__, hasattr(q, "note")) for q in (copy.deepcopy(p), copy.copy(p), pickle.loads(pickle.dumps(p)))])
print(hasattr(x * 2, "note"), hasattr(x.detach(), "note"), hasattr(x.view(2), "note"))
for f in (lambda: x.__delitem__(0), lambda: "a" in x, lambda: None in x, lambda: [1] in x, lambda: True in x, lambda: 2.0 in x):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)
try:
    del x[0]
except TypeError as e:
    print(e)
