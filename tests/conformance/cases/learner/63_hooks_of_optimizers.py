w = torch.nn.Parameter(torch.ones(1))
opt = torch.optim.SGD([w], lr=0.5)
opt.register_step_pre_hook(lambda o, args, kwargs: print("pre", args[0] is o, len(args), list(kwargs)))
opt.register_step_post_hook(lambda o, args, kwargs: print("post", w))
h = opt.register_state_dict_post_hook(lambda o, state: {**state, "epoch": 3})
opt.register_load_state_dict_pre_hook(lambda o, state: print("loading", sorted(state)))
opt.register_load_state_dict_post_hook(lambda o: print("loaded"), prepend=True)
w.grad = torch.ones(1)
opt.step()
opt.step(closure=lambda: torch.tensor(3.0))
opt.step(lambda: 5)
opt.load_state_dict(opt.state_dict())
h.remove()
print(sorted(opt.state_dict()))
class Plain(torch.optim.Optimizer):
    def __init__(self, params):
        super().__init__(params, {"lr": 0.1})
    def step(self):
        print("own step")
own = Plain([w])
own.register_step_pre_hook(lambda o, args, kwargs: print("before my own"))
own.step()
adam = torch.optim.Adam([w], lr=0.1)
for state in ({"state": {}, "param_groups": [{"params": [0]}]}, 3, {}):
    try:
        adam.load_state_dict(state)
        print(sorted(adam.param_groups[0]))
    except Exception as e:
        print(type(e).__name__, e)
for f in (lambda: torch.optim.Adam([w], fused=True, foreach=True), lambda: torch.optim.SGD([w], fused=True, differentiable=True), lambda: torch.optim.Optimizer([w], {}).step(), lambda: torch.optim.lr_scheduler.LinearLR(opt, start_factor=2.0), lambda: torch.optim.lr_scheduler.LinearLR(opt, end_factor=2.0)):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)
