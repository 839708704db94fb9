import torch
from torch.optim.optimizer import register_optimizer_step_pre_hook


class Signs(torch.optim.Optimizer):
    def __init__(self, params, lr=0.1):
        super().__init__(params, dict(lr=lr))

    @torch.no_grad()
    def step(self, closure=None):
        for group in self.param_groups:
            for p in group["params"]:
                p.sub_(p.grad.sign(), alpha=group["lr"])
        return closure


w = torch.nn.Parameter(torch.tensor([1.0, -2.0]))
own = Signs([w])
schedule = torch.optim.lr_scheduler.LambdaLR(own, lambda epoch: 0.5**epoch)
own.register_step_pre_hook(lambda o, args, kwargs: print("before", len(args), kwargs))
after = own.register_step_post_hook(lambda o, args, kwargs: print("after", kwargs))
(w * w).sum().backward()
print(own.step(), own.step(None), own.step(closure=3))
schedule.step()
after.remove()
own.step()
print(own, w, w._version, own.step.__name__)

sgd = torch.optim.SGD([w], lr=0.1, momentum=0.9)
sgd.step()
swap = sgd.register_step_pre_hook(lambda o, args, kwargs: ((o, lambda: 9), {}))
print(sgd.step())
swap.remove()
sgd.register_state_dict_pre_hook(lambda o: print("packing"))
sgd.register_state_dict_post_hook(lambda o, state: {**state, "extra": 1})
packed = sgd.state_dict()
print(packed)
sgd.register_load_state_dict_pre_hook(lambda o, state: print("reading", sorted(state)))
sgd.register_load_state_dict_post_hook(lambda o: print("read"))
group = sgd.param_groups[0]
sgd.load_state_dict(packed)
print(group is sgd.param_groups[0])
print(sgd.state[w]["momentum_buffer"] is packed["state"][0]["momentum_buffer"])

single, double = (torch.nn.Parameter(torch.ones(1, dtype=d)) for d in (None, torch.float64))
trained, fresh = torch.optim.Adam([single]), torch.optim.Adam([double])
single.grad = torch.ones(1)
trained.step()
fresh.load_state_dict(trained.state_dict())
print(fresh.state[double])
everywhere = register_optimizer_step_pre_hook(
    lambda o, args, kwargs: print("any", type(o).__name__)
)
trained.step()
everywhere.remove()


class Mine(torch.optim.SGD):
    def step(self, closure=None):
        print("mine")
        return super().step(closure)


mine = Mine([w], lr=0.1)
mine.register_step_post_hook(lambda o, args, kwargs: print("twice"))
mine.step()
torch.optim.lr_scheduler.StepLR(trained, 1)
trained.step = lambda: None
try:
    torch.optim.Optimizer([w], {}).step()
except NotImplementedError as error:
    print(repr(error))
