"""The statements of a random program about layers and what they hold."""

from __future__ import annotations

from .statements import Statement, flat
from .world import World

#: A layer, and the size of what it takes, its batch of 2 in front.
LAYERS = (
    ("Embedding(4, 3)", "ids"),
    ("Embedding(4, 2, padding_idx=1)", "ids"),
    ("Embedding(4, 2, max_norm=1.0)", "ids"),
    ("Conv1d(2, 3, 2)", "2, 2, 4"),
    ("Conv1d(2, 2, 3, padding=1, bias=False)", "2, 2, 4"),
    ("Conv1d(2, 2, 2, padding='same')", "2, 2, 4"),
    ("Conv2d(1, 2, 2)", "2, 1, 3, 3"),
    ("Conv2d(2, 2, 3, stride=2, padding=1)", "2, 2, 3, 3"),
    ("Conv2d(2, 2, (1, 2), groups=2, dilation=2)", "2, 2, 3, 3"),
    ("Conv2d(1, 1, 3, padding=1, padding_mode='reflect')", "2, 1, 3, 3"),
    ("ConvTranspose2d(1, 2, 2)", "2, 1, 2, 2"),
    ("BatchNorm1d(3)", "4, 3"),
    ("BatchNorm1d(2, momentum=None)", "2, 2, 3"),
    ("BatchNorm1d(3, affine=False)", "4, 3"),
    ("BatchNorm1d(3, track_running_stats=False)", "4, 3"),
    ("BatchNorm2d(2)", "2, 2, 2, 2"),
    ("LayerNorm(3)", "2, 3"),
    ("LayerNorm((2, 3))", "2, 2, 3"),
    ("LayerNorm(3, elementwise_affine=False)", "2, 3"),
    ("GroupNorm(2, 4)", "2, 4, 2"),
    ("Dropout(0.5)", "2, 3"),
    ("Dropout2d(0.3)", "2, 3, 2, 2"),
    ("MaxPool2d(2)", "2, 1, 4, 4"),
    ("AvgPool2d(2, stride=1)", "2, 1, 3, 3"),
    ("AdaptiveAvgPool2d(1)", "2, 2, 3, 3"),
    ("Conv3d(1, 2, 2)", "2, 1, 2, 3, 2"),
    ("Conv3d(2, 2, (1, 2, 2), padding=1, groups=2)", "1, 2, 2, 2, 2"),
    ("ConvTranspose3d(1, 2, 2, stride=2)", "1, 1, 1, 2, 2"),
    ("MaxPool3d(2)", "1, 1, 2, 4, 2"),
    ("AvgPool3d(2, stride=1, padding=1)", "1, 1, 2, 3, 2"),
    ("AdaptiveAvgPool3d((1, 2, None))", "1, 1, 2, 3, 2"),
    ("AdaptiveMaxPool1d(2)", "2, 2, 5"),
    ("AdaptiveMaxPool2d((2, 1))", "2, 3, 3"),
    ("LPPool2d(2, 2)", "1, 4, 4"),
    ("LocalResponseNorm(2)", "2, 3, 4"),
    ("InstanceNorm3d(2, affine=True)", "1, 2, 2, 2, 2"),
    ("ReplicationPad3d(1)", "1, 2, 2, 2"),
    ("ChannelShuffle(2)", "1, 4, 2"),
    ("UpsamplingBilinear2d(scale_factor=2)", "1, 1, 2, 3"),
    ("UpsamplingNearest2d((3, 4))", "1, 1, 2, 3"),
    ("Linear(3, 2)", "2, 3"),
    ("Linear(3, 2, bias=False)", "3"),
    ("Flatten()", "2, 3, 2"),
    ("PReLU()", "2, 3"),
    ("Softmax(dim=1)", "2, 3"),
    ("LSTM(3, 2)", "2, 3"),
    ("GRU(3, 2, batch_first=True)", "2, 2, 3"),
)


def layer(w: World) -> None:
    """Make a layer, look at it, and run it forwards and backwards."""
    made, size = w.random.choice(LAYERS)
    m, x, y = w.name("m"), w.name("x"), w.name("y")
    grad = w.random.choice(("", ", requires_grad=True"))
    data = f"torch.randn({size}{grad})"
    if size == "ids":
        data = f"torch.tensor({w.random.choice(('[0, 1]', '[[1, 3], [0, 1]]', '[4]'))})"
    w.attempt(f"torch.manual_seed({w.random.randrange(9)})", f"{m} = torch.nn.{made}")
    if w.random.random() < 0.4:
        w.attempt(_prepared(w, m))
    w.attempt(
        f"{x} = {data}",
        f"{y} = {m}({x})",
        f"{y} = {y}[0] if isinstance({y}, tuple) else {y}",
    )
    w.attempt(
        f"print({y})",
        f"{y}.sin().sum().backward()",
        f"print({x}.grad, [p.grad for p in {m}.parameters()])",
    )
    if w.random.random() < 0.4:
        w.attempt(_looked_at(w, m))


