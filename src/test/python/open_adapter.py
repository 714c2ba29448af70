"""Opens with Hugging Face peft what `./echogen pretrain init=BASE lora.rank=...` wrote.

Not part of the build. Needs torch, transformers and peft. BASE is a model that transformers opens, RUN the run's directory:

    python src/test/python/open_adapter.py BASE RUN

Loads RUN/adapter onto BASE, checks that every tensor of it found its place, merges it, and compares each weight with RUN/model.
"""

import sys

import torch
from peft import PeftModel
from safetensors import safe_open
from transformers import JanusForConditionalGeneration

base, run = sys.argv[1:]
model = JanusForConditionalGeneration.from_pretrained(base, dtype=torch.float32)
adapted = PeftModel.from_pretrained(model, f"{run}/adapter")
with safe_open(f"{run}/adapter/adapter_model.safetensors", "pt") as file:
    stored = {name: file.get_tensor(name) for name in file.keys()}
loaded = {name.replace(".default", ""): p for name, p in adapted.named_parameters() if "lora_" in name}
assert loaded.keys() == stored.keys(), sorted(loaded.keys() ^ stored.keys())[:4]
assert all(torch.equal(loaded[name], stored[name]) for name in stored)
print(f"{len(stored)} tensors of rank {adapted.peft_config['default'].r}, each in its place")
merged = adapted.merge_and_unload().state_dict()
with safe_open(f"{run}/model/model.safetensors", "pt") as file:
    ours = {name: file.get_tensor(name) for name in file.keys()}
worst = max((ours[name] - merged[name]).abs().max().item() for name in ours)
assert ours.keys() <= merged.keys() and worst < 1e-5, worst
print(f"merged: {len(ours)} tensors, largest difference {worst:.1e}")
