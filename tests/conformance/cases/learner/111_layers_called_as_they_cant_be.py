from torch import nn

torch.manual_seed(0)


def told(call, *args):
    try:
        found = call(*args)
        return found if isinstance(found, str) else type(found).__name__
    except Exception as e:
        return f"{type(e).__name__}: {e}"


x = torch.ones(1, 1, 2, 2)
up = nn.ConvTranspose2d(1, 1, 3, stride=2, padding=1)
h = torch.ones(1, 1, 1, 1)
print("\n".join(map(told, [lambda: up(), lambda: up(h, h, h), lambda: nn.ZeroPad2d(1)(), lambda: nn.CircularPad1d(1)(1, 2), lambda: nn.ReflectionPad2d(1)(x, x), lambda: nn.ReplicationPad3d(1)(), lambda: nn.ConstantPad1d(1, 2.)(), lambda: nn.AdaptiveAvgPool2d(1)(), lambda: nn.AdaptiveMaxPool1d(1)(x, 1), lambda: nn.LPPool2d(2, 2)(), lambda: nn.MaxUnpool2d(2)(x), lambda: nn.GRU(1, 1)(), lambda: nn.RNN(1, 1)(x, x, x), lambda: up.load_state_dict(), lambda: up.register_state_dict_pre_hook(), lambda: nn.LazyLinear(2)(x, x), lambda: nn.LazyConv2d(2, 2)(x, x), lambda: nn.LazyBatchNorm2d()(x, x), lambda: nn.LazyConv2d(2, 2)(), lambda: nn.LazyConvTranspose2d(2, 2, stride=2)(x, output_size=[5, 4]).shape])))
layers = [nn.Dropout1d(), nn.Dropout2d(), nn.Dropout3d(), nn.AlphaDropout(), nn.FeatureAlphaDropout(), nn.Sigmoid(), nn.Tanh(), nn.Softmin(0), nn.Softmin(), nn.GRUCell(1, 1), nn.LSTMCell(1, 1), nn.RNNCell(1, 1), nn.GRU(1, 1)]
for wrong in ([1.0], None, 2.0):
    print("\n".join(told(layer, wrong) for layer in layers))
    print("\n".join(told(layer, torch.ones(1, 1), wrong) for layer in layers))