def _prepared(w: World, m: str) -> str:
    return w.random.choice(
        (
            f"{m}.eval()",
            f"{m}.eval()",
            f"{m}.train(False)",
            f"{m}.requires_grad_(False)",
            f"{m}.weight.requires_grad_(False)",
            f"{m}.double()",
            f"{m}.weight.data.fill_(0.5)",
            f"{m}.weight = torch.nn.Parameter(torch.ones_like({m}.weight))",
            f"torch.nn.init.{_initial(w)}({m}.weight)",
            f"torch.nn.init.{_initial(w)}({m}.weight)",
            f"torch.nn.init.zeros_({m}.bias)",
            f"torch.nn.utils.parametrizations.{_computed(w)}({m})",
            f"torch.nn.utils.parametrizations.{_computed(w)}({m}, dim=1)",
            f"torch.nn.utils.{_computed(w)}({m})",
            f"torch.nn.utils.parametrize.register_parametrization({m}, 'weight', "
            f"torch.nn.{w.random.choice(('Tanh()', 'ReLU()', 'Flatten(0)'))})",
            f"{m}.weight.register_hook(lambda g: print('weight', g.shape))",
            f"{m}.apply(lambda m: print(type(m).__name__, m.training))",
        )
    )


def _computed(w: World) -> str:
    return w.random.choice(("weight_norm", "spectral_norm"))


def _initial(w: World) -> str:
    names = (
        "ones_ zeros_ uniform_ normal_ xavier_uniform_ xavier_normal_ orthogonal_ "
        "kaiming_uniform_ kaiming_normal_ eye_ trunc_normal_ dirac_"
    )
    return w.random.choice(names.split())


def _looked_at(w: World, m: str) -> str:
    return w.random.choice(
        (
            f"print({m})",
            f"print({m}.state_dict())",
            f"print(list({m}.buffers()), [n for n, p in {m}.named_parameters()])",
            f"print([(n, p.requires_grad) for n, p in {m}.named_parameters()])",
            f"print({m}.training, {m}.extra_repr(), sum(p.numel() for p in "
            f"{m}.parameters()))",
            f"print({m}.load_state_dict({m}.state_dict()))",
            f"print({m}.load_state_dict({{'weight': torch.ones(1)}}, strict=False))",
            f"{m}.load_state_dict({{}})",
            f"{m}.zero_grad(set_to_none=False); print({m}.weight.grad)",
            f"print({m}.weight, {m}.weight.grad_fn, {m}.weight._version)",
            f"print({m}.no_such_thing)",
            f"{m}.weight = torch.ones(2)",
        )
    )


def nested(w: World) -> None:
    """Put layers into containers, index them, share and copy them."""
    n, x = w.name("n"), w.name("x")
    inner = "torch.nn.Linear(2, 3), torch.nn.ReLU(), torch.nn.Linear(3, 1)"
    made = w.random.choice(
        (
            f"torch.nn.Sequential({inner})",
            f"torch.nn.Sequential(torch.nn.Sequential({inner}), torch.nn.Tanh())",
            f"torch.nn.ModuleList([{inner}])",
            "torch.nn.ModuleDict({'a': torch.nn.Linear(2, 2), 'b': torch.nn.Tanh()})",
            "torch.nn.Sequential(*[torch.nn.Linear(2, 2)] * 2)",
            "torch.nn.Sequential(torch.nn.Linear(2, 2), torch.nn.BatchNorm1d(2), "
            "torch.nn.Dropout(0.2))",
        )
    )
    w.attempt(f"torch.manual_seed({w.random.randrange(9)})", f"{n} = {made}")
    w.attempt(
        f"{x} = torch.ones(3, 2)",
        f"{n}({x}).sum().backward()",
        f"print([p.grad for p in {n}.parameters()])",
    )
    for _ in range(w.random.randint(1, 2)):
        w.attempt(_of_nested(w, n, x))


