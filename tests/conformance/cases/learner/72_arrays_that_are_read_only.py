import numpy as np
a = np.arange(3.0)
a.setflags(write=False)
t = torch.from_numpy(a)
u = torch.as_tensor(a)
c = torch.tensor(a)
c[0] = 5
print(t, u, c, a)
print(torch.typename(1), torch.typename("a"), torch.typename(torch.nn.ReLU()), torch.typename(torch.nn.Linear), torch.typename(len), torch.typename(torch.float32), torch.typename(t), torch.typename(t.shape))
x = torch.tensor([1.0, 2.0], dtype=torch.float64, requires_grad=True)
print(torch.autograd.gradcheck(lambda t: (t * 2).long(), x), torch.autograd.gradcheck(lambda t: (t * 2, t.argmax()), x))
try:
    torch.autograd.gradcheck(lambda t: t.detach() * 2, x)
except Exception as e:
    print(type(e).__name__, e)
