"""Writes small classifiers as transformers and timm save them, with random weights, and what these make of them.

Needs torch, torchvision, safetensors, pillow, transformers and timm. Each folder has `config.json`, `model.safetensors`,
for transformers `preprocessor_config.json`, and `expected/expected.safetensors`: `pixels` and the `logits` for them
(float64 arithmetic), a `picture` (height, width, 3) and what it is `prepared` to.
"""
import json
import os
import shutil
from functools import partial
import numpy as np
import torch
from PIL import Image
from safetensors.torch import save_file
from timm.data import create_transform, resolve_model_data_config
from timm.layers import resample_abs_pos_embed
from timm.models import save_for_hf
from timm.models._efficientnet_builder import decode_arch_def
from timm.models.efficientnet import EfficientNet
from timm.models.resnet import BasicBlock, ResNet
from timm.models.vision_transformer import VisionTransformer
from transformers import ResNetConfig, ResNetForImageClassification, ViTConfig, ViTForImageClassification
from transformers.models.convnext.image_processing_pil_convnext import ConvNextImageProcessorPil
from transformers.models.deit.image_processing_pil_deit import DeiTImageProcessorPil
from transformers.models.vit.image_processing_pil_vit import ViTImageProcessorPil

torch.manual_seed(11)
picture = Image.fromarray(np.random.default_rng(5).integers(0, 256, (21, 34, 3), dtype=np.uint8))


def drawn(model):
    with torch.no_grad():
        for name, p in model.named_parameters():
            scale = 0.8 / p[0].numel() ** 0.5 if p.dim() > 1 else 0.3
            p.copy_(scale * torch.randn_like(p) + (1 if p.dim() == 1 and name.endswith("weight") else 0))
        for name, b in model.named_buffers():
            if name.endswith("running_mean"):
                b.copy_(0.2 * torch.randn_like(b))
            if name.endswith("running_var"):
                b.copy_(torch.rand_like(b) + 0.5)
    return model.eval()


def expect(folder, forward, size, prepared):
    pixels = torch.randn(2, 3, size, size)
    with torch.no_grad():
        logits = forward(pixels.double())
    os.makedirs(f"{folder}/expected", exist_ok=True)
    save_file({"pixels": pixels, "logits": getattr(logits, "logits", logits).contiguous(),
               "picture": torch.tensor(np.asarray(picture)), "prepared": prepared.float().contiguous()},
              f"{folder}/expected/expected.safetensors")


def transformers(folder, model, size, processor, grown=None):
    shutil.rmtree(folder, ignore_errors=True)
    drawn(model).save_pretrained(folder)
    if grown:
        file = f"{folder}/config.json"
        config = json.load(open(file))
        config["image_size"] = grown
        json.dump(config, open(file, "w"), indent=1)
    processor.save_pretrained(folder)
    model.double()
    options = {"interpolate_pos_encoding": True} if grown else {}
    prepared = torch.tensor(np.asarray(processor(picture, return_tensors="np")["pixel_values"]))
    expect(folder, lambda x: model(x, **options), grown or size, prepared)


def timm(folder, model, architecture, size, input, arguments=None, loaded=None):
    shutil.rmtree(folder, ignore_errors=True)
    drawn(model)
    model.pretrained_cfg = {"architecture": architecture, "input_size": (3, size, size), "num_classes": 3, **input}
    save_for_hf(model, folder, model_args=arguments)
    if os.path.exists(f"{folder}/pytorch_model.bin"):
        os.remove(f"{folder}/pytorch_model.bin")
        save_file({k: v.contiguous() for k, v in model.state_dict().items()}, f"{folder}/model.safetensors")
    if loaded is not None:
        loaded.load_state_dict(model.state_dict() | {
            "pos_embed": resample_abs_pos_embed(model.pos_embed.data, [loaded.patch_embed.grid_size[0]] * 2)})
        loaded.pretrained_cfg = model.pretrained_cfg
        model = loaded.eval()
    prepared = create_transform(**resolve_model_data_config(model))(picture)[None]
    expect(folder, model.double(), size, prepared)



