print(torch.nn.Linear, torch.nn.CrossEntropyLoss, torch.optim.SGD, torch.optim.lr_scheduler.StepLR)
print(torch.no_grad, type(torch.enable_grad()), torch.autograd.Function, torch.nn.Module)
class Net(torch.nn.Module):
    pass
print(Net, type(Net().register_forward_hook(print)))
