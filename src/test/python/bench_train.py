"""Tokens/s of PMTP's training step in transformers + PyTorch eager, for docs/performance.md.

Needs torch and transformers. It trains the model of `./echogen bench train` on the samples which that
command writes with samplesTo=FILE, and prints one JSON object:

    OMP_NUM_THREADS=1 python src/test/python/bench_train.py FILE --form layered

With --sizes it is the model of `./echogen bench step`, and --draw measures drawing with it in place of training:

    python src/test/python/bench_train.py FILE --form separate --sizes 300m --device cuda --precision bf16

The transformer is transformers' LlamaModel with its default attention (sdpa). In the form `separate` it
runs as it stands, twice a step: text and image, image and question. The form `layered` needs two masks,
so its layers are called one by one.
"""

import argparse
import json
import random
import statistics
import time

import torch
import transformers
from torch import nn
from torch.nn import functional as F

PAD, BEGIN_IMAGE, WINDOW = 0, 4, 32  # ids of the word vocabulary; batches grouped by length, as the product does


# vocabulary (at least), codebook, codes, hidden, intermediate, layers, heads, Janus's extras: as in conf/bench-*.conf
SIZES = {
    "tiny": (0, 1024, 64, 128, 352, 4, 4, True),
    "300m": (16384, 16384, 256, 1024, 2816, 20, 16, False),
    "1b": (102400, 16384, 576, 2048, 5632, 24, 16, False),
}


