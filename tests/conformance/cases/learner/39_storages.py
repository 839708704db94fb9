x = torch.arange(4.)
s = x.untyped_storage()
print(len(s), s.nbytes(), type(s), s.tolist()[:4], s.data_ptr() == x[1:].untyped_storage().data_ptr())
t = x[1:].storage()
print(t.size(), t.dtype, type(t), torch.is_storage(t))
y = x.view(2, 2)
y[0, 0] = 9.
print(y.storage().data_ptr() == x.storage().data_ptr(), x.clone().storage().data_ptr() == t.data_ptr())
net = torch.nn.Sequential(torch.nn.ReLU(), torch.nn.Tanh())
print(net * 2, (net * 2)[2] is net[0])
for f in [lambda: net * 0, lambda: net + [net], lambda: torch.nn.functional.cross_entropy(y, torch.tensor([0, 1]), label_smoothing=2.)]:
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)
