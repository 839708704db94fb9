from torch.nn.modules.module import register_module_forward_hook, register_module_forward_pre_hook, register_module_full_backward_hook, register_module_full_backward_pre_hook
net = torch.nn.Sequential(torch.nn.ReLU(), torch.nn.Tanh())
net[0].register_forward_hook(lambda m, i, o: print("own"))
handles = [register_module_forward_pre_hook(lambda m, i: print("before", type(m).__name__)), register_module_forward_hook(lambda m, i, o: o * 1 if isinstance(m, torch.nn.ReLU) else print("after", type(m).__name__)), register_module_full_backward_hook(lambda m, gi, go: print("back", type(m).__name__, gi)), register_module_full_backward_pre_hook(lambda m, go: print("due", type(m).__name__))]
x = torch.ones(2, requires_grad=True)
y = net(x)
y.sum().backward()
print(x.grad)
for handle in handles:
    handle.remove()
net(x).sum().backward()
h = net.register_forward_hook(lambda m, a, k, o: print("kwargs", k), with_kwargs=True, always_call=True)
print(len(net._forward_hooks_with_kwargs), len(net._forward_hooks_always_called), len(net._forward_pre_hooks_with_kwargs), len(net[0]._forward_hooks))
h.remove()
print(net._forward_hooks_with_kwargs)
try:
    torch.nn.modules.module.register_module_backward_hook(print)
except RuntimeError as e:
    print(e)
