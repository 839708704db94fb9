x = torch.arange(6.0).view(2, 3).requires_grad_()
for y in (x.softmax(-1), x.sum(-1), x.sum((0, -1)), x.cumsum(1), torch.cat([x, x], -1), torch.stack([x, x], dim=-1), x.transpose(-1, -2), x[:, -1], x[1:], x[:, -2:], x[:2], x.unsqueeze(-1), x.flip(-1), x.roll(-1, 0), x.tril(-1), x.split(1, -1)[0], x.pow(-2), x.clamp(min=-1)):
    node = y.grad_fn
    print(node.name(), {name: getattr(node, name) for name in dir(node) if name.startswith("_saved") and name not in ("_saved_self", "_saved_result")})
loss = torch.nn.functional.nll_loss(x.log_softmax(-1), torch.tensor([0, 2]))
print(loss.grad_fn._saved_ignore_index, loss.grad_fn.next_functions[0][0]._saved_dim)
a = x * 2
b = a + 1
print(b.grad_fn._sequence_nr() - a.grad_fn._sequence_nr(), a.grad_fn.next_functions[0][0]._sequence_nr())
print(a.grad_fn.requires_grad, a.grad_fn._input_metadata[0].shape, a.grad_fn._input_metadata[0].dtype)
for step in (0, -1):
    try:
        x[::step]
    except ValueError as e:
        print(e)
