whole = torch.tensor([[1.0], [2.0]])
below = whole[1:]
below.resize_(1, 2).fill_(7)
print(whole, below, whole.data_ptr() + 4 == below.data_ptr())
whole.zero_()
print(below, whole._version)
x = torch.arange(4.0)
square, middle, apart, kept = x.view(2, 2), x[1:3], x.detach(), x.untyped_storage()
x.resize_(6)[4:].fill_(1)
x[1] = 9
print(square, middle, apart, len(kept), square._base is x)
middle.mul_(2)
print(x[:4], x.untyped_storage().data_ptr() == kept.data_ptr())
out = torch.tensor([1.0, 2.0])
window = out[:]
torch.add(torch.ones(3), 1, out=out)
window.fill_(0)
print(out, window)
array = torch.arange(4.0).numpy()
for size in (2, 6):
    try:
        print(torch.from_numpy(array).resize_(size))
    except RuntimeError as e:
        print(e)
