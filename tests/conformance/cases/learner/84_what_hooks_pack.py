from torch.autograd.graph import saved_tensors_hooks
x = torch.tensor([1., 2.], requires_grad=True)
log = []
def pack(t):
    log.append(("pack", tuple(t.shape), t.is_leaf))
    return len(log), t.detach().clone()
def unpack(kept):
    log.append(("unpack", kept[0]))
    return kept[1]
index = torch.tensor([0, 0])
with saved_tensors_hooks(pack, unpack):
    y = x.std() + x[index].sum() + x.max(0)[0] + (x * x).norm()
print(log, y.grad_fn.name())
index[0] = 1
log.clear()
y.backward()
print(log, x.grad)
class Named(torch.nn.Module):
    def forward(self, t):
        return {"out": t * 2}
m = Named()
m.register_full_backward_hook(lambda mod, gi, go: print(gi, go))
m(x)["out"].sum().backward()
z = x * 2
def renamed():
    z.grad_fn.metadata = {}
for f in (lambda: z.sum().backward(retain_graph="yes"), lambda: torch.autograd.grad(z.sum(), x, create_graph="no"), renamed):
    try:
        f()
    except Exception as e:
        print(type(e).__name__, e)
raw = z.grad_fn.next_functions, (x.exp()).grad_fn._raw_saved_result
print(type(raw[1]))