def _of_nested(w: World, n: str, x: str) -> str:
    at = w.random.choice(("0", "-1", "1:", "[0]", "7", "'a'"))
    return w.random.choice(
        (
            f"print({n}[{at}])",
            f"print({n}[{at}])",
            f"print(len({n}), {n}[0](torch.ones(2)))",
            f"{n}.append(torch.nn.Linear(1, 1)); print({n})",
            f"del {n}[0]; print({n})",
            f"{n}[0] = torch.nn.Identity(); print({n}({x}))",
            f"print([name for name, m in {n}.named_modules()])",
            f"print([name for name, p in {n}.named_parameters()])",
            f"print(list({n}.state_dict()), {n})",
            f"{n}.apply(lambda m: print(m.__class__.__name__))",
            f"for m in {n}: print(m, m.training)",
            f"[p.requires_grad_(False) for p in {n}[0].parameters()]; "
            f"print({n}({x}).requires_grad)",
            f"print(sum(p.numel() for p in {n}.parameters() if p.requires_grad))",
            f"print(__import__('copy').deepcopy({n})[0].weight)",
            f"print(__import__('pickle').loads(__import__('pickle').dumps({n})))",
            f"print([m for m in {n}.children()], {n}.get_submodule('0'))",
            f"print({n}.load_state_dict({n}.state_dict()))",
            f"{n}.load_state_dict({{'x': torch.ones(1)}})",
            f"{n}.eval(); print({n}({x}), {n}.training, {n}[0].training)",
            f"print(torch.nn.utils.clip_grad_norm_({n}.parameters(), 0.5)); "
            f"print([p.grad for p in {n}.parameters()])",
            f"torch.nn.utils.clip_grad_value_({n}.parameters(), 0.1); "
            f"print([p.grad for p in {n}.parameters()])",
            f"print(torch.nn.utils.parameters_to_vector({n}.parameters()))",
        )
    )


def measured(w: World) -> None:
    """Measure predictions by a loss with weights and reductions."""
    x = w.pick(floating=True, dims=1)
    how = w.random.choice(("mean", "sum", "none", "avg"))
    rows = f"{x.name}.reshape(-1, 1).repeat(1, 2)"
    labels = f"torch.zeros({max(flat(x.shape), 1)}).long()"
    weight = w.random.choice(("", ", weight=torch.tensor([0.5, 2.0])"))
    line = f"{x.name}.flatten()"
    ones = f"torch.ones_like({line})"
    text = w.random.choice(
        (
            f"cross_entropy({rows}, {labels}{weight}, reduction='{how}')",
            f"cross_entropy({rows}, {labels}, label_smoothing=0.1, reduction='{how}')",
            f"cross_entropy({rows}, {labels}, ignore_index=0, reduction='{how}')",
            f"cross_entropy({rows}, {rows}.softmax(1), reduction='{how}')",
            f"nll_loss({rows}.log_softmax(1), {labels}{weight}, reduction='{how}')",
            f"binary_cross_entropy({line}.sigmoid(), {ones}, reduction='{how}')",
            f"binary_cross_entropy({line}, {ones}, reduction='{how}')",
            f"binary_cross_entropy_with_logits({line}, {ones}, reduction='{how}')",
            f"binary_cross_entropy_with_logits({line}, {ones}, "
            f"pos_weight=torch.tensor(2.0), reduction='{how}')",
            f"kl_div({rows}.log_softmax(1), {rows}.softmax(1), reduction='{how}')",
            f"kl_div({rows}, {rows}, reduction='batchmean', log_target=True)",
            f"hinge_embedding_loss({line}, {ones}, reduction='{how}')",
            f"margin_ranking_loss({line}, {ones} * 2, {ones}, reduction='{how}')",
            f"cosine_embedding_loss({rows}, {rows} + 1, {ones}, reduction='{how}')",
            f"triplet_margin_loss({rows}, {rows} * 2, {rows} + 1, reduction='{how}')",
            f"soft_margin_loss({line}, {ones}, reduction='{how}')",
            f"poisson_nll_loss({line}, {ones}, reduction='{how}')",
            f"gaussian_nll_loss({line}, {ones}, {ones}, reduction='{how}')",
            f"multi_margin_loss({rows}, {labels}, reduction='{how}')",
            f"multilabel_soft_margin_loss({rows}, {rows} * 0, reduction='{how}')",
            f"mse_loss({line}, {ones}[:1], reduction='{how}')",
            f"huber_loss({line}, {ones}, delta=0.5, reduction='{how}')",
            f"grid_sample({line}.view(1, 1, 1, -1), torch.tensor([[[[0.1, 0.4], "
            f"[-1.2, 0.8]]]]), '{w.random.choice(('bilinear', 'bicubic', 'nearest'))}',"
            f" '{w.random.choice(('zeros', 'border', 'reflection'))}', "
            f"{w.random.choice((True, False))}).sum()",
            # A target beyond the classes would be read from beyond the memory.
            f"ctc_loss({line}[:2].repeat(4, 2, 1).log_softmax(2), "
            f"torch.ones(2, 1) * ({line}.numel() > 1), "
            f"(4, {w.random.choice((0, 3, 4, 5))}), (1, {w.random.choice((0, 1, 2))}), "
            f"reduction='{how}', zero_infinity={w.random.choice((True, False))})",
            f"affine_grid({line}[:1].repeat(1, 2, 3), (1, 1, 2, 2), False).sum()",
            f"smooth_l1_loss({line}, {ones}, beta=0.5, reduction='{how}')",
        )
    )
    shape = (2,) if "none" in text else ()
    call = f"torch.nn.functional.{text}"
    w.bind(call, shape, x.dtype, grad=x.grad, leaf=not x.grad)


NETWORKS: dict[Statement, int] = {
    layer: 6,
    nested: 4,
    measured: 5,
}
