"""The segmentation networks in PyTorch, by the names that `camber` knows them under: their state_dicts have its parameters' names."""
import torch
import torch.nn.functional as functional
from torch import nn


def convolution(channels_in, channels, kernel, stride=1, dilation=1, groups=1, activation=nn.ReLU, epsilon=1e-5, momentum=0.1):
    layers = [nn.Conv2d(channels_in, channels, kernel, stride, dilation * (kernel // 2), dilation, groups, bias=False),
              nn.BatchNorm2d(channels, eps=epsilon, momentum=momentum)]
    return nn.Sequential(*layers, *([activation(inplace=True)] if activation else []))


def pool(x):
    return functional.avg_pool2d(x, 2, 2, ceil_mode=True, count_include_pad=False)


def resized(x, like):
    return functional.interpolate(x, size=like.shape[2:], mode="bilinear", align_corners=False)


# The paper's network

class TwoBranches(nn.Module):
    def __init__(self, channels_in, left, right1, right2):
        super().__init__()
        self.left = convolution(channels_in, left, 1)
        self.right1 = convolution(channels_in, right1, 3)
        self.right2 = convolution(right1, right2, 3)

    def forward(self, x):
        return torch.cat([self.left(x), self.right2(self.right1(x))], 1)


class Initial(TwoBranches):
    def __init__(self):
        super().__init__(32, 16, 32, 48)
        self.stem = convolution(3, 32, 3, stride=2)

    def forward(self, x):
        return pool(super().forward(self.stem(x)))


class Bottleneck(nn.Module):
    def __init__(self, channels_in, dilation=1, growth=32):
        super().__init__()
        self.reduce = convolution(channels_in, 4 * growth, 1)
        self.grow = convolution(4 * growth, growth, 3, dilation=dilation)

    def forward(self, x):
        return torch.cat([x, self.grow(self.reduce(x))], 1)


class Transition(nn.Module):
    def __init__(self, channels_in, channels, pools):
        super().__init__()
        self.conv = convolution(channels_in, channels, 1)
        self.pools = pools

    def forward(self, x):
        return pool(self.conv(x)) if self.pools else self.conv(x)


class Paper(nn.Module):
    def __init__(self, classes):
        super().__init__()
        self.initial = Initial()
        self.block1 = nn.Sequential(*(TwoBranches(64, 16, 48, 48) for _ in range(2)))
        self.transition1 = Transition(64, 96, True)
        self.block2 = nn.Sequential(*(Bottleneck(96 + 32 * unit) for unit in range(4)))
        self.transition2 = Transition(224, 128, True)
        self.block3 = nn.Sequential(*(Bottleneck(128 + 32 * unit) for unit in range(8)))
        self.transition3 = Transition(384, 288, False)
        self.block4 = nn.Sequential(*(Bottleneck(288 + 32 * unit, dilation=(1, 2, 4, 8)[unit % 4]) for unit in range(8)))
        self.decode1 = convolution(64, 24, 3)
        self.decode2 = convolution(224, 32, 3)
        self.decode3 = convolution(384, 16, 3)
        self.decode4 = convolution(544, 24, 3)
        self.classify = nn.ConvTranspose2d(96, classes, 8, stride=4, padding=2)

    def forward(self, x):
        height, width = x.shape[2:]
        first = self.block1(self.initial(x))
        second = self.block2(self.transition1(first))
        third = self.block3(self.transition2(second))
        fourth = self.block4(self.transition3(third))
        parts = [self.decode1(first), self.decode2(second), self.decode3(third), self.decode4(fourth)]
        return self.classify(torch.cat([resized(part, first) for part in parts], 1))[:, :, :height, :width]


# EfficientNet-Lite

# Kernel, stride, expansion, channels, units.
STAGES = [(3, 1, 1, 16, 1), (3, 2, 6, 24, 2), (5, 2, 6, 40, 2), (3, 2, 6, 80, 3), (5, 1, 6, 112, 3), (5, 2, 6, 192, 4), (3, 1, 6, 320, 1)]
LITE_NORM = {"epsilon": 1e-3, "momentum": 0.01}


class InvertedResidual(nn.Module):
    def __init__(self, channels_in, channels, kernel, stride, expansion, drop):
        super().__init__()
        wide = channels_in * expansion
        if expansion > 1:
            self.expand = convolution(channels_in, wide, 1, activation=nn.ReLU6, **LITE_NORM)
        self.depthwise = convolution(wide, wide, kernel, stride, groups=wide, activation=nn.ReLU6, **LITE_NORM)
        self.project = convolution(wide, channels, 1, activation=None, **LITE_NORM)
        self.adds, self.drop = stride == 1 and channels == channels_in, drop

    def forward(self, x):
        y = self.project(self.depthwise(self.expand(x) if hasattr(self, "expand") else x))
        if not self.adds:
            return y
        if self.training and self.drop:
            y = y * (torch.rand(len(y), 1, 1, 1) >= self.drop) / (1 - self.drop)
        return x + y


class LiteEncoder(nn.Module):
    """Features at 1/4, 1/8, 1/16 and 1/32."""

    def __init__(self, width, depth, drop_connect):
        super().__init__()
        self.stem = convolution(3, 32, 3, stride=2, activation=nn.ReLU6, **LITE_NORM)
        units = [count if index in (0, len(STAGES) - 1) else -int(-depth * count // 1)
                 for index, (*_, count) in enumerate(STAGES)]
        self.last, self.channels, channels_in, index = [], [], 32, 0
        for (kernel, stride, expansion, base, _), count in zip(STAGES, units):
            channels = max(8, int(base * width + 4) // 8 * 8)
            channels += 8 if channels < 0.9 * base * width else 0
            if stride == 2 and index:
                self.last.append(index - 1)
                self.channels.append(channels_in)
            for unit in range(count):
                self.add_module(f"block{index}", InvertedResidual(
                    channels_in, channels, kernel, stride if unit == 0 else 1, expansion, drop_connect * index / sum(units)))
                channels_in, index = channels, index + 1
        self.count = index
        self.last, self.channels = self.last[1:] + [index - 1], self.channels[1:] + [channels_in]

    def forward(self, x):
        x, features = self.stem(x), []
        for index in range(self.count):
            x = self.get_submodule(f"block{index}")(x)
            if index in self.last:
                features.append(x)
        return features


class PyramidDecoder(nn.Module):
    def __init__(self, channels_in, channels):
        super().__init__()
        for level, count in enumerate(channels_in):
            part = nn.Module()
            part.lateral = convolution(count, channels, 1, activation=None, **LITE_NORM)
            self.add_module(f"level{level}", part)
        self.smooth0 = convolution(channels, channels, 3, **LITE_NORM)
        self.smooth1 = convolution(channels, channels, 3, **LITE_NORM)

    def forward(self, features):
        x = None
        for level in reversed(range(len(features))):
            lateral = self.get_submodule(f"level{level}").lateral(features[level])
            x = lateral if x is None else lateral + resized(x, lateral)
        return self.smooth1(self.smooth0(x))


class EfficientNetLite(nn.Module):
    def __init__(self, classes, width=1.0, depth=1.0, decoder=64, drop_connect=0.2):
        super().__init__()
        self.encoder = LiteEncoder(width, depth, drop_connect)
        self.decoder = PyramidDecoder(self.encoder.channels, decoder)
        self.classify = nn.ConvTranspose2d(decoder, classes, 8, stride=4, padding=2)

    def forward(self, x):
        height, width = x.shape[2:]
        return self.classify(self.decoder(self.encoder(x)))[:, :, :height, :width]


# DeepLab-v2

# Channels, units, stride, dilation.
RESNET101 = [(64, 3, 1, 1), (128, 4, 2, 1), (256, 23, 1, 2), (512, 3, 1, 4)]


class ResidualBottleneck(nn.Module):
    def __init__(self, channels_in, channels, stride, dilation, is_first):
        super().__init__()
        self.reduce = convolution(channels_in, channels, 1, stride=stride)
        self.middle = convolution(channels, channels, 3, dilation=dilation)
        self.expand = convolution(channels, 4 * channels, 1, activation=None)
        if is_first:
            self.shortcut = convolution(channels_in, 4 * channels, 1, stride=stride, activation=None)

    def forward(self, x):
        shortcut = self.shortcut(x) if hasattr(self, "shortcut") else x
        return functional.relu(self.expand(self.middle(self.reduce(x))) + shortcut)


class ResNet101(nn.Module):
    """Output stride 8."""

    def __init__(self):
        super().__init__()
        self.stem = convolution(3, 64, 7, stride=2)
        channels_in = 64
        for number, (channels, units, stride, dilation) in enumerate(RESNET101, 1):
            stage = nn.Sequential()
            for unit in range(units):
                stage.append(ResidualBottleneck(channels_in, channels, stride if unit == 0 else 1, dilation, unit == 0))
                channels_in = 4 * channels
            self.add_module(f"layer{number}", stage)

    def forward(self, x):
        x = functional.max_pool2d(self.stem(x), 3, 2, 1, ceil_mode=True)
        return self.layer4(self.layer3(self.layer2(self.layer1(x))))


class DeepLabV2(nn.Module):
    def __init__(self, classes):
        super().__init__()
        self.encoder = ResNet101()
        self.classify = nn.ModuleList([nn.Conv2d(2048, classes, 3, padding=rate, dilation=rate) for rate in (6, 12, 18, 24)])

    def forward(self, x):
        features = self.encoder(x)
        return resized(sum(branch(features) for branch in self.classify), x)


NETWORKS = {
    "paper": Paper,
    "efficientnet-lite0": EfficientNetLite,
    "efficientnet-lite1": lambda classes, **rest: EfficientNetLite(classes, 1.0, 1.1, **rest),
    "efficientnet-lite2": lambda classes, **rest: EfficientNetLite(classes, 1.1, 1.2, **rest),
    "deeplab-v2": DeepLabV2,
}


def with_random_statistics(network, seed=1):
    """The network as training could leave it: batch norms that do something, features that neither vanish nor grow."""
    random = torch.Generator().manual_seed(seed)

    def uniform(tensor, low, high):
        tensor.copy_(low + (high - low) * torch.rand(tensor.shape, generator=random))

    hooks = []
    with torch.no_grad():
        for module in network.modules():
            if isinstance(module, nn.BatchNorm2d):
                uniform(module.weight, 0.5, 1.5)
                uniform(module.bias, -0.5, 0.5)
                hooks.append(module.register_forward_pre_hook(calibrate))
        network.eval()(torch.randn(1, 3, 96, 128, generator=random))
    for hook in hooks:
        hook.remove()
    return network


def calibrate(norm, inputs):
    """The running statistics of the very input that comes."""
    values = inputs[0]
    norm.running_mean.copy_(values.mean((0, 2, 3)))
    norm.running_var.copy_(values.var((0, 2, 3)) + 1e-3)
