nn = torch.nn
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.a = nn.Linear(1, 1)
        self.b = nn.Sequential(nn.ReLU(), nn.Identity())
net = Net()
print(list(net.a.state_dict({}, "a.")), net.children(), net.named_parameters(), net.dump_patches)
for f in (lambda: net.set_submodule("b.0", nn.Tanh()), lambda: net.set_submodule("", nn.Tanh()), lambda: net.set_submodule("b.x", nn.ReLU(), strict=True), lambda: net.set_submodule("b.x", nn.ReLU()), lambda: net.set_submodule("q.x", nn.ReLU()), lambda: net.set_submodule("b.0", 3), lambda: net.b, lambda: net.a.state_dict(1), lambda: torch.autograd.backward([None]), lambda: torch.autograd.grad([net.a.weight.sum(), 3], net.a.weight), lambda: nn.init._calculate_fan_in_and_fan_out(torch.empty(2, 3, 4))):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)
for answer in (lambda gi, go: gi[0] * 0, lambda gi, go: [gi[0] * 0], lambda gi, go: 3, lambda gi, go: (gi[0], gi[0])):
    layer = nn.Linear(2, 1)
    nn.init.ones_(layer.weight)
    layer.register_full_backward_hook(lambda m, gi, go: answer(gi, go))
    x = torch.ones(1, 2, requires_grad=True)
    try:
        layer(x).sum().backward()
    except Exception as e:
        print(type(e).__name__, e)
    print(x.grad)
g = torch.Generator()
for draw in (nn.init.uniform_, nn.init.normal_, nn.init.xavier_uniform_, nn.init.xavier_normal_, nn.init.kaiming_uniform_, nn.init.kaiming_normal_, nn.init.orthogonal_):
    print(draw(torch.empty(2, 2), generator=g.manual_seed(0)))
w = torch.ones(2, requires_grad=True)
a, b = torch.asarray(w), torch.asarray(w, requires_grad=False, copy=True)
print(a is w, b, torch.asarray([1.0], requires_grad=True))
print(torch.einsum(torch.ones(2, 3), [0, 1], torch.ones(3, 2), [1, 2], [0, 2]), torch.einsum(torch.eye(2), [0, 0], []))
print(w._post_accumulate_grad_hooks, nn.functional.gumbel_softmax(torch.ones(2), eps=1e-9, dim=0).shape)
