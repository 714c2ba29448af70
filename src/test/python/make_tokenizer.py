"""Makes the small byte-level BPE tokenizer of the tests of ai.echogen.tokens, and ids to compare with.

    python make_tokenizer.py FOLDER    # needs `tokenizers`, made with 0.23.2

Cut like DeepSeek's tokenizers (words with their space, digits one by one, no <unk>), with the names of
Janus' special tokens, without PlanGen's six: the program under test adds those.
"""

import json
import sys
from pathlib import Path

from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, pre_tokenizers, trainers

JANUS = [
    "<｜begin▁of▁sentence｜>",
    "<｜end▁of▁sentence｜>",
    "<｜▁pad▁｜>",
    "<begin_of_image>",
    "<end_of_image>",
    "<image_placeholder>",
    "<patch_placeholder>",
    "<|ref|>",
    "<|/ref|>",
    "<|det|>",
    "<|/det|>",
    "<|grounding|>",
    "<|User|>",
    "<|Assistant|>",
]
PLANGEN = ["<grounding>", "</grounding>", "<ref>", "</ref>", "<box>", "</box>"]
COLOURS = ["red", "green", "blue", "striped", "yellow", "wooden", "white", "old", "tall", "small"]
THINGS = ["circle", "square", "star", "dog", "bicycle", "umbrella", "window", "tree", "café table", "woman"]
PLACES = ["left of", "right of", "above", "below", "behind", "next to"]
CAPTIONS = [
    f"A {colour} {thing}, {place} a {other} {neighbour}; there are {n} of them in the picture."
    for n, (colour, thing, place, other, neighbour) in enumerate(
        (c, t, PLACES[(i + j) % 6], COLOURS[(i * 3 + j) % 10], THINGS[(i + j * 7) % 10])
        for i, c in enumerate(COLOURS)
        for j, t in enumerate(THINGS)
    )
]
TEXTS = [
    "",
    "a",
    " ",
    "a red star, left of a circle",
    "A  double  space ",
    " leading and trailing ",
    "line\nbreak\n\nand\ttab",
    "[0, 250, 500, 1000]",
    "2024 was 1,5 years ago",
    "don't stop!!! (really?) #1",
    "CAPITALS and MiXeD",
    "café naïve Ångström e\u0301",
    "汉字和标点。日本語 한국어",
    "नमस्ते дом λόγος",
    "🙂 a🙂b 👩\u200d🚀",
    "½ $5+$6=11 €3",
    "unprintable\u0000\u0007\u200b",
    "under_score <tag> </tag> <ref",
    "<|User|>: a dog\n\n<|Assistant|>:",
    "one<ref>two</ref> <box>[1, 2, 3, 4]</box>",
    "<｜begin▁of▁sentence｜><image_placeholder>\nPlease describe this image",
]
LAYOUTS = [
    ["a dog next to a tree", [["a small dog", [12, 0, 500, 1000]], ["tree", [501, 3, 999, 40]]]],
    ["", []],
    ["2 stars, one café", [["star, left", [0, 0, 1, 1]]]],
    ["汉字 🙂 \n", [["🙂", [100, 200, 300, 400]], ["naïve", [7, 77, 777, 778]]]],
]


def train():
    tokenizer = Tokenizer(models.BPE())
    isolated = "isolated"
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(r"[\r\n]"), isolated),
            pre_tokenizers.Split(Regex(r"\s?\p{L}+"), isolated),
            pre_tokenizers.Split(Regex(r"\s?\p{P}+"), isolated),
            pre_tokenizers.Split(Regex(r"[一-龥ࠀ-一가-퟿]+"), isolated),
            pre_tokenizers.Digits(individual_digits=True),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    )
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.train_from_iterator(
        CAPTIONS,
        trainers.BpeTrainer(
            vocab_size=560, initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()), show_progress=False
        ),
    )
    tokenizer.add_special_tokens([AddedToken(name, special=True, normalized=True) for name in JANUS])
    return tokenizer


def plangen(caption, regions):
    boxes = "".join(f"<ref>{phrase}</ref><box>{box}</box>" for phrase, box in regions)
    return (
        f"<｜begin▁of▁sentence｜><|User|>: {caption}\n\n<|Assistant|>: "
        f"<grounding>{boxes}</grounding><｜end▁of▁sentence｜>"
    )


def main(folder):
    tokenizer = train()
    (folder / "tokenizer.json").write_text(tokenizer.to_str(), encoding="utf-8")
    tokenizer.add_special_tokens(PLANGEN)

    def ids(text):
        return tokenizer.encode(text, add_special_tokens=False).ids

    expected = {
        "added": {name: tokenizer.token_to_id(name) for name in PLANGEN},
        "texts": [{"text": text, "ids": ids(text)} for text in TEXTS],
        "layouts": [
            {
                "caption": caption,
                "regions": [{"phrase": phrase, "box": box} for phrase, box in regions],
                "ids": ids(plangen(caption, regions)),
                "caption_ids": ids(f"<｜begin▁of▁sentence｜><|User|>: {caption}\n\n<|Assistant|>:"),
            }
            for caption, regions in LAYOUTS
        ],
    }
    (folder / "expected.json").write_text(json.dumps(expected, indent=1) + "\n", encoding="utf-8")


main(Path(sys.argv[1]))
