a = torch.tensor([[2.0, 1.0], [1.0, 3.0]], requires_grad=True)
for n in (1, -1, -2):
    print(n, torch.linalg.matrix_power(a, n).grad_fn, torch.linalg.matrix_power(a, n) is a)
for f in (
    lambda: pow(a, 2, 3),
    lambda: pow(a, 2).sum(),
    lambda: torch.special.round(a),
    lambda: torch.special.round(a * 0.56, decimals=1),
    lambda: torch.nn.GRU(2, 2)(torch.ones(0, 1, 2)),
    lambda: torch.nn.LSTM(2, 2)(torch.ones(2, 0, 2))[0].shape,
):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)
layer = torch.nn.Linear(2, 1)
layer._register_state_dict_hook(lambda m, state, prefix, local: {"only": 1})
print(layer.state_dict())
def kept(module, state, prefix, local):
    return state
torch.nn.Linear(1, 1).register_state_dict_post_hook(kept)
for g in (lambda: layer._register_state_dict_hook(kept), lambda: layer.register_state_dict_post_hook(kept) and layer.state_dict()):
    try:
        print(g())
    except RuntimeError as e:
        print(e)
x = torch.arange(4.0).view(1, 2, 2, 1)
y = torch.nn.functional.channel_shuffle(x, 2)
print(y)