class Model(nn.Module):
    def __init__(self, words, sizes="tiny", width=8):
        super().__init__()
        vocabulary, codebook, codes, hidden, intermediate, layers, heads, extras = SIZES[sizes]
        vocabulary = max(vocabulary, words)
        config = transformers.LlamaConfig(
            vocab_size=vocabulary,
            hidden_size=hidden,
            intermediate_size=intermediate,
            num_hidden_layers=layers,
            num_attention_heads=heads,
            rms_norm_eps=1e-6,
            max_position_embeddings=2048,
            use_cache=False,
        )
        self.codes, self.extras = codes, extras
        self.llama = transformers.LlamaModel(config)
        self.lm_head = nn.Linear(hidden, vocabulary, bias=False)
        self.code_embeddings = nn.Embedding(codebook, width)
        self.aligner = nn.Sequential(nn.Linear(width, hidden), nn.GELU(), nn.Linear(hidden, hidden))
        self.head = nn.Sequential(nn.Linear(hidden, hidden), nn.GELU(), nn.Linear(hidden, codebook))
        if extras:
            self.bigram = nn.Parameter(torch.zeros(hidden))
            self.positions = nn.Parameter(torch.zeros(codes + 1, hidden))

    def embed_text(self, ids):
        e = self.llama.embed_tokens(ids)
        if not self.extras:
            return e
        return e + self.bigram * F.pad(e[:, :-1], (0, 0, 1, 0))

    def embed_image(self, codes):
        begin = self.llama.embed_tokens(torch.full((len(codes), 1), BEGIN_IMAGE, device=codes.device))
        x = torch.cat([begin, self.aligner(self.code_embeddings(codes))], 1)
        return x + self.positions[: x.shape[1]] if self.extras else x

    def separate(self, text, codes, question):
        t, n = text.shape[1], codes.shape[1]
        image, there = self.embed_image(codes), torch.ones(len(codes), n + 1, dtype=torch.long, device=codes.device)
        x = torch.cat([self.embed_text(text), image[:, :n]], 1)
        valid = torch.cat([(text != PAD).long(), there[:, :n]], 1)
        drawn = self.causal(x, valid)[:, t:]
        x = torch.cat([image, self.embed_text(question)], 1)
        valid = torch.cat([there, (question != PAD).long()], 1)
        return drawn, self.causal(x, valid)[:, n + 1 :]

    def causal(self, x, valid):
        positions = (valid.cumsum(1) - 1).clamp(0)
        return self.llama(inputs_embeds=x, attention_mask=valid, position_ids=positions).last_hidden_state

    def layered(self, text, codes, question):
        t, n = text.shape[1], codes.shape[1]
        there = torch.ones(len(codes), n + 1, dtype=torch.bool, device=codes.device)
        x = torch.cat([self.embed_text(text), self.embed_image(codes), self.embed_text(question)], 1)
        valid = torch.cat([text != PAD, there, question != PAD], 1)
        segment = torch.cat([torch.full((m,), s, device=codes.device) for s, m in enumerate((t, n + 1, question.shape[1]))])
        lower = mask(segment, valid, [[1, 0, 0], [0, 1, 0], [0, 1, 1]])
        upper = mask(segment, valid, [[1, 0, 0], [1, 1, 0], [0, 0, 1]])
        rotary = self.llama.rotary_emb(x, (valid.cumsum(1) - 1).clamp(0))
        for i, layer in enumerate(self.llama.layers):
            x = layer(x, attention_mask=lower if i < len(self.llama.layers) // 2 else upper, position_embeddings=rotary)
        x = self.llama.norm(x)
        return x[:, t : t + n], x[:, t + n + 1 :]

    @torch.inference_mode()
    def draw(self, text):
        """Codes for left-padded texts, at temperature 1 without guidance."""
        mask = torch.cat([text != PAD, torch.ones_like(text[:, :1], dtype=torch.bool)], 1).long()
        x = torch.cat([self.embed_text(text), self.embed_image(text[:, :0])], 1)
        cache, drawn, positions = transformers.DynamicCache(), [], (mask.cumsum(1) - 1).clamp(0)
        for i in range(self.codes):
            h = self.llama(inputs_embeds=x, attention_mask=mask, position_ids=positions, past_key_values=cache, use_cache=True)
            chances = torch.softmax(self.head(h.last_hidden_state[:, -1]).float(), -1)
            drawn.append(torch.multinomial(chances, 1))
            x = self.aligner(self.code_embeddings(drawn[-1]))
            if self.extras:
                x = x + self.positions[i + 1]
            positions = positions[:, -1:] + 1
            mask = torch.cat([mask, mask[:, :1] | 1], 1)
        return torch.cat(drawn, 1).tolist()

    def loss(self, form, text, codes, question, targets):
        drawn, read = getattr(self, form)(text, codes, question)
        image = F.cross_entropy(self.head(drawn).flatten(0, 1), codes.flatten())
        asked = targets >= 0
        return image + F.cross_entropy(self.lm_head(read[asked]), targets[asked])


def mask(segment, valid, rules):
    """True where a row may look: (B, 1, T, T)."""
    rules = torch.tensor(rules, dtype=torch.bool, device=valid.device)
    allowed = rules[segment][:, segment].tril()
    seen = (allowed[None] & valid[:, None]) | torch.eye(len(segment), dtype=torch.bool, device=valid.device)
    return seen[:, None]


def length(sample):
    return len(sample["text"]) + len(sample["codes"]) + 1 + len(sample["question"])


def padded(rows, value):
    width = max(map(len, rows))
    return torch.tensor([row + [value] * (width - len(row)) for row in rows])


def batches(samples, size, seed):
    """One epoch: random, but within a window of batches samples of like length together."""
    order = random.Random(seed)
    samples = order.sample(samples, len(samples))
    for at in range(0, len(samples), WINDOW * size):
        window = sorted(samples[at : at + WINDOW * size], key=length)
        window = [window[i : i + size] for i in range(0, len(window), size)]
        for batch in order.sample(window, len(window)):
            yield (
                padded([s["text"] for s in batch], PAD),
                padded([s["codes"] for s in batch], 0),
                padded([s["question"] for s in batch], PAD),
                padded([s["targets"] for s in batch], -1),
            )


def words(samples):
    return 1 + max(max(s["text"] + s["targets"]) for s in samples)


def train(samples, args, steps, uncounted=0):
    torch.manual_seed(args.seed)
    with torch.device(args.device):
        model = Model(words(samples), args.sizes)
    decayed = [p for name, p in model.named_parameters() if p.dim() == 2 and "embed" not in name and name != "positions"]
    ids = {id(p) for p in decayed}
    others = [p for p in model.parameters() if id(p) not in ids]
    groups = [{"params": decayed, "weight_decay": 0.05}, {"params": others, "weight_decay": 0.0}]
    optimizer = torch.optim.AdamW(groups, lr=2e-3, betas=(0.9, 0.95), eps=1e-8, fused=args.device == "cuda")
    losses = []
    loss_of = torch.compile(model.loss, dynamic=True) if args.compile else model.loss
    start, cpu_start = time.perf_counter(), time.process_time()
    for step, batch in zip(range(uncounted + steps), batches(samples, args.batch, args.seed)):
        if step == uncounted:
            start, cpu_start = time.perf_counter(), time.process_time()
        with torch.autocast(args.device, dtype=torch.bfloat16, enabled=args.precision == "bf16"):
            loss = loss_of(args.form, *[part.to(args.device) for part in batch])
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        optimizer.zero_grad()
        losses.append(loss.item())
    seconds, cpu_seconds = time.perf_counter() - start, time.process_time() - cpu_start
    return seconds, cpu_seconds, losses[-1], sum(p.numel() for p in model.parameters())


def draw(samples, args):
    """Seconds that a batch takes, the median, after one that does not count."""
    torch.manual_seed(args.seed)
    with torch.device(args.device):
        model = Model(words(samples), args.sizes).eval()
    if args.precision == "bf16":
        model = model.to(torch.bfloat16)
    text = padded_left([s["text"] for s in samples[: args.batch]]).to(args.device)
    seconds = []
    for _ in range(1 + args.repeats):
        start = time.perf_counter()
        drawn = model.draw(text)
        seconds.append(time.perf_counter() - start)
    seconds = statistics.median(seconds[1:])
    return {"what": "generate", "tokens_per_s": round(sum(map(len, drawn)) / seconds, 2)}


def padded_left(rows):
    return padded([row[::-1] for row in rows], PAD).flip(1)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("samples", help="file that `./echogen bench train samplesTo=FILE` wrote")
    parser.add_argument("--form", choices=["layered", "separate"], default="layered")
    parser.add_argument("--batch", type=int, default=8)
    parser.add_argument("--warmup", type=int, default=10)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--sizes", choices=SIZES, default="tiny")
    parser.add_argument("--device", choices=["cpu", "cuda"], default="cpu")
    parser.add_argument("--precision", choices=["fp32", "tf32", "bf16"], default="fp32")
    parser.add_argument("--compile", action="store_true", help="torch.compile the loss")
    parser.add_argument("--draw", action="store_true", help="measure drawing of --batch texts instead")
    parser.add_argument("--steps", type=int, default=0, help="steps after --warmup of one training, instead of all samples")
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    torch.backends.cuda.matmul.allow_tf32 = args.precision == "tf32"
    with open(args.samples, encoding="utf-8") as lines:
        samples = [json.loads(line) for line in lines]
    about = {"torch": torch.__version__, "sizes": args.sizes, "device": args.device, "precision": args.precision}
    if args.draw:
        print(json.dumps({**draw(samples, args), **about, "batch": args.batch}))
        return
    if args.steps:
        steps, runs = args.steps, [train(samples, args, args.steps, args.warmup)]
        tokens = sum(map(length, samples)) / len(samples) * args.batch * steps
    else:
        steps = len(samples) // args.batch
        train(samples, args, args.warmup)
        runs = [train(samples, args, steps) for _ in range(args.repeats)]
        tokens = sum(map(length, samples))
    seconds = statistics.median(run[0] for run in runs)
    cpu_seconds = statistics.median(run[1] for run in runs)
    result = {
        "what": "train",
        **about,
        "compile": args.compile,
        "transformers": transformers.__version__,
        "parameters": runs[0][3],
        "form": args.form,
        "batch": args.batch,
        "threads": args.threads,
        "steps": steps,
        "tokens_per_s": round(tokens / seconds, 2),
        "ms_per_step": round(1e3 * seconds / steps, 2),
        "cpu_ms_per_step": round(1e3 * cpu_seconds / steps, 2),
        "loss": round(runs[0][2], 4),
    }
    if args.device == "cuda":
        result["peak_memory_gb"] = round(torch.cuda.max_memory_reserved() / 1e9, 2)
    print(json.dumps(result))


if __name__ == "__main__":
    main()
