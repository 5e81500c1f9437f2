"""Writes the pictures of this folder, what PIL decodes them to, and what torchvision makes of them.

Needs pillow, numpy, torch and torchvision. `NAME.rgb` holds the samples of `NAME` after `convert("RGB")`;
`cases.json` lists windows of resized pictures, each with its samples in `frame-I.rgb`, its luma in
`frame-I.gray`, and for the first one the normalised tensor in `frame-0.f32`. `framing` is filter, fit and crop, where
they are not torchvision's usual ones: both sides resized as timm's squash and Hugging Face's ViT do it, crops floored as
Hugging Face does it.
"""
import json
import numpy as np
from PIL import Image
from torchvision import transforms
from torchvision.transforms import functional as F

rng = np.random.default_rng(7)
W, H = 53, 37
y, x = np.mgrid[0:H, 0:W]
base = np.stack([4 * x + y, 255 - 5 * y, 128 + 90 * np.sin(x / 5.0) * np.cos(y / 4.0)], -1)
rgb = np.clip(base + rng.normal(0, 12, base.shape), 0, 255).astype(np.uint8)
gray = rgb[..., 2]
alpha = np.clip(6 * x, 0, 255).astype(np.uint8)

files = {}


def save(name, image, **options):
    image.save(name, **options)
    files[name] = np.asarray(Image.open(name).convert("RGB"))
    files[name].tofile(name + ".rgb")


color = Image.fromarray(rgb)
save("rgb.png", color)
save("gray.png", Image.fromarray(gray))
save("rgba.png", Image.fromarray(np.dstack([rgb, alpha])))
save("gray-alpha.png", Image.fromarray(np.dstack([gray, alpha])))
save("bits.png", Image.fromarray(gray > 128))
save("palette.png", color.quantize(13))
save("palette-clear.png", color.quantize(13), transparency=3)
save("color.jpg", color, quality=92)
save("gray.jpg", Image.fromarray(gray), quality=92)
save("progressive.jpg", color, quality=80, progressive=True)
save("color.bmp", color)
save("palette.bmp", color.quantize(13))
save("palette.gif", color.quantize(40))
turned = Image.Exif()
turned[0x0112] = 6
save("turned.jpg", color, quality=92, exif=turned)
color.convert("CMYK").save("cmyk.jpg")
Image.fromarray(rgb[..., 0].astype(np.uint16) * 257 // 2).save("gray16.png")
(rgb[..., 0].astype(np.uint16) * 257 // 2 >> 8).astype(np.uint8).tofile("gray16.png.gray")

noise = Image.fromarray(rng.integers(0, 256, (61, 90, 3), dtype=np.uint8))
noise.save("noise.png")
cases = []
USUAL = "bilinear shorter_side rounded"
CUBIC = "bicubic shorter_side rounded"
for name, resize, size, *framing in [("rgb.png", 24, 16), ("rgb.png", 37, 32), ("rgb.png", 80, 30), ("noise.png", 20, 17),
                           ("noise.png", 61, 29), ("noise.png", 7, 7), ("noise.png", 100, 33), ("noise.png", 30, 40),
                           ("noise.png", 20, 33), ("gray.png", 28, 28), ("turned.jpg", 24, 24),
                           ("rgb.png", 24, 16, CUBIC), ("noise.png", 20, 17, CUBIC), ("noise.png", 100, 33, CUBIC),
                           ("noise.png", 61, 29, CUBIC), ("noise.png", 20, 33, CUBIC),
                           ("noise.png", 24, 24, "bilinear both_sides rounded"),
                           ("noise.png", 30, 24, "bicubic both_sides rounded"),
                           ("rgb.png", 64, 40, "bicubic both_sides floored"),
                           ("noise.png", 24, 17, "bicubic shorter_side floored"),
                           ("noise.png", 21, 16, "bilinear shorter_side floored"),
                           ("noise.png", 21, 16)]:
    kind, fit, crop = (framing or [USUAL])[0].split()
    image = Image.open(name).convert("RGB")
    kind = F.InterpolationMode(kind)
    image = F.resize(image, [resize] * (2 if fit == "both_sides" else 1), interpolation=kind, antialias=True)
    if crop == "floored":
        frame = F.crop(image, (image.height - size) // 2, (image.width - size) // 2, size, size)
    else:
        frame = F.center_crop(image, [size])
    index = len(cases)
    np.asarray(frame).tofile(f"frame-{index}.rgb")
    if index == 0:
        np.asarray(F.normalize(transforms.ToTensor()(frame), (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)),
                   dtype="<f4").tofile(f"frame-{index}.f32")
    np.asarray(frame.convert("L")).tofile(f"frame-{index}.gray")
    cases.append({"file": name, "resize": resize, "size": size, "framing": (framing or [USUAL])[0]})
json.dump({"width": W, "height": H, "files": sorted(files), "frames": cases}, open("cases.json", "w"), indent=1)
