# The Llama decoder of Janus, as TorchScript. B batch, T tokens, D width, H heads, G key/value heads, K head width.
# w: the weights in the order of DecoderParameters.chunks(): four matrices a layer first, then the rest; behind them, where
# there is an adapter, its tensors.
# A mask is additive, (B or 1, 1, T, keys): 0 where a position may look, -inf where not.
# Texts before an image are left-padded, so that the image follows them without a gap; questions are right-padded.

def rms(x: Tensor, weight: Tensor) -> Tensor:
  return torch.rms_norm(x, [$hidden], weight, $eps)

# Rotary positions of integer positions (B, T): cosine, and sine with the sign of its half, each (B, T, 1, K).
def rotary(positions: Tensor) -> List[Tensor]:
  frequencies = torch.pow($theta, torch.arange(0, $width, 2, dtype=6, device=positions.device) / -$width.)
  angles = positions.unsqueeze(-1).to(6) * frequencies
  angles = angles.unsqueeze(2)
  cos = torch.cos(angles)
  sin = torch.sin(angles)
  return [torch.cat([cos, cos], -1), torch.cat([-sin, sin], -1)]

# The same written out for every head, (B, T, H + G, K): long rows are quicker to multiply than broadcast ones.
def rotary_wide(positions: Tensor) -> List[Tensor]:
  cs = __torch__.rotary(positions)
  wide = [-1, -1, $heads + $groups, -1]
  return [cs[0].expand(wide).contiguous(), cs[1].expand(wide).contiguous()]

