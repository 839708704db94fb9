"""What a tensor can do, hung onto the class: conversions, operators, operations."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from typing import Any

from . import creation, dtypes, flags, functions, printing, sampling
from .bind import function, inplace
from .dtypes import Size, from_numpy
from .dtypes import device as Device
from .dtypes import dtype as Dtype
from .grad_mode import no_grad, state
from .inplace import call_inplace
from .once import warn_once
from .op import OPS, call
from .operators import OPERATORS, pow_
from .random import default_generator
from .storage import address, element_strides, owner
from .tensor import Tensor, needs_grad

# Looking at a tensor


def size(self: Tensor, dim: int | None = None) -> Any:
    """Return the shape, or its length along one dimension."""
    shape = Size(self._array.shape)
    return shape if dim is None else shape[dim]


def item(self: Tensor) -> Any:
    """Return the only element as a Python number."""
    if self._array.size != 1:
        raise RuntimeError(
            f"a Tensor with {self._array.size} elements cannot be converted to Scalar"
        )
    return self._array.item()


def numpy(self: Tensor, *, force: bool = False) -> Any:
    """Return the NumPy array over the same memory."""
    if needs_grad(self) and state.grad and not force:
        raise RuntimeError(
            "Can't call numpy() on Tensor that requires grad. Use "
            "tensor.detach().numpy() instead."
        )
    return self._array


def _bool(self: Tensor) -> bool:
    if self._array.size == 1:
        return bool(self._array.item())
    many = "more than one value" if self._array.size else "no values"
    raise RuntimeError(f"Boolean value of Tensor with {many} is ambiguous")


def _number(kind: type) -> Callable[[Tensor], Any]:
    def run(self: Tensor) -> Any:
        if state.grad and needs_grad(self):
            warn_once(_TO_SCALAR)
        if self._array.size != 1:
            raise ValueError(
                "only one element tensors can be converted to Python scalars"
            )
        return kind(self._array.item())

    return run


def _index(self: Tensor) -> int:
    if self._array.dtype.kind == "f" or self._array.size != 1:
        raise TypeError(
            "only integer tensors of a single element can be converted to an index"
        )
    return int(self._array.item())


def _length(self: Tensor) -> int:
    if not self._array.ndim:
        raise TypeError("len() of a 0-d tensor")
    length: int = self._array.shape[0]
    return length


def _iterate(self: Tensor) -> Iterator[Tensor]:
    if not self._array.ndim:
        raise TypeError("iteration over a 0-d tensor")
    return iter(call(OPS["unbind"], (self,), (0,)))


def _contains(self: Tensor, element: Any) -> bool:
    return bool(
        (
            self._array == (element._array if isinstance(element, Tensor) else element)
        ).any()
    )


def text(self: Tensor) -> str:
    """Return the tensor as PyTorch prints it."""
    suffixes = []
    try:
        node = self.grad_fn
    except RuntimeError:
        suffixes.append("grad_fn=<Invalid>")
    else:
        if node is not None:
            suffixes.append(f"grad_fn=<{node.name().rpartition('::')[2]}>")
        elif needs_grad(self):
            suffixes.append("requires_grad=True")
    return printing.tensor_text(self._array, suffixes)


def _format(self: Tensor, spec: str) -> str:
    if not self._array.ndim:
        return format(self._array.item(), spec)
    return object.__format__(self, spec)


def _deepcopy(self: Tensor, memo: dict[int, Any]) -> Tensor:
    if not self.is_leaf:
        raise RuntimeError(_NO_DEEPCOPY)
    made_ = memo.get(id(self))
    if made_ is None:
        made_ = type(self).__new__(type(self))
        made_._array = self._array.copy(order="K")
        made_._counter = None if self._counter is None else [1]
        made_._inference = self._inference
        made_._requires_grad = self._requires_grad
        memo[id(self)] = made_
        made_._grad = copy.deepcopy(self._grad, memo)
    return made_


def _reduce(self: Tensor, protocol: int) -> Any:
    parts = type(self), self._array, self._requires_grad, self._inference
    return _rebuilt, parts


def _rebuilt(
    kind: type[Tensor], array: Any, requires_grad: bool, inference: bool
) -> Tensor:
    made = object.__new__(kind)
    made._array, made._requires_grad = array, requires_grad
    made._counter, made._inference = None if inference else [1], inference
    return made


class _UntypedStorage:
    """The bytes under a tensor."""

    def __init__(self, array: Any) -> None:
        self._array = array

    def data_ptr(self) -> int:
        """Return where the bytes begin."""
        return address(owner(self._array))

    def nbytes(self) -> int:
        """Return how many there are."""
        return owner(self._array).nbytes


def _reversed(self: Tensor) -> Tensor:
    ndim = self._array.ndim
    if ndim != 2:
        warn_once(_T_OF_SCALAR if not ndim else _T_OF_MANY)
    return functions.shaping.permute(self, tuple(range(ndim))[::-1])


# Converting


def to(self: Tensor, *args: Any, copy: bool = False, **kwargs: Any) -> Tensor:
    """Return the tensor as another element type; itself if nothing changes."""
    wanted: Dtype = kwargs.get("dtype") or self.dtype
    for arg in (*args, kwargs.get("device")):
        if isinstance(arg, Dtype):
            wanted = arg
        elif isinstance(arg, Tensor):
            wanted = arg.dtype
        elif isinstance(arg, (str, Device)) and Device(arg).type != "cpu":
            raise AssertionError("Torch not compiled with CUDA enabled")
    if copy:
        return call(OPS["to_copy"], (self,), (wanted.np,))  # type: ignore[no-any-return]
    return functions.arithmetic.to_dtype(self, wanted)


def _converter(dtype: Dtype, name: str) -> Callable[..., Any]:
    def run(self: Tensor) -> Tensor:
        return functions.arithmetic.to_dtype(self, dtype)

    run.__name__ = name
    run.__doc__ = f"Return the tensor as {dtype}."
    return run


def type_(self: Tensor, dtype: Any = None) -> Any:
    """Return the legacy name of the type, or the tensor as another type."""
    if dtype is None:
        return f"torch.{self.dtype.scalar_name}Tensor"
    return functions.arithmetic.to_dtype(self, dtype)


def contiguous(self: Tensor) -> Tensor:
    """Return the tensor itself if its elements lie in order, else a copy."""
    if self._array.flags.c_contiguous:
        return self
    return call(OPS["clone"], (self,), ("C",))  # type: ignore[no-any-return]


# Writing


def zero_(self: Tensor) -> Tensor:
    """Write zeros."""
    return call_inplace(OPS["zero"], self)


def fill_(self: Tensor, value: Any) -> Tensor:
    """Write one number everywhere."""
    if not isinstance(value, Tensor):
        return call_inplace(OPS["fill"], self, (), (value,))
    if value._array.ndim:
        raise RuntimeError(
            "fill_ only supports 0-dimension value tensor but got tensor with "
            f"{value._array.ndim} dimensions."
        )
    return call_inplace(OPS["fill.tensor"], self, (value,))


def copy_(self: Tensor, src: Tensor, non_blocking: bool = False) -> Tensor:
    """Write what `src` holds."""
    if not isinstance(src, Tensor):
        src = creation.tensor(src, dtype=self.dtype)
    if self._array.dtype.kind != "f":
        # Whole numbers carry no gradient, wherever they come from.
        with no_grad():
            return call_inplace(OPS["copy"], self, (src,))
    return call_inplace(OPS["copy"], self, (src,))


def _draw_over(name: str, draw: Callable[..., Any]) -> Callable[..., Tensor]:
    def run(self: Tensor, *args: Any, generator: Any = None, **kwargs: Any) -> Tensor:
        drawn = draw(
            generator or default_generator,
            self._array.size,
            self.dtype,
            *args,
            **kwargs,
        )
        return call_inplace(OPS[name], self, (), (drawn.reshape(self._array.shape),))

    run.__name__ = f"{name}_"
    return run


#: Below what `random_()` draws, by the kind of type: what it holds exactly.
_MOST = {"f": 2**24 + 1, "i": 2**31, "u": 256, "b": 2}
uniform_ = _draw_over(
    "uniform", lambda g, n, kind, a=0.0, b=1.0: g.uniform(n, a, b, kind)
)
random_ = _draw_over(
    "random",
    lambda g, n, kind, low=0, high=None: (
        g.integers(n, *((0, low) if high is None else (low, high)))
        if low or high is not None
        else g.integers(n, 0, _MOST[kind.np.kind])
    ).astype(kind.np),
)
bernoulli_ = _draw_over(
    "bernoulli",
    lambda g, n, kind, p=0.5: (
        g.chances(p._array) if isinstance(p, Tensor) else g.bernoulli(n, p)
    ).astype(kind.np),
)
exponential_ = _draw_over(
    "exponential",
    lambda g, n, kind, lambd=1.0: g.exponential(n, lambd).astype(kind.np),
)
normal_ = _draw_over(
    "normal", lambda g, n, kind, mean=0.0, std=1.0: g.normal(n, mean, std, kind)
)


_SIMPLE = [
    "add",
    "sub",
    "mul",
    "maximum",
    "minimum",
    "atan2",
    "fmax",
    "fmin",
    "logaddexp",
    "bitwise_left_shift",
    "bitwise_right_shift",
    "floor_divide",
    "addcmul",
    "addcdiv",
    "eq",
    "ne",
    "lt",
    "le",
    "gt",
    "ge",
    "logical_and",
    "logical_or",
    "logical_xor",
    "bitwise_and",
    "bitwise_or",
    "bitwise_xor",
    "logical_not",
    "bitwise_not",
    "isnan",
    "isinf",
    "isfinite",
    "sign",
    "round",
    "floor",
    "ceil",
    "trunc",
    "frac",
    "neg",
    "abs",
    "relu",
    "exp",
    "exp2",
    "expm1",
    "log",
    "log2",
    "log10",
    "log1p",
    "sqrt",
    "rsqrt",
    "reciprocal",
    "sigmoid",
    "tanh",
    "sin",
    "cos",
    "tan",
    "sinh",
    "cosh",
    "asin",
    "acos",
    "atan",
    "asinh",
    "acosh",
    "atanh",
    "erf",
    "nan_to_num",
    "baddbmm",
    "tril",
    "triu",
    "masked_fill",
]
_INPLACE = [
    "add",
    "sub",
    "mul",
    "div",
    "maximum",
    "minimum",
    "remainder",
    "floor_divide",
    "lerp",
    "addcmul",
    "addcdiv",
    "sign",
    "round",
    "floor",
    "ceil",
    "trunc",
    "frac",
    "neg",
    "abs",
    "relu",
    "exp",
    "exp2",
    "expm1",
    "log",
    "log2",
    "log10",
    "log1p",
    "sqrt",
    "rsqrt",
    "reciprocal",
    "sigmoid",
    "tanh",
    "sin",
    "cos",
    "tan",
    "sinh",
    "cosh",
    "asin",
    "acos",
    "atan",
    "erf",
    "clamp",
    "masked_fill",
    "addmm",
    "tril",
    "triu",
    "eq",
    "ne",
    "lt",
    "le",
    "gt",
    "ge",
    "logical_not",
]
_ALIASES = {
    "multiply": "mul",
    "divide": "div",
    "subtract": "sub",
    "negative": "neg",
    "absolute": "abs",
    "greater": "gt",
    "less": "lt",
    "true_divide": "div",
    "clip": "clamp",
    "concat": "cat",
    "not_equal": "ne",
    "greater_equal": "ge",
    "less_equal": "le",
}
_FUNCTIONS: dict[str, Callable[..., Any]] = {
    name: function(OPS[name]) for name in _SIMPLE
}
_FUNCTIONS |= functions.FUNCTIONS
for _alias, _name in _ALIASES.items():
    _FUNCTIONS[_alias] = _FUNCTIONS[_name]

_CONVERTERS = {
    "bool": dtypes.bool_,
    "int": dtypes.int32,
    "long": dtypes.int64,
    "short": dtypes.int16,
    "half": dtypes.float16,
    "float": dtypes.float32,
    "double": dtypes.float64,
}

PROPERTIES = {
    **flags.PROPERTIES,
    "shape": property(lambda self: Size(self._array.shape)),
    "dtype": property(lambda self: from_numpy(self._array.dtype)),
    "ndim": property(lambda self: self._array.ndim),
    "nbytes": property(lambda self: self._array.nbytes),
    "itemsize": property(lambda self: self._array.itemsize),
    "device": property(lambda self: Device("cpu")),
    "layout": property(lambda self: dtypes.strided),
    "is_cuda": property(lambda self: False),
    "T": property(_reversed),
    "H": property(_reversed),
    "real": property(lambda self: self),
    "mT": property(lambda self: functions.shaping.transpose(self, -2, -1)),
}
METHODS: dict[str, Callable[..., Any]] = {
    **OPERATORS,
    **_FUNCTIONS,
    **{each.__name__: each for each in flags.METHODS},
    **{f"{name}_": inplace(OPS[name]) for name in _INPLACE},
    **{name: _converter(kind, name) for name, kind in _CONVERTERS.items()},
    "__repr__": text,
    "__str__": text,
    "__format__": _format,
    "__bool__": _bool,
    "__float__": _number(float),
    "__int__": _number(int),
    "__index__": _index,
    "__len__": _length,
    "__iter__": _iterate,
    "__contains__": _contains,
    "__deepcopy__": _deepcopy,
    "pow_": pow_,
    "square_": lambda self: pow_(self, 2),
    "__reduce_ex__": _reduce,
    "size": size,
    "item": item,
    "numpy": numpy,
    "tolist": lambda self: self._array.tolist(),
    "dim": lambda self: self._array.ndim,
    "numel": lambda self: self._array.size,
    "nelement": lambda self: self._array.size,
    "element_size": lambda self: self._array.itemsize,
    "stride": lambda self, dim=None: (
        element_strides(self._array)
        if dim is None
        else element_strides(self._array)[dim]
    ),
    "storage_offset": lambda self: (
        (address(self._array) - address(owner(self._array))) // self._array.itemsize
    ),
    "is_contiguous": lambda self: self._array.flags.c_contiguous,
    "data_ptr": lambda self: address(self._array),
    "untyped_storage": lambda self: _UntypedStorage(self._array),
    "storage": lambda self: _UntypedStorage(self._array),
    "is_inference": lambda self: self._inference,
    "is_floating_point": lambda self: self._array.dtype.kind == "f",
    "_is_view": lambda self: self._base is not None,
    "to": to,
    "type": type_,
    "type_as": lambda self, other: functions.arithmetic.to_dtype(self, other.dtype),
    "cpu": lambda self: self,
    "contiguous": contiguous,
    "zero_": zero_,
    "fill_": fill_,
    "copy_": copy_,
    "uniform_": uniform_,
    "normal_": normal_,
    "random_": random_,
    "bernoulli_": bernoulli_,
    "exponential_": exponential_,
    "bernoulli": sampling.bernoulli,
    "multinomial": sampling.multinomial,
    "is_complex": lambda self: False,
    "is_signed": lambda self: self._array.dtype.kind in "fi",
    "is_same_size": lambda self, other: self._array.shape == other._array.shape,
    "byte": lambda self: functions.to_dtype(self, dtypes.uint8),
    "new_tensor": lambda self, data, **o: creation.tensor(
        data, **{"dtype": self.dtype, **o}
    ),
    "new_zeros": lambda self, *size, **o: creation.zeros(
        *size, **{"dtype": self.dtype, **o}
    ),
    "new_ones": lambda self, *size, **o: creation.ones(
        *size, **{"dtype": self.dtype, **o}
    ),
    "new_empty": lambda self, *size, **o: creation.empty(
        *size, **{"dtype": self.dtype, **o}
    ),
    "new_full": lambda self, size, value, **o: creation.full(
        size, value, **{"dtype": self.dtype, **o}
    ),
    "expand_as": lambda self, other: functions.shaping.expand(self, other._array.shape),
    "view_as": lambda self, other: functions.shaping.view(self, other._array.shape),
    "reshape_as": lambda self, other: functions.shaping.reshape(
        self, other._array.shape
    ),
}


def _fixed(name: str, look: property) -> property:
    """Return a property that refuses to be written in PyTorch's words."""

    def refuse(self: Tensor, value: Any) -> None:
        raise AttributeError(
            f"attribute '{name}' of 'torch._C.TensorBase' objects is not writable"
        )

    return look.setter(refuse)


