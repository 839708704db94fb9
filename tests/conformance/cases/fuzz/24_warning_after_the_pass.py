x = torch.ones(1, requires_grad=True)
def look(g):
    print("hook", g)
x.register_hook(look)
(x * x).backward(create_graph=True)
print(x.grad)
