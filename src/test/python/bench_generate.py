"""Drawing by `./echogen bench generate` beside transformers' cached generation, for docs/performance.md.

Needs torch and transformers. Both draw the same texts with the same model, by turns, and the medians are compared:

    ./echogen bench generate modelTo=out/tiny promptsTo=out/prompts.json
    python src/test/python/bench_generate.py out/tiny out/prompts.json

Prints a JSON object a round, then the medians and their ratio.
"""

import argparse
import json
import statistics
import subprocess
import time

import torch
import transformers


def prompts(path, guidance):
    return [p["ids"] for p in json.load(open(path))["prompts"] if p["guidance"] == guidance]


def padded(rows, pad):
    width = max(map(len, rows))
    ids = torch.tensor([[pad] * (width - len(row)) + row for row in rows])
    mask = torch.tensor([[0] * (width - len(row)) + [1] * len(row) for row in rows])
    return ids, mask


def theirs(model, rows, guidance, temperature):
    """Seconds to draw all rows at once. Without guidance generate() still draws an unconditional half, so the loop is ours then."""
    ids, mask = padded(rows, model.generation_config.pad_token_id)
    codes = model.config.vision_config.num_image_tokens
    start = time.perf_counter()
    with torch.inference_mode():
        if guidance != 1:
            model.generate(ids, attention_mask=mask, generation_mode="image", do_sample=True, guidance_scale=guidance,
                           temperature=temperature, max_length=ids.shape[1] + codes)
        else:
            cached(model, ids, mask, codes, temperature)
    return time.perf_counter() - start


def cached(model, ids, mask, codes, temperature):
    cache = transformers.DynamicCache()
    x, drawn = model.get_input_embeddings()(ids), []
    positions = (mask.cumsum(1) - 1).clamp(min=0)
    for _ in range(codes):
        h = model.model.language_model(inputs_embeds=x, attention_mask=mask, position_ids=positions, past_key_values=cache,
                                       use_cache=True).last_hidden_state[:, -1]
        code = torch.multinomial(torch.softmax(model.model.generation_head(h) / temperature, -1), 1)
        drawn.append(code)
        x = model.prepare_embeddings_for_image_generation(code)
        positions = positions[:, -1:] + 1
        mask = torch.cat([mask, mask.new_ones(len(mask), 1)], 1)
    return torch.cat(drawn, 1)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model")
    parser.add_argument("prompts")
    parser.add_argument("--echogen", default="./echogen")
    parser.add_argument("--guidance", type=float, default=1.0)
    parser.add_argument("--temperature", type=float, default=1.0)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--threads", type=int, default=torch.get_num_threads())
    parser.add_argument("--ours", nargs=argparse.REMAINDER, default=[], help="the rest goes to ./echogen bench generate")
    parser.add_argument("--repeats", type=int, default=3, help="drawings of theirs a round; the median counts")
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    model = transformers.JanusForConditionalGeneration.from_pretrained(args.model).eval()
    rows = prompts(args.prompts, args.guidance)
    theirs(model, rows[:2], args.guidance, args.temperature)  # warms up
    ours_all, theirs_all = [], []
    for _ in range(args.rounds):
        command = [args.echogen, "bench", "generate", *args.ours, f"model={args.model}", f"batch={len(rows)}",
                   f"guidance={args.guidance}", f"temperature={args.temperature}"]
        line = subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()[-1]
        ours_all.append(json.loads(line)["tokens_per_s"])
        seconds = statistics.median(theirs(model, rows, args.guidance, args.temperature) for _ in range(args.repeats))
        theirs_all.append(len(rows) * model.config.vision_config.num_image_tokens / seconds)
        print(json.dumps({"echogen": ours_all[-1], "transformers": round(theirs_all[-1], 2)}), flush=True)
    ours, theirs_ = statistics.median(ours_all), statistics.median(theirs_all)
    print(json.dumps({"batch": len(rows), "guidance": args.guidance, "threads": args.threads, "echogen_tokens_per_s": ours,
                      "transformers_tokens_per_s": round(theirs_, 2), "ratio": round(ours / theirs_, 2)}))


main()
