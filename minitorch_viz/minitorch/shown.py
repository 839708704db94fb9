"""The names by which classes are shown: those of PyTorch, wherever ours are written."""

from __future__ import annotations

from abc import ABCMeta
from collections.abc import Callable
from types import FunctionType
from typing import Any

#: Where a class stands below `torch`, by its name.
_PLACES = {
    "nn.modules.activation": """
        CELU ELU GELU GLU Hardshrink Hardsigmoid Hardswish Hardtanh LeakyReLU
        LogSigmoid LogSoftmax Mish MultiheadAttention PReLU RReLU ReLU ReLU6 SELU
        SiLU Sigmoid Softmax Softmax2d Softmin Softplus Softshrink Softsign Tanh
        Tanhshrink Threshold
    """,
    "nn.modules.adaptive": "AdaptiveLogSoftmaxWithLoss",
    "nn.modules.batchnorm": """
        BatchNorm1d BatchNorm2d BatchNorm3d LazyBatchNorm1d LazyBatchNorm2d
        LazyBatchNorm3d SyncBatchNorm
    """,
    "nn.modules.channelshuffle": "ChannelShuffle",
    "nn.modules.container": """
        Container ModuleDict ModuleList ParameterDict ParameterList Sequential
    """,
    "nn.modules.conv": """
        Conv1d Conv2d Conv3d ConvTranspose1d ConvTranspose2d ConvTranspose3d
        LazyConv1d LazyConv2d LazyConv3d LazyConvTranspose1d LazyConvTranspose2d
        LazyConvTranspose3d
    """,
    "nn.modules.distance": "CosineSimilarity PairwiseDistance",
    "nn.modules.dropout": """
        AlphaDropout Dropout Dropout1d Dropout2d Dropout3d FeatureAlphaDropout
    """,
    "nn.modules.flatten": "Flatten Unflatten",
    "nn.modules.fold": "Fold Unfold",
    "nn.modules.instancenorm": """
        InstanceNorm1d InstanceNorm2d InstanceNorm3d LazyInstanceNorm1d
        LazyInstanceNorm2d LazyInstanceNorm3d
    """,
    "nn.modules.linear": "Bilinear Identity LazyLinear Linear",
    "nn.modules.loss": """
        BCELoss BCEWithLogitsLoss CTCLoss CosineEmbeddingLoss CrossEntropyLoss
        GaussianNLLLoss HingeEmbeddingLoss HuberLoss KLDivLoss L1Loss
        LinearCrossEntropyLoss MSELoss MarginRankingLoss MultiLabelMarginLoss
        MultiLabelSoftMarginLoss MultiMarginLoss NLLLoss NLLLoss2d PoissonNLLLoss
        SmoothL1Loss SoftMarginLoss TripletMarginLoss TripletMarginWithDistanceLoss
    """,
    "nn.modules.module": "Module",
    "nn.modules.normalization": """
        CrossMapLRN2d GroupNorm LayerNorm LocalResponseNorm RMSNorm
    """,
    "nn.modules.padding": """
        CircularPad1d CircularPad2d CircularPad3d ConstantPad1d ConstantPad2d
        ConstantPad3d ReflectionPad1d ReflectionPad2d ReflectionPad3d
        ReplicationPad1d ReplicationPad2d ReplicationPad3d ZeroPad1d ZeroPad2d
        ZeroPad3d
    """,
    "nn.modules.pixelshuffle": "PixelShuffle PixelUnshuffle",
    "nn.modules.pooling": """
        AdaptiveAvgPool1d AdaptiveAvgPool2d AdaptiveAvgPool3d AdaptiveMaxPool1d
        AdaptiveMaxPool2d AdaptiveMaxPool3d AvgPool1d AvgPool2d AvgPool3d
        FractionalMaxPool2d FractionalMaxPool3d LPPool1d LPPool2d LPPool3d MaxPool1d
        MaxPool2d MaxPool3d MaxUnpool1d MaxUnpool2d MaxUnpool3d
    """,
    "nn.modules.rnn": "GRU GRUCell LSTM LSTMCell RNN RNNBase RNNCell RNNCellBase",
    "nn.modules.sparse": "Embedding EmbeddingBag",
    "nn.modules.transformer": """
        Transformer TransformerDecoder TransformerDecoderLayer TransformerEncoder
        TransformerEncoderLayer
    """,
    "nn.modules.upsampling": "Upsample UpsamplingBilinear2d UpsamplingNearest2d",
    "nn.parallel.data_parallel": "DataParallel",
    "nn.parameter": "Buffer Parameter UninitializedBuffer UninitializedParameter",
}
_PLACE = {name: place for place, names in _PLACES.items() for name in names.split()}
_PACKAGE = __name__.rpartition(".")[0]


#: Whose constructor a class has in PyTorch, where that isn't its own.
_MAKERS = {
    "_AdaptiveAvgPoolNd": "AdaptiveAvgPool1d AdaptiveAvgPool2d AdaptiveAvgPool3d",
    "_AdaptiveMaxPoolNd": "AdaptiveMaxPool1d AdaptiveMaxPool2d AdaptiveMaxPool3d",
    "_BatchNorm": "BatchNorm1d BatchNorm2d BatchNorm3d",
    "_DropoutNd": """
        AlphaDropout Dropout Dropout1d Dropout2d Dropout3d FeatureAlphaDropout
    """,
    "_InstanceNorm": "InstanceNorm1d InstanceNorm2d InstanceNorm3d",
    "_LPPoolNd": "LPPool1d LPPool2d LPPool3d",
    "_Loss": "L1Loss MSELoss MultiLabelMarginLoss SoftMarginLoss",
    "_MaxPoolNd": "MaxPool1d MaxPool2d MaxPool3d",
    "_WeightedLoss": "BCELoss MultiLabelSoftMarginLoss",
    "Module": "LogSigmoid Sigmoid Softmax2d Softsign Tanh Tanhshrink",
}
#: Whose `forward` a class has there.
_RUNNER = {
    f"{layer}{dims}d": runner
    for layer, runner in {
        "BatchNorm": "_BatchNorm",
        "CircularPad": "_CircularPadNd",
        "ConstantPad": "_ConstantPadNd",
        "InstanceNorm": "_InstanceNorm",
        "ReflectionPad": "_ReflectionPadNd",
        "ReplicationPad": "_ReplicationPadNd",
        "ZeroPad": "_ConstantPadNd",
    }.items()
    for dims in (1, 2, 3)
}
_MAKER = {name: maker for maker, names in _MAKERS.items() for name in names.split()}


