#!/usr/bin/env python3
"""The PyTorch side of the comparison: does what it is told on standard input, one answer per line.

    prepare WORK     makes the model or operands of a work, answers "ready"
    run COUNT        answers the seconds of COUNT runs
    memory           answers the peak resident megabytes of this process
    versions         answers the versions of PyTorch and transformers and the number of threads

Says on standard error what takes long, unless it is started with --quiet. With --device cuda models are computed on the GPU, in
float32 without TF32, and runs end when the GPU has finished.
"""
import contextlib
import importlib.metadata
import os
import platform
import sys
import time
from unittest import mock

import torch
import torch.nn.functional as F
from torch import nn


def vgg16():
    layers, channels = [], 3
    for step in [64, 64, "M", 128, 128, "M", 256, 256, 256, "M", 512, 512, 512, "M", 512, 512, 512, "M"]:
        if step == "M":
            layers.append(nn.MaxPool2d(2))
        else:
            layers += [nn.Conv2d(channels, step, 3, padding=1), nn.ReLU()]
            channels = step
    return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(7), nn.Flatten(), nn.Linear(25088, 4096), nn.ReLU(),
                         nn.Linear(4096, 4096), nn.ReLU(), nn.Linear(4096, 1000))


class Bottleneck(nn.Module):
    def __init__(self, channels, width, stride):
        super().__init__()
        out = 4 * width
        self.branch = nn.Sequential(
            nn.Conv2d(channels, width, 1, bias=False), nn.BatchNorm2d(width), nn.ReLU(),
            nn.Conv2d(width, width, 3, stride, 1, bias=False), nn.BatchNorm2d(width), nn.ReLU(),
            nn.Conv2d(width, out, 1, bias=False), nn.BatchNorm2d(out))
        self.skip = nn.Identity() if channels == out else nn.Sequential(
            nn.Conv2d(channels, out, 1, stride, bias=False), nn.BatchNorm2d(out))

    def forward(self, x):
        return F.relu(self.branch(x) + self.skip(x))


def resnet50():
    layers = [nn.Conv2d(3, 64, 7, 2, 3, bias=False), nn.BatchNorm2d(64), nn.ReLU(), nn.MaxPool2d(3, 2, 1)]
    channels = 64
    for stage, blocks in enumerate([3, 4, 6, 3]):
        width = 64 << stage
        for block in range(blocks):
            layers.append(Bottleneck(channels, width, 2 if block == 0 and stage > 0 else 1))
            channels = 4 * width
    return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(2048, 1000))


class Picture(nn.Module):
    """A network of pictures whose output is a tensor of logits."""

    def __init__(self, network, batch):
        super().__init__()
        self.network = network.eval().requires_grad_(False)
        self.x = torch.randn(batch, 3, 224, 224)

    def operand(self):
        return self.x

    def logits(self, x):
        y = self.network(x)
        return y if isinstance(y, torch.Tensor) else y.logits


def vit():
    from transformers import ViTConfig, ViTForImageClassification
    return ViTForImageClassification(ViTConfig(num_labels=1000))


class Question(nn.Module):
    """RoBERTa-large with a head for questions, from the looked-up words on."""

    def __init__(self, batch):
        super().__init__()
        from transformers import RobertaConfig, RobertaForQuestionAnswering
        config = RobertaConfig(vocab_size=50265, hidden_size=1024, num_hidden_layers=24, num_attention_heads=16,
                               intermediate_size=4096, max_position_embeddings=514, type_vocab_size=1)
        self.network = RobertaForQuestionAnswering(config).eval().requires_grad_(False)
        self.ids = torch.randint(10, 30000, (batch, 384))

    def operand(self):
        with torch.no_grad():
            words = self.network.roberta.embeddings.word_embeddings
            return words(self.ids.to(words.weight.device))

    def logits(self, x):
        y = self.network(inputs_embeds=x)
        return y.start_logits + y.end_logits


class QuestionForT5(nn.Module):
    """Flan-T5-large with a head for questions; encoder and decoder read the same looked-up words."""

    def __init__(self, batch):
        super().__init__()
        from transformers import T5Config, T5ForQuestionAnswering
        config = T5Config(vocab_size=32128, d_model=1024, d_kv=64, d_ff=2816, num_layers=24, num_decoder_layers=24,
                          num_heads=16, feed_forward_proj="gated-gelu", tie_word_embeddings=False,
                          decoder_start_token_id=0, pad_token_id=0)
        self.network = T5ForQuestionAnswering(config).eval().requires_grad_(False)
        self.ids = torch.randint(10, 30000, (batch, 384))

    def operand(self):
        with torch.no_grad():
            return self.network.shared(self.ids.to(self.network.shared.weight.device))

    def logits(self, x):
        y = self.network(inputs_embeds=x, decoder_inputs_embeds=x, use_cache=False)
        return y.start_logits + y.end_logits


