from torch import nn
torch.manual_seed(0)
up = nn.ConvTranspose2d(1, 1, 3, stride=2, padding=1)
down = nn.Conv2d(1, 1, 3, stride=2, padding=1)
x = torch.randn(1, 1, 6, 6, requires_grad=True)
h = down(x)
y = up(h, output_size=x.size())
print(y.shape, y)
y.sum().backward()
print(x.grad)
print(up(h, [6, 6]).shape, up(h[0], (5, 6)).shape)
def told(layer, *args, **kwargs):
    try:
        return layer(*args, **kwargs).shape
    except Exception as e:
        return f"{type(e).__name__}: {e}"


for size in ([4, 4], [6], [1, 1, 6, 6], 6, "ab"):
    print(told(up, h, output_size=size))
for size in ([2, 5, 6], [5, 5]):
    print(told(up, h[0], output_size=size))
one = nn.ConvTranspose1d(2, 3, 4, stride=3, dilation=2, output_padding=1)
print(one(torch.ones(1, 2, 5)).shape, one(torch.ones(1, 2, 5), output_size=[20]).shape)
three = nn.ConvTranspose3d(1, 1, 2, stride=2, groups=1, padding_mode="zeros")
print(three, three(torch.ones(1, 1, 2, 2, 2), output_size=(5, 5, 4)).shape)
try:
    nn.ConvTranspose3d(1, 1, 2, padding_mode="reflect")
except ValueError as e:
    print(e)
