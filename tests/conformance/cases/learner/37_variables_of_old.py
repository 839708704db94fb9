from torch.autograd import Variable
x = Variable(torch.ones(2, 2), requires_grad=True)
v = Variable(torch.ones(2, 2), volatile=True)
y = (x * v).sum()
y.backward()
print(x.grad, v.requires_grad, v.volatile, Variable, isinstance(v, Variable))
v.volatile = True
print(type(x.shape), type(x.dtype), type(x.device))
for f in [lambda: Variable(x.data, requires_grad=True, volatile=True), lambda: Variable(x.data.long(), requires_grad=True), lambda: Variable([1.]),
          lambda: Variable(x.data, grad=1)]:
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)
try:
    del x.data
except RuntimeError as e:
    print(e)
try:
    del x.is_leaf
except AttributeError as e:
    print(e)