# Halves (a, b) to (a cos - b sin, b cos + a sin).
def rotate(x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
  return x * cos + torch.roll(x, [$width // 2], [-1]) * sin

# Queries (B, H, T, K), keys and values (B, G, T, K) of layer i.
def project(w: List[Tensor], i: int, x: Tensor, cos: Tensor, sin: Tensor) -> List[Tensor]:
  n = __torch__.rms(x, w[$attention_norm + i])
  qkv = torch.linear(n, w[4 * i])$adapt_qkv
  qkv = qkv.view([x.size(0), x.size(1), $heads + 2 * $groups, $width])
  # Split, not narrow: its gradient is one concatenation, not sums of tensors filled up with zeros.
  qk_v = torch.split_with_sizes(qkv, [$heads + $groups, $groups], 2)
  q_k = torch.split_with_sizes(__torch__.rotate(qk_v[0], cos, sin), [$heads, $groups], 2)
  return [q_k[0].transpose(1, 2), q_k[1].transpose(1, 2), qk_v[1].transpose(1, 2)]

# softmax(q k') v, (B, H, T, K); grouped keys and values are written out for every head.
def attention(q: Tensor, k: Tensor, v: Tensor, mask: Tensor) -> Tensor:
  if $heads != $groups:
    k = k.repeat_interleave($heads // $groups, 1)
    v = v.repeat_interleave($heads // $groups, 1)
  return torch.scaled_dot_product_attention(q, k, v, mask)

# Attention over keys and values, then the rest of layer i.
def attend(w: List[Tensor], i: int, x: Tensor, q: Tensor, k: Tensor, v: Tensor, mask: Tensor) -> Tensor:
  y = __torch__.attention(q, k, v, mask)
  return __torch__.mix(w, i, x, y.transpose(1, 2).reshape([x.size(0), x.size(1), $heads * $width]))

# Output projection of what attention gave, (B, T, H K), and feed-forward.
def mix(w: List[Tensor], i: int, x: Tensor, y: Tensor) -> Tensor:
  x = x + torch.linear(y, w[4 * i + 1])$adapt_o
  n = __torch__.rms(x, w[$feed_norm + i])
  gate_up = torch.chunk(torch.linear(n, w[4 * i + 2])$adapt_gate_up, 2, -1)
  y = torch.silu(gate_up[0]) * gate_up[1]
  return x + torch.linear(y, w[4 * i + 3])$adapt_down

# Layer i over x (B, T, D); the last layer gives the rows from first on only, (B, T - first, D).
def layer(w: List[Tensor], i: int, x: Tensor, cs: List[Tensor], lower: Tensor, upper: Tensor, first: int) -> Tensor:
  qkv = __torch__.project(w, i, x, cs[0], cs[1])
  q = qkv[0]
  mask = lower if i < $split else upper
  if i == $layers - 1 and first > 0:
    rows = x.size(1) - first
    x = x.narrow(1, first, rows)
    q = q.narrow(2, first, rows)
    mask = mask.narrow(2, first, rows)
  return __torch__.attend(w, i, x, q, qkv[1], qkv[2], mask)

# All layers over embeddings (B, T, D): lower layers under one mask, the layers from $split up under another.
def decode(w: List[Tensor], x: Tensor, positions: Tensor, lower: Tensor, upper: Tensor) -> Tensor:
  return __torch__.decode_from(w, x, positions, lower, upper, 0)

# The same for those who want the rows from first on only, (B, T - first, D): the last layer leaves the others out.
def decode_from(w: List[Tensor], x: Tensor, positions: Tensor, lower: Tensor, upper: Tensor, first: int) -> Tensor:
  cs = __torch__.rotary_wide(positions)
  for i in range($layers):
    x = __torch__.layer(w, i, x, cs, lower, upper, first)
  return __torch__.rms(x, w[$final_norm])

# Text embeddings (B, T, D). With the bigram extra, each token adds a learnt share of the one before it.
def embed_text(w: List[Tensor], ids: Tensor, valid: Tensor) -> Tensor:
  e = torch.embedding(w[$embed_tokens], ids)
  if $bigram_shift:
    there = e * valid.unsqueeze(-1).to(6)
    before = torch.cat([torch.zeros_like(e.narrow(1, 0, 1)), there.narrow(1, 0, e.size(1) - 1)], 1)
    e = e + w[$bigram] * before
  return e

# Code embeddings (B, N, D): generation_embeddings, then generation_aligner.
def embed_codes(w: List[Tensor], codes: Tensor) -> Tensor:
  return __torch__.align(w, torch.embedding(w[$code_embeddings], codes))

def align(w: List[Tensor], e: Tensor) -> Tensor:
  x = torch.linear(e, w[$aligner], w[$aligner_bias])
  for i in range($aligner_depth - 1):
    x = torch.linear(torch.gelu(x), w[$aligner + 1 + i], w[$aligner_bias + 1 + i])
  return x

# <begin_of_image>, (B, 1, D).
def embed_begin(w: List[Tensor], batch: int) -> Tensor:
  return torch.embedding(w[$embed_tokens], torch.full([batch, 1], $begin_image, dtype=4, device=w[0].device))

# <begin_of_image> and then codes: (B, 1 + N, D), with the table of image positions where the model has one.
def embed_image(w: List[Tensor], codes: Tensor) -> Tensor:
  x = torch.cat([__torch__.embed_begin(w, codes.size(0)), __torch__.embed_codes(w, codes)], 1)
  if $image_positions:
    x = x + w[$positions].narrow(0, 0, x.size(1))
  return x

# Logits over image codes.
def image_logits(w: List[Tensor], h: Tensor) -> Tensor:
  x = torch.gelu(torch.linear(h, w[$head], w[$head_bias]))
  return torch.linear(x, w[$vision_head], w[$vision_head_bias])

# Which segment may look at which: rows look, columns are looked at; 0 drawing text, 1 image, 2 question and boxes, 3 second copy.
def mask_of(segments: Tensor, valid: Tensor, rules: Tensor) -> Tensor:
  t = segments.size(0)
  allowed = rules.index_select(0, segments).index_select(1, segments)
  allowed = torch.logical_and(allowed, torch.ones([t, t], dtype=11, device=valid.device).tril())
  seen = torch.logical_and(allowed.unsqueeze(0), valid.unsqueeze(1))
  seen = torch.logical_or(seen, torch.eye(t, dtype=11, device=valid.device))
  zeros = torch.zeros([valid.size(0), t, t], dtype=6, device=valid.device)
  return zeros.masked_fill_(torch.logical_not(seen), float("-inf")).unsqueeze(1)

def rules(rows: List[int], like: Tensor) -> Tensor:
  return torch.tensor(rows, dtype=11, device=like.device).view([4, 4])

def lower_rules(like: Tensor) -> Tensor:
  return __torch__.rules([$lower_rules], like)

def upper_rules(like: Tensor) -> Tensor:
  return __torch__.rules([$upper_rules], like)

def segment(value: int, length: int, like: Tensor) -> Tensor:
  return torch.full([length], value, dtype=4, device=like.device)

# True where a right-padded row of t places still has tokens: (B, t).
def within(lengths: Tensor, t: int) -> Tensor:
  return torch.arange(t, dtype=4, device=lengths.device).unsqueeze(0) < lengths.unsqueeze(1)

# True where a left-padded row of t places has tokens: (B, t).
def within_left(lengths: Tensor, t: int) -> Tensor:
  return torch.arange(t, dtype=4, device=lengths.device).unsqueeze(0) >= (t - lengths).unsqueeze(1)

# Positions count the tokens that are there, from 0: (B, T).
def positions_of(valid: Tensor) -> Tensor:
  return (valid.to(4).cumsum(1) - 1).clamp(0)

# Logits of the text head over a plain causal, left-padded prompt, and of the image head over codes that follow it; for checks.
def causal_logits(flat: Tensor, text: Tensor, lengths: Tensor, codes: Tensor) -> List[Tensor]:
  w = __torch__.unpack(flat)
  there = __torch__.within_left(lengths, text.size(1))
  valid = torch.cat([there, torch.ones([codes.size(0), codes.size(1)], dtype=11, device=codes.device)], 1)
  segments = __torch__.segment(1, valid.size(1), text)
  mask = __torch__.mask_of(segments, valid, __torch__.lower_rules(text))
  x = torch.cat([__torch__.embed_text(w, text, there), __torch__.embed_codes(w, codes)], 1)
  h = __torch__.decode(w, x, __torch__.positions_of(valid), mask, mask)
  return [torch.linear(h, w[$lm_head]), __torch__.image_logits(w, h), __torch__.embed_codes(w, codes)]