def drawn(make):
    """The module that make builds, with small random weights.

    Libraries draw each weight with care, some of them twice, which takes a minute for hundreds of millions. Here drawing
    does nothing while the module is built; then one block of numbers is repeated, scaled so that activations keep their
    size from layer to layer.
    """
    def undrawn(tensor, *args, **kwargs):
        return tensor

    with contextlib.ExitStack() as stack:
        for name in ("normal_", "uniform_", "erfinv_"):
            stack.enter_context(mock.patch.object(torch.Tensor, name, undrawn))
        for name in ("trunc_normal_", "kaiming_uniform_", "kaiming_normal_", "xavier_uniform_", "normal_", "uniform_"):
            stack.enter_context(mock.patch.object(torch.nn.init, name, undrawn))
        module = make()
    torch.manual_seed(1)
    # Prime, so that the rows of a weight differ.
    block = torch.randn(1_000_003)
    with torch.no_grad():
        for name, weight in module.named_parameters():
            flat = weight.view(-1)
            if weight.dim() > 1:
                scale = weight[0].numel() ** -0.5
                for start in range(0, flat.numel(), block.numel()):
                    part = flat[start:start + block.numel()]
                    torch.mul(block[:part.numel()], scale, out=part)
            elif name.endswith("bias"):
                flat.copy_(block[:flat.numel()] * 0.01)
            else:
                flat.fill_(1)
    return module


MODELS = {
    "vgg16": lambda batch: Picture(drawn(vgg16), batch),
    "resnet50": lambda batch: Picture(drawn(resnet50), batch),
    "vit_b_16": lambda batch: Picture(drawn(vit), batch),
    "roberta-large": lambda batch: drawn(lambda: Question(batch)),
    "flan-t5-large": lambda batch: drawn(lambda: QuestionForT5(batch)),
}


def device():
    words = sys.argv[1:]
    return words[words.index("--device") + 1] if "--device" in words else "cpu"


def finish():
    """Waits for what was enqueued."""
    if device() != "cpu":
        torch.cuda.synchronize()


def model_work(name, what, batch):
    model = MODELS[name](int(batch)).to(device())
    x = model.operand().to(device())

    def forward():
        with torch.inference_mode():
            model.logits(x)
        finish()

    def gradient():
        leaf = x.detach().requires_grad_()
        y = model.logits(leaf)
        y = y.amax(-1).sum()
        torch.autograd.grad(y, leaf)
        finish()

    return {"forward": forward, "gradient": gradient}[what]


def randn(*sizes):
    return torch.randn(*sizes)


def sizes(text):
    return [int(n) for n in text.split("x")]


def kernel_work(name, *args):
    """One kernel: its name, then its sizes."""
    if name == "linear":
        m, k, n = sizes(args[0])
        x, w = randn(m, k), randn(n, k)
        return lambda: F.linear(x, w)
    if name == "matmul":
        b, m, k, n = sizes(args[0])
        x, y = randn(b, m, k), randn(b, k, n)
        return lambda: torch.matmul(x, y)
    if name in ("conv", "conv_adjoint"):
        c, h, o, k, stride, groups = sizes(args[0])
        x, w = randn(1, c, h, h), randn(o, c // groups, k, k)
        y = F.conv2d(x, w, None, stride, k // 2, 1, groups)
        if name == "conv":
            return lambda: F.conv2d(x, w, None, stride, k // 2, 1, groups)
        g = torch.randn_like(y)
        return lambda: torch.nn.grad.conv2d_input(x.shape, w, g, stride, k // 2, 1, groups)
    if name == "attention":
        heads, tokens, width = sizes(args[0])
        q, k, v = (randn(1, heads, tokens, width) for _ in range(3))
        return lambda: F.scaled_dot_product_attention(q, k, v)
    x = randn(*sizes(args[0]))
    w, b = randn(x.shape[-1]), randn(x.shape[-1])
    return {
        "relu": lambda: F.relu(x),
        "add": lambda: x + x,
        "gelu": lambda: F.gelu(x),
        "tanh": lambda: torch.tanh(x),
        "softmax": lambda: F.softmax(x, -1),
        "layer_norm": lambda: F.layer_norm(x, (x.shape[-1],), w, b),
        "sum": lambda: x.sum(-1),
    }[name]


def prepare(words):
    if words[0] == "model":
        return model_work(*words[1:])
    inner = kernel_work(*words[1:])

    def without_history():
        with torch.inference_mode():
            inner()

    return without_history


def peak_megabytes():
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmHWM")) / 1024


def version(package):
    try:
        return f"{package} {importlib.metadata.version(package)}"
    except importlib.metadata.PackageNotFoundError:
        return f"without {package}"


def main():
    quiet = "--quiet" in sys.argv[1:]
    torch.set_num_threads(len(os.sched_getaffinity(0)))
    torch.backends.cuda.matmul.allow_tf32 = False
    torch.backends.cudnn.allow_tf32 = False
    work = None
    for line in sys.stdin:
        command, *words = line.split()
        if command == "prepare":
            # Otherwise two models would be in memory at once.
            work = None
            start = time.perf_counter()
            work = prepare(words)
            seconds = time.perf_counter() - start
            if not quiet and seconds > 1:
                print(f"PyTorch: {' '.join(words)} prepared in {seconds:.0f} s", file=sys.stderr, flush=True)
            answer = "ready"
        elif command == "run":
            seconds = []
            for _ in range(int(words[0])):
                start = time.perf_counter()
                work()
                seconds.append(time.perf_counter() - start)
            answer = " ".join(f"{s:.9f}" for s in seconds)
        elif command == "memory":
            answer = f"{peak_megabytes():.1f}"
        elif command == "versions" and device() != "cpu":
            answer = (f"PyTorch {torch.__version__}, {version('transformers')}, Python {platform.python_version()}, "
                      f"CUDA {torch.version.cuda}, {torch.cuda.get_device_name()}")
        elif command == "versions":
            answer = (f"PyTorch {torch.__version__}, {version('transformers')}, Python {platform.python_version()}, "
                      f"{torch.get_num_threads()} threads")
        else:
            answer = f"error: no command {command}"
        print(answer, flush=True)


main()
