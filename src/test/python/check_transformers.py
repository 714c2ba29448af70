"""Opens what `./echogen convert to=transformers` wrote with Hugging Face transformers.

Not part of the build. Run it in any Python with `torch` and `transformers` (5.18 was tried):

    python src/test/python/check_transformers.py DIR [PROMPTS.json]

Checks that no key is missing or unexpected and that lm_head is not tied to the token embedding. With prompts, draws each
greedily with transformers' own layers and its key/value cache, and compares the codes with those given:

    {"pad": 0, "prompts": [{"ids": [1, 7, ..., BEGIN_OF_IMAGE], "guidance": 1.0, "codes": [5, 0, ...]}]}

With a guidance above 1, transformers' own generate() draws them once more. `ids` end with <begin_of_image>. With a guidance g other than 1, logits are u + g (c - u) as in Janus, where u comes from the
same ids with all but the first and the last replaced by `pad` (default: text_config.pad_token_id).
"""

import json
import pathlib
import sys

import torch
from transformers import JanusForConditionalGeneration


def load(directory):
    model, info = JanusForConditionalGeneration.from_pretrained(
        directory, dtype=torch.float32, output_loading_info=True
    )
    for kind in ("missing_keys", "unexpected_keys", "mismatched_keys", "error_msgs"):
        assert not info.get(kind), f"{kind}: {sorted(info[kind])}"
    embedding, head = model.get_input_embeddings().weight, model.lm_head.weight
    assert head.data_ptr() != embedding.data_ptr(), "lm_head is tied to the token embedding"
    count = sum(p.numel() for p in model.parameters())
    print(f"{directory}: {count:,} parameters, no key missing or unexpected, lm_head not tied")
    return model.eval()


@torch.no_grad()
def draw(model, ids, guidance, pad, count):
    """Codes, and at each step the distance of the two best scores."""
    rows = [ids] if guidance == 1 else [ids, [ids[0]] + [pad] * (len(ids) - 2) + [ids[-1]]]
    inputs = model.get_input_embeddings()(torch.tensor(rows))  # (1 or 2, T, D)
    cache, codes, gaps = None, [], []
    for _ in range(count):
        out = model.model.language_model(inputs_embeds=inputs, past_key_values=cache, use_cache=True)
        cache = out.past_key_values
        scores = model.model.generation_head(out.last_hidden_state[:, -1])
        if guidance != 1:
            scores = scores[1:] + guidance * (scores[:1] - scores[1:])
        best = scores[0].topk(2).values
        gaps.append((best[0] - best[1]).item())
        codes.append(scores[0].argmax().item())
        inputs = model.prepare_embeddings_for_image_generation(torch.tensor([[codes[-1]]] * len(rows)))
    return codes, gaps


def generated(model, ids, guidance, count):
    """Codes by generate(), which always draws with guidance."""
    ids = torch.tensor([ids])
    return model.generate(ids, attention_mask=torch.ones_like(ids), generation_mode="image", do_sample=False,
                          guidance_scale=guidance, max_length=ids.shape[1] + count)[0].tolist()


def check(model, prompts):
    pad = prompts.get("pad", model.config.text_config.pad_token_id)
    wrong = 0
    for number, prompt in enumerate(prompts["prompts"]):
        ids, guidance, ours = prompt["ids"], prompt.get("guidance", 1.0), prompt["codes"]
        assert guidance == 1 or pad is not None, "guidance needs the id of pad: add it to the file"
        codes, gaps = draw(model, ids, guidance, pad, len(ours))
        first = next((i for i, pair in enumerate(zip(codes, ours)) if pair[0] != pair[1]), None)
        verdict = f"{len(ours)} codes equal"
        if first is not None:
            wrong += 1
            verdict = f"code {first} is {ours[first]}, transformers draws {codes[first]} by {gaps[first]:.2e}"
        elif guidance > 1 and generated(model, ids, guidance, len(ours)) == ours:
            verdict += ", by generate() too"
        elif guidance > 1:
            wrong += 1
            verdict = "generate() draws others"
        print(f"prompt {number}, guidance {guidance}: {verdict}, narrowest choice {min(gaps):.2e}")
    assert wrong == 0, f"{wrong} of {len(prompts['prompts'])} prompts differ"


if __name__ == "__main__":
    janus = load(sys.argv[1])
    if len(sys.argv) > 2:
        check(janus, json.loads(pathlib.Path(sys.argv[2]).read_text()))
