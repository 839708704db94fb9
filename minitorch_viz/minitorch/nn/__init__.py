"""Layers, activations and losses: `torch.nn`.

>>> from minitorch_viz.minitorch import nn
>>> nn.Sequential(nn.Linear(2, 3), nn.ReLU())
Sequential(
  (0): Linear(in_features=2, out_features=3, bias=True)
  (1): ReLU()
)
"""

from __future__ import annotations

from ..missing import refusing
from . import functional as functional
from . import init as init
from . import modules as modules
from . import ops_attention as ops_attention
from . import ops_conv as ops_conv
from . import ops_ctc as ops_ctc
from . import ops_embedding as ops_embedding
from . import ops_grids as ops_grids
from . import ops_groups as ops_groups
from . import ops_images as ops_images
from . import ops_inplace as ops_inplace
from . import ops_loss as ops_loss
from . import ops_margin as ops_margin
from . import ops_nll as ops_nll
from . import ops_nn as ops_nn
from . import ops_norm as ops_norm
from . import ops_packed as ops_packed
from . import ops_pad as ops_pad
from . import ops_pool as ops_pool
from . import ops_recurrent as ops_recurrent
from . import ops_resizing as ops_resizing
from . import utils as utils
from .activations import CELU as CELU
from .activations import ELU as ELU
from .activations import GELU as GELU
from .activations import SELU as SELU
from .activations import Hardshrink as Hardshrink
from .activations import Hardsigmoid as Hardsigmoid
from .activations import Hardswish as Hardswish
from .activations import Hardtanh as Hardtanh
from .activations import LeakyReLU as LeakyReLU
from .activations import LogSigmoid as LogSigmoid
from .activations import LogSoftmax as LogSoftmax
from .activations import Mish as Mish
from .activations import PReLU as PReLU
from .activations import ReLU as ReLU
from .activations import ReLU6 as ReLU6
from .activations import Sigmoid as Sigmoid
from .activations import SiLU as SiLU
from .activations import Softmax as Softmax
from .activations import Softmin as Softmin
from .activations import Softplus as Softplus
from .activations import Softshrink as Softshrink
from .activations import Softsign as Softsign
from .activations import Tanh as Tanh
from .activations import Tanhshrink as Tanhshrink
from .activations import Threshold as Threshold
from .adaptive_layers import AdaptiveAvgPool1d as AdaptiveAvgPool1d
from .adaptive_layers import AdaptiveAvgPool2d as AdaptiveAvgPool2d
from .adaptive_layers import AdaptiveAvgPool3d as AdaptiveAvgPool3d
from .adaptive_layers import AdaptiveMaxPool1d as AdaptiveMaxPool1d
from .adaptive_layers import AdaptiveMaxPool2d as AdaptiveMaxPool2d
from .adaptive_layers import AdaptiveMaxPool3d as AdaptiveMaxPool3d
from .attention_layers import MultiheadAttention as MultiheadAttention
from .containers import ModuleDict as ModuleDict
from .containers import ModuleList as ModuleList
from .containers import Sequential as Sequential
from .ctc import CTCLoss as CTCLoss
from .data_parallel import DataParallel as DataParallel
from .image_layers import Conv1d as Conv1d
from .image_layers import Conv2d as Conv2d
from .image_layers import Conv3d as Conv3d
from .image_layers import ConvTranspose1d as ConvTranspose1d
from .image_layers import ConvTranspose2d as ConvTranspose2d
from .image_layers import ConvTranspose3d as ConvTranspose3d
from .layers import Dropout as Dropout
from .layers import Dropout2d as Dropout2d
from .layers import Embedding as Embedding
from .layers import Flatten as Flatten
from .layers import Identity as Identity
from .layers import Linear as Linear
from .layers import Unflatten as Unflatten
from .lazy_layers import LazyBatchNorm1d as LazyBatchNorm1d
from .lazy_layers import LazyBatchNorm2d as LazyBatchNorm2d
from .lazy_layers import LazyBatchNorm3d as LazyBatchNorm3d
from .lazy_layers import LazyConv1d as LazyConv1d
from .lazy_layers import LazyConv2d as LazyConv2d
from .lazy_layers import LazyConv3d as LazyConv3d
from .lazy_layers import LazyConvTranspose1d as LazyConvTranspose1d
from .lazy_layers import LazyConvTranspose2d as LazyConvTranspose2d
from .lazy_layers import LazyConvTranspose3d as LazyConvTranspose3d
from .lazy_layers import LazyInstanceNorm1d as LazyInstanceNorm1d
from .lazy_layers import LazyInstanceNorm2d as LazyInstanceNorm2d
from .lazy_layers import LazyInstanceNorm3d as LazyInstanceNorm3d
from .lazy_layers import LazyLinear as LazyLinear
from .losses import BCELoss as BCELoss
from .losses import BCEWithLogitsLoss as BCEWithLogitsLoss
from .losses import CosineEmbeddingLoss as CosineEmbeddingLoss
from .losses import CrossEntropyLoss as CrossEntropyLoss
from .losses import GaussianNLLLoss as GaussianNLLLoss
from .losses import HingeEmbeddingLoss as HingeEmbeddingLoss
from .losses import HuberLoss as HuberLoss
from .losses import KLDivLoss as KLDivLoss
from .losses import L1Loss as L1Loss
from .losses import MarginRankingLoss as MarginRankingLoss
from .losses import MSELoss as MSELoss
from .losses import MultiLabelMarginLoss as MultiLabelMarginLoss
from .losses import MultiLabelSoftMarginLoss as MultiLabelSoftMarginLoss
from .losses import MultiMarginLoss as MultiMarginLoss
from .losses import NLLLoss as NLLLoss
from .losses import PoissonNLLLoss as PoissonNLLLoss
from .losses import SmoothL1Loss as SmoothL1Loss
from .losses import SoftMarginLoss as SoftMarginLoss
from .losses import TripletMarginLoss as TripletMarginLoss
from .module import Module as Module
from .norm_layers import BatchNorm1d as BatchNorm1d
from .norm_layers import BatchNorm2d as BatchNorm2d
from .norm_layers import BatchNorm3d as BatchNorm3d
from .norm_layers import GroupNorm as GroupNorm
from .norm_layers import InstanceNorm1d as InstanceNorm1d
from .norm_layers import InstanceNorm2d as InstanceNorm2d
from .norm_layers import InstanceNorm3d as InstanceNorm3d
from .norm_layers import LayerNorm as LayerNorm
from .norm_layers import RMSNorm as RMSNorm
from .padding_layers import CircularPad1d as CircularPad1d
from .padding_layers import CircularPad2d as CircularPad2d
from .padding_layers import CircularPad3d as CircularPad3d
from .padding_layers import ConstantPad1d as ConstantPad1d
from .padding_layers import ConstantPad2d as ConstantPad2d
from .padding_layers import ConstantPad3d as ConstantPad3d
from .padding_layers import ReflectionPad1d as ReflectionPad1d
from .padding_layers import ReflectionPad2d as ReflectionPad2d
from .padding_layers import ReflectionPad3d as ReflectionPad3d
from .padding_layers import ReplicationPad1d as ReplicationPad1d
from .padding_layers import ReplicationPad2d as ReplicationPad2d
from .padding_layers import ReplicationPad3d as ReplicationPad3d
from .padding_layers import ZeroPad1d as ZeroPad1d
from .padding_layers import ZeroPad2d as ZeroPad2d
from .padding_layers import ZeroPad3d as ZeroPad3d
from .parameter import Buffer as Buffer
from .parameter import Parameter as Parameter
from .parameter import UninitializedBuffer as UninitializedBuffer
from .parameter import UninitializedParameter as UninitializedParameter
from .parameter_containers import ParameterDict as ParameterDict
from .parameter_containers import ParameterList as ParameterList
from .pool_layers import AvgPool1d as AvgPool1d
from .pool_layers import AvgPool2d as AvgPool2d
from .pool_layers import AvgPool3d as AvgPool3d
from .pool_layers import LPPool1d as LPPool1d
from .pool_layers import LPPool2d as LPPool2d
from .pool_layers import LPPool3d as LPPool3d
from .pool_layers import MaxPool1d as MaxPool1d
from .pool_layers import MaxPool2d as MaxPool2d
from .pool_layers import MaxPool3d as MaxPool3d
from .pool_layers import MaxUnpool1d as MaxUnpool1d
from .pool_layers import MaxUnpool2d as MaxUnpool2d
from .pool_layers import MaxUnpool3d as MaxUnpool3d
from .random_layers import Dropout3d as Dropout3d
from .random_layers import EmbeddingBag as EmbeddingBag
from .random_layers import FeatureAlphaDropout as FeatureAlphaDropout
from .random_layers import RReLU as RReLU
from .recurrent import GRU as GRU
from .recurrent import LSTM as LSTM
from .recurrent import RNN as RNN
from .recurrent import RNNBase as RNNBase
from .recurrent_cells import GRUCell as GRUCell
from .recurrent_cells import LSTMCell as LSTMCell
from .recurrent_cells import RNNCell as RNNCell
from .recurrent_cells import RNNCellBase as RNNCellBase
from .resizing_layers import ChannelShuffle as ChannelShuffle
from .resizing_layers import LocalResponseNorm as LocalResponseNorm
from .resizing_layers import Upsample as Upsample
from .resizing_layers import UpsamplingBilinear2d as UpsamplingBilinear2d
from .resizing_layers import UpsamplingNearest2d as UpsamplingNearest2d
from .small_layers import GLU as GLU
from .small_layers import AlphaDropout as AlphaDropout
from .small_layers import Bilinear as Bilinear
from .small_layers import CosineSimilarity as CosineSimilarity
from .small_layers import Dropout1d as Dropout1d
from .small_layers import Fold as Fold
from .small_layers import PairwiseDistance as PairwiseDistance
from .small_layers import PixelShuffle as PixelShuffle
from .small_layers import PixelUnshuffle as PixelUnshuffle
from .small_layers import Softmax2d as Softmax2d
from .small_layers import (
    TripletMarginWithDistanceLoss as TripletMarginWithDistanceLoss,
)
from .small_layers import Unfold as Unfold
from .transformer import Transformer as Transformer
from .transformer import TransformerDecoder as TransformerDecoder
from .transformer import TransformerDecoderLayer as TransformerDecoderLayer
from .transformer import TransformerEncoder as TransformerEncoder
from .transformer import TransformerEncoderLayer as TransformerEncoderLayer

__all__ = ["functional", "init", "modules", "utils"]
modules.fill(globals())

__getattr__ = refusing("torch.nn", globals())