VIT = {"hidden_size": 12, "num_hidden_layers": 2, "num_attention_heads": 3, "intermediate_size": 20, "image_size": 16,
       "patch_size": 4, "num_labels": 3}
RESNET = {"embedding_size": 4, "hidden_sizes": [8, 16], "depths": [2, 1], "num_labels": 3}
square = {"height": 16, "width": 16}

transformers("hf-vit", ViTForImageClassification(ViTConfig(**VIT)), 16, ViTImageProcessorPil(size=square))
transformers("hf-vit-options", ViTForImageClassification(ViTConfig(
    **VIT, qkv_bias=False, hidden_act="gelu_pytorch_tanh", layer_norm_eps=1e-2)), 16,
    DeiTImageProcessorPil(size={"height": 21, "width": 21}, crop_size=square, do_normalize=False))
transformers("hf-vit-grown", ViTForImageClassification(ViTConfig(**VIT)), 16,
             ViTImageProcessorPil(size={"height": 24, "width": 24}, resample=3), grown=24)
transformers("hf-vit-shrunk", ViTForImageClassification(ViTConfig(**VIT)), 16,
             ViTImageProcessorPil(size={"height": 12, "width": 12}, rescale_factor=1 / 127.5), grown=12)
transformers("hf-resnet", ResNetForImageClassification(ResNetConfig(**RESNET)), 33,
             ConvNextImageProcessorPil(size={"shortest_edge": 16}, crop_pct=0.75))
transformers("hf-resnet-early", ResNetForImageClassification(ResNetConfig(
    **RESNET, downsample_in_bottleneck=True, downsample_in_first_stage=True)), 33,
    ConvNextImageProcessorPil(size={"shortest_edge": 17}, resample=2))
transformers("hf-resnet-basic", ResNetForImageClassification(ResNetConfig(**RESNET, layer_type="basic")), 33,
             ConvNextImageProcessorPil(size={"shortest_edge": 16}))

SIZES = {"embed_dim": 12, "depth": 2, "num_heads": 3}


def vit(**options):
    return VisionTransformer(**{"img_size": 32, "patch_size": 8, "num_classes": 3, **SIZES, **options})


timm("timm-vit", vit(), "vit_base_patch8_224", 32, {"crop_pct": 0.9}, {**SIZES, "img_size": 32})
timm("timm-vit-mean", vit(global_pool="avg"), "vit_small_patch8_224", 32,
     {"crop_pct": 0.8, "crop_mode": "squash", "mean": (0.5, 0.4, 0.3), "std": (0.5, 0.25, 0.3)},
     {**SIZES, "img_size": 32, "global_pool": "avg"})
timm("timm-vit-gap", vit(class_token=False, global_pool="avg", fc_norm=False, qkv_bias=False),
     "vit_base_patch8_gap_224", 32, {"interpolation": "bilinear"}, {**SIZES, "img_size": 32, "qkv_bias": False})
timm("timm-vit-shrunk", vit(), "vit_tiny_patch8_224", 24, {}, {**SIZES, "img_size": 24}, loaded=vit(img_size=24))
timm("timm-vit-grown", vit(), "vit_tiny_patch8_224", 48, {}, {**SIZES, "img_size": 48}, loaded=vit(img_size=48))
timm("timm-resnet", ResNet(BasicBlock, (1, 1, 1, 1), num_classes=3, channels=(4, 8, 8, 8), stem_width=4),
     "resnet10", 33, {"interpolation": "bilinear"})
BLOCKS = [["cn_r1_k3_s1_e1_c8_skip"], ["er_r2_k3_s2_e4_c8"], ["er_r1_k3_s2_e4_c16"], ["ir_r2_k3_s2_e4_c16_se0.25"]]
for name, padding, eps in [("tf_efficientnetv2_s", "same", 1e-3), ("efficientnetv2_s", "", 1e-5)]:
    for size in [33, 48]:
        timm(f"timm-{name}-{size}".replace("_", "-"), EfficientNet(
            decode_arch_def(BLOCKS), num_classes=3, num_features=16, stem_size=8, pad_type=padding,
            act_layer=torch.nn.SiLU, norm_layer=partial(torch.nn.BatchNorm2d, eps=eps)),
            name, size, {"crop_pct": 1.0})