for _name, _look in PROPERTIES.items():
    PROPERTIES[_name] = _look if _look.fset else _fixed(_name, _look)
for _name, _attribute in {**METHODS, **PROPERTIES}.items():
    setattr(Tensor, _name, _attribute)


def _new(cls: type, *args: Any, **kwargs: Any) -> Tensor:
    if cls is not Tensor:
        return object.__new__(cls)
    return creation.legacy(args, dtypes.get_default_dtype(), "Tensor")


Tensor.__new__ = _new  # type: ignore[assignment,method-assign]

#: What `torch` shows of these: every operation that takes tensors.
FUNCTIONS = {
    **_FUNCTIONS,
    **{f"{name}_": METHODS[f"{name}_"] for name in _INPLACE},
    "detach": flags.detach,
    "zero_": zero_,
    "fill_": fill_,
}

_T_OF_SCALAR = (
    "Tensor.T is deprecated on 0-D tensors. This function is the identity in these "
    "cases."
)
_T_OF_MANY = (
    "The use of `x.T` on tensors of dimension other than 2 to reverse their shape is "
    "deprecated and it will throw an error in a future release. Consider `x.mT` to "
    "transpose batches of matrices or `x.permute(*torch.arange(x.ndim - 1, -1, -1))` "
    "to reverse the dimensions of a tensor."
)
_TO_SCALAR = (
    "Converting a tensor with requires_grad=True to a scalar may lead to unexpected "
    "behavior.\nConsider using tensor.detach() first."
)
_NO_DEEPCOPY = (
    "Only Tensors created explicitly by the user (graph leaves) support the deepcopy "
    "protocol at the moment.  If you were attempting to deepcopy a module, this may be "
    "because of a torch.nn.utils.weight_norm usage, see "
    "https://github.com/pytorch/pytorch/pull/103001"
)