class Named(ABCMeta):
    """Shows a class and its objects by PyTorch's name; a user's class, by its own.

    Its objects are shown so too, unless they say it themselves. It derives from
    `ABCMeta`, so that a user's class may be abstract as well.
    """

    def __init__(cls, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not any("__repr__" in vars(each) for each in cls.__mro__[:-1]):
            cls.__repr__ = _object_of  # type: ignore[assignment, method-assign]

    def __repr__(cls) -> str:
        return f"<class '{_full_name(cls)}'>"


def _full_name(cls: type) -> str:
    module, name = cls.__module__, cls.__qualname__
    if module.startswith(_PACKAGE):
        below = module.removeprefix(_PACKAGE).lstrip(".")
        module = f"torch.{place(name, below)}"
    return f"{module}.{name}"


def _object_of(self: object) -> str:
    return f"<{_full_name(type(self))} object at {hex(id(self))}>"


class OfTorch(type):
    """Shows a class as one of `torch` itself: `<class 'torch.dtype'>`.

    Python's own errors name a class as it was made: 'torch.dtype' object is not
    callable. Whoever asks for its name gets it without the package.
    """

    def __new__(cls, name: str, *rest: Any, **kwargs: Any) -> Any:
        return super().__new__(cls, f"torch.{name}", *rest, **kwargs)

    @property
    def __name__(cls) -> str:  # type: ignore[override]
        return type.__dict__["__name__"].__get__(cls).removeprefix("torch.")  # type: ignore[no-any-return]

    def __repr__(cls) -> str:
        return f"<class 'torch.{cls.__name__}'>"


def layers_by_file() -> dict[str, list[str]]:
    """Return which layers PyTorch keeps in which file of `torch/nn/modules`.

    >>> layers_by_file()["flatten"]
    ['Flatten', 'Unflatten']
    """
    home = "nn.modules."
    return {
        place.removeprefix(home): names.split()
        for place, names in _PLACES.items()
        if place.startswith(home)
    }


def name_methods(cls: type) -> None:
    """Let messages about arguments name the class of the method that PyTorch's do.

    >>> from minitorch_viz import minitorch as torch
    >>> torch.nn.Conv2d.__init__.__qualname__, torch.nn.MaxPool2d.__init__.__qualname__
    ('Conv2d.__init__', '_MaxPoolNd.__init__')
    >>> torch.nn.LPPool2d.forward.__qualname__, torch.nn.ZeroPad2d.forward.__qualname__
    ('LPPool2d.forward', '_ConstantPadNd.forward')
    """
    name = cls.__name__
    if name not in _PLACE:
        return
    make, run = cls.__init__, getattr(cls, "forward", None)  # type: ignore[misc]
    if isinstance(make, FunctionType):
        cls.__init__ = renamed(make, f"{_MAKER.get(name, name)}.__init__")  # type: ignore[misc]
    if isinstance(run, FunctionType) and run.__qualname__.startswith("_"):
        cls.forward = renamed(run, f"{_RUNNER.get(name, name)}.forward")  # type: ignore[attr-defined]


def name_parts(part: type, whole: str) -> None:
    """Let messages about a part's methods name the class that PyTorch has them in.

    >>> class Part:
    ...     def load(self): ...
    >>> name_parts(Part, "Module")
    >>> Part.load.__qualname__
    'Module.load'
    """
    for name, each in vars(part).items():
        if isinstance(each, FunctionType):
            each.__qualname__ = f"{whole}.{name}"


def renamed(function: Callable[..., Any], name: str) -> Callable[..., Any]:
    """Return a function that errors about its arguments call by another name.

    >>> renamed(lambda x: x, "Tanh.forward")()
    Traceback (most recent call last):
        ...
    TypeError: Tanh.forward() missing 1 required positional argument: 'x'
    """
    assert isinstance(function, FunctionType)
    code = function.__code__, function.__globals__, function.__name__
    own = FunctionType(*code, function.__defaults__, function.__closure__)
    own.__kwdefaults__, own.__doc__ = function.__kwdefaults__, function.__doc__
    own.__qualname__ = name
    return own


def place(name: str, below: str) -> str:
    """Return where PyTorch keeps a class, given where the engine does.

    >>> place("Linear", "nn.layers"), place("SGD", "optim")
    ('nn.modules.linear', 'optim.sgd')
    """
    if name in _PLACE:
        return _PLACE[name]
    if below.startswith("optim.lr_scheduler"):
        return "optim.lr_scheduler"
    if below.startswith("optim"):
        return "optim.optimizer" if name == "Optimizer" else f"optim.{name.lower()}"
    return _MOVED.get(below, below)


#: Files that PyTorch keeps elsewhere.
_MOVED = {
    "grad_mode": "autograd.grad_mode",
    "autograd.anomaly": "autograd.anomaly_mode",
    "autograd.context": "autograd.function",
    "graph": "utils.hooks",
    "storages": "storage",
    "autograd.variable": "autograd.variable",
}
