# Cached decoding loops: one native call draws a batch of images or reads a batch of layouts.
#
# A token's step costs many small operations, so as much as possible is folded into the matrices beforehand: the weights of
# the norms, 1/sqrt(K) of attention, and the order of the rotary halves, whose pairs lie side by side here (a, b to a + i b), so
# that a rotation is one complex product. R rows, D width, H heads, G key/value heads, K head width.

# Rotary positions of integer positions (R, T): cos + i sin, (R, T, 1, K / 2).
def turns(positions: Tensor) -> Tensor:
  cs = __torch__.rotary(positions)
  half = $width // 2
  return torch.complex(cs[0].narrow(3, 0, half).contiguous(), cs[1].narrow(3, half, half).contiguous())

# Rows of heads (n K, D) from halves to pairs.
def paired(matrix: Tensor, heads: int) -> Tensor:
  return matrix.view([heads, 2, $width // 2, -1]).transpose(1, 2).reshape([heads * $width, -1])

# A product of a few rows is nearly twice as fast with a matrix that lies transposed in memory; for fewer it is not.
def stored(matrix: Tensor, rows: int) -> Tensor:
  transposed = matrix.t()
  if rows >= 4:
    transposed = transposed.contiguous()
  return transposed

# The matrices that a token's step multiplies with, (inputs, outputs) each: four a layer, then the image head's two.
def prepared(w: List[Tensor], rows: int) -> List[Tensor]:
  m = annotate(List[Tensor], [])
  for i in range($layers):
    qkv = w[4 * i] * (w[$attention_norm + i] * $hidden ** 0.5)
    parts = torch.split_with_sizes(qkv, [$heads * $width, $groups * $width, $groups * $width], 0)
    q = __torch__.paired(parts[0], $heads) * $width ** -0.5
    m.append(__torch__.stored(torch.cat([q, __torch__.paired(parts[1], $groups), parts[2]]), rows))
    m.append(__torch__.stored(w[4 * i + 1], rows))
    m.append(__torch__.stored(w[4 * i + 2] * (w[$feed_norm + i] * $hidden ** 0.5), rows))
    m.append(__torch__.stored(w[4 * i + 3], rows))
  m.append(__torch__.stored(w[$head], rows))
  m.append(__torch__.stored(w[$vision_head], rows))
  return m

# 1 / sqrt(|x|^2 + D eps), (R, 1): RMSNorm without its weight and without sqrt(D). eps_sum: D eps.
def inverse_norm(x: Tensor, eps_sum: Tensor) -> Tensor:
  length = torch.linalg_vector_norm(x, 2, [1], True)
  return torch.rsqrt(torch.addcmul(eps_sum, length, length))

# Keys (R G, K, capacity) and values (R G, capacity, K) of every layer.
def new_cache(like: Tensor, rows: int, capacity: int) -> List[Tensor]:
  cache = annotate(List[Tensor], [])
  for i in range($layers):
    cache.append(torch.zeros([rows * $groups, $width, capacity], dtype=6, device=like.device))
    cache.append(torch.zeros([rows * $groups, capacity, $width], dtype=6, device=like.device))
  return cache

# Tokens (1, V, heads, K) of a left-padded table at their places: (R, heads, t, K), zeros elsewhere.
def placed(x: Tensor, places: Tensor, rows: int, t: int) -> Tensor:
  table = torch.zeros([rows * t, x.size(2), $width], dtype=6, device=x.device).index_copy_(0, places, x.squeeze(0))
  return table.view([rows, t, x.size(2), $width]).transpose(1, 2)

# All layers over the first t places (R, t, D), which begin the cache; the last place's hidden state (R, D).
# Only the V tokens that are no padding go through the matrices. valid (R, T) and segments (T) may go on behind t.
def decode_prompt(w: List[Tensor], x: Tensor, valid: Tensor, segments: Tensor, cache: List[Tensor]) -> Tensor:
  r = x.size(0)
  t = x.size(1)
  valid = valid.narrow(1, 0, t)
  segments = segments.narrow(0, 0, t)
  lower = __torch__.mask_of(segments, valid, __torch__.lower_rules(x))
  upper = __torch__.mask_of(segments, valid, __torch__.upper_rules(x))
  places = valid.reshape([-1]).nonzero().squeeze(1)
  ends = valid.to(4).sum(1).cumsum(0) - 1
  cs = __torch__.rotary(__torch__.positions_of(valid).reshape([1, -1]).index_select(1, places))
  x = x.reshape([1, r * t, $hidden]).index_select(1, places)
  for i in range($layers):
    qkv = __torch__.project(w, i, x, cs[0], cs[1])
    q = __torch__.placed(qkv[0].transpose(1, 2), places, r, t)
    k = __torch__.placed(qkv[1].transpose(1, 2), places, r, t)
    v = __torch__.placed(qkv[2].transpose(1, 2), places, r, t)
    pairs = k.reshape([-1, t, 2, $width // 2]).transpose(2, 3).reshape([-1, t, $width])
    _ = cache[2 * i].narrow(2, 0, t).copy_(pairs.transpose(1, 2))
    _ = cache[2 * i + 1].narrow(1, 0, t).copy_(v.reshape([-1, t, $width]))
    mask = lower if i < $split else upper
    if i < $layers - 1:
      y = __torch__.attention(q, k, v, mask).transpose(1, 2).reshape([1, r * t, $heads * $width])
      x = __torch__.mix(w, i, x, y.index_select(1, places))
    else:
      y = __torch__.attention(q.narrow(2, t - 1, 1), k, v, mask.narrow(2, t - 1, 1))
      x = __torch__.mix(w, i, x.index_select(1, ends), y.reshape([1, r, $heads * $width]))
  return __torch__.rms(x.squeeze(0), w[$final_norm])

# What the tokens of a segment see of all T places, themselves and later ones included, additive, (R G, 1, T): they are written
# one after the other, so that each looks at the places up to its own.
def sight(segment: int, segments: Tensor, valid: Tensor, rules: Tensor) -> Tensor:
  seen = torch.logical_and(rules.select(0, segment).index_select(0, segments).unsqueeze(0), valid)
  zeros = torch.zeros([valid.size(0), valid.size(1)], dtype=6, device=valid.device)
  return zeros.masked_fill_(torch.logical_not(seen), float("-inf")).unsqueeze(1).repeat_interleave($groups, 0)

# The token x (R, D) at place at, after everything in the cache; its hidden state (R, D). lower, upper: sights.
def decode_token(w: List[Tensor], m: List[Tensor], x: Tensor, turns: Tensor, lower: Tensor, upper: Tensor, cache: List[Tensor], at: int) -> Tensor:
  r = x.size(0)
  turn = turns.select(1, at)
  low = lower.narrow(2, 0, at + 1)
  high = upper.narrow(2, 0, at + 1)
  eps_sum = torch.full([1], $hidden * $eps, dtype=6, device=x.device)
  for i in range($layers):
    qkv = torch.mm(x, m[4 * i]) * __torch__.inverse_norm(x, eps_sum)
    qk = qkv.narrow(1, 0, ($heads + $groups) * $width).view([r, $heads + $groups, $width // 2, 2])
    qk = torch.view_as_real(torch.view_as_complex(qk) * turn).view([r, $heads + $groups, $width])
    keys = cache[2 * i]
    values = cache[2 * i + 1]
    v = qkv.narrow(1, ($heads + $groups) * $width, $groups * $width).view([r, $groups, $width])
    _ = keys.view([r, $groups, $width, -1]).select(3, at).copy_(qk.narrow(1, $heads, $groups))
    _ = values.view([r, $groups, -1, $width]).select(2, at).copy_(v)
    # The heads of a group stand in the place of positions, so that grouped keys need no copies.
    q = qk.narrow(1, 0, $heads).reshape([r * $groups, $heads // $groups, $width])
    chances = torch.softmax(torch.baddbmm(low if i < $split else high, q, keys.narrow(2, 0, at + 1)), 2)
    y = torch.bmm(chances, values.narrow(1, 0, at + 1)).view([r, $heads * $width])
    x = torch.addmm(x, y, m[4 * i + 1])
    gate_up = torch.chunk(torch.mm(x, m[4 * i + 2]) * __torch__.inverse_norm(x, eps_sum), 2, 1)
    x = torch.addmm(x, torch.silu(gate_up[0]) * gate_up[1], m[4 * i + 3])
  return __torch__.rms(x, w[$final_norm])

# Logits over image codes of hidden states (R, D).
def token_logits(w: List[Tensor], m: List[Tensor], h: Tensor) -> Tensor:
  x = torch.gelu(torch.addmm(w[$head_bias], h, m[4 * $layers]))
  return torch.addmm(w[$vision_head_bias], x, m[4 * $layers + 1])

# Leaves the likeliest codes only: the top_k likeliest (0: all), and of these the fewest whose chances reach top_p (1: all).
def likeliest(logits: Tensor, top_k: int, top_p: float) -> Tensor:
  if top_k > 0:
    if top_k < logits.size(1):
      least = torch.topk(logits, top_k, 1)[0].narrow(1, top_k - 1, 1)
      logits = logits.masked_fill(logits < least, float("-inf"))
  if top_p < 1.:
    falling = torch.sort(logits, 1, True)[0]
    chances = torch.softmax(falling.to(7), 1)
    beyond = (chances.cumsum(1) - chances) >= top_p
    least = falling.masked_fill(beyond, float("inf")).amin([1], True)
    logits = logits.masked_fill(logits < least, float("-inf"))
  return logits

# Draws codes (B, N) for left-padded texts (R, T); R = B, or 2 B with the unconditional rows last when guided.
# uniforms (B, N) in [0, 1): one a token, for inverse-transform sampling. settings: temperature, top-k, top-p, guidance.
# Also the log-probability (B, N) of each code under the distribution it was drawn from.
def draw(flat: Tensor, text: Tensor, lengths: Tensor, uniforms: Tensor, settings: Tensor) -> List[Tensor]:
  w = __torch__.unpack(flat)
  temperature = float(settings[0].item())
  top_k = int(settings[1].item())
  top_p = float(settings[2].item())
  guidance = float(settings[3].item())
  batch = uniforms.size(0)
  rows = text.size(0)
  n = uniforms.size(1)
  t = text.size(1)
  there = __torch__.within_left(lengths, t)
  valid = torch.cat([there, torch.ones([rows, n], dtype=11, device=text.device)], 1)
  segments = torch.cat([__torch__.segment(0, t, text), __torch__.segment(1, n, text)])
  turns = __torch__.turns(__torch__.positions_of(valid))
  lower = __torch__.sight(1, segments, valid, __torch__.lower_rules(text))
  upper = __torch__.sight(1, segments, valid, __torch__.upper_rules(text))
  cache = __torch__.new_cache(flat, rows, t + n)
  m = __torch__.prepared(w, rows)
  # The codes' embeddings go through the aligner at once where that is less work than one by one.
  table = torch.zeros([0])
  if w[$code_embeddings].size(0) <= batch * n:
    table = __torch__.align(w, w[$code_embeddings])
  x = torch.cat([__torch__.embed_text(w, text, there), __torch__.embed_image(w, text.narrow(1, 0, 0))], 1)
  h = __torch__.decode_prompt(w, x, valid, segments, cache)
  codes = annotate(List[Tensor], [])
  chances = annotate(List[Tensor], [])
  for i in range(n):
    logits = __torch__.token_logits(w, m, h)
    if rows != batch:
      guided = torch.chunk(logits, 2, 0)
      logits = guided[1] + (guided[0] - guided[1]) * guidance
    if temperature > 0.:
      if temperature != 1.:
        logits = logits / temperature
      logits = __torch__.likeliest(logits, top_k, top_p)
      chance = torch.softmax(logits, 1)
      below = chance.to(7).cumsum(1)
      wanted = uniforms.narrow(1, i, 1) * below.narrow(1, below.size(1) - 1, 1)
      code = torch.searchsorted(below, wanted, right=True).clamp(0, logits.size(1) - 1)
    else:
      chance = torch.softmax(logits, 1)
      code = logits.argmax(1, True)
    chances.append(chance.gather(1, code))
    codes.append(code)
    if i < n - 1:
      one = code.squeeze(1)
      if table.size(0) > 0:
        e = torch.embedding(table, one)
      else:
        e = __torch__.embed_codes(w, one)
      if $image_positions:
        e = e + w[$positions].select(0, i + 1)
      if rows != batch:
        e = torch.cat([e, e], 0)
      h = __torch__.decode_token(w, m, e, turns, lower, upper, cache, t + 1 + i)
  return [torch.cat(codes, 1), torch.log(torch.cat(chances, 1))]

# How many times each row of a program (B, Q) has a slot of that kind: the most of all rows.
def most(program: Tensor, slot: int) -> int:
  return int((program == slot).to(4).sum(1).max().item())

# Fills a program (B, Q), right-padded, of token ids: -1 asks for an x location, -2 for a y location, -3 for text up to and with
# $end_box, at most longest tokens; all greedily. Other ids are given. Each step gives every row one token, wherever the row
# is in its program. text (B, T), normally T = 0, stands before the image (B, 1 + N, D): only the leak test has it.
# Returns the tokens (B, steps), padded behind each row's end, and how many each row has.
def fill(w: List[Tensor], text: Tensor, lengths: Tensor, image: Tensor, program: Tensor, program_lengths: Tensor, longest: int) -> List[Tensor]:
  b = image.size(0)
  t = text.size(1)
  n = image.size(1)
  texts = __torch__.most(program, -3)
  steps = program.size(1) + texts * (longest - 1)
  there = __torch__.within_left(lengths, t)
  valid = torch.cat([there, torch.ones([b, n + steps], dtype=11, device=image.device)], 1)
  segments = torch.cat([__torch__.segment(0, t, text), __torch__.segment(1, n, text), __torch__.segment(2, steps, text)])
  turns = __torch__.turns(__torch__.positions_of(valid))
  lower = __torch__.sight(2, segments, valid, __torch__.lower_rules(text))
  upper = __torch__.sight(2, segments, valid, __torch__.upper_rules(text))
  cache = __torch__.new_cache(image, b, t + n + steps)
  x = image
  if t > 0:
    x = torch.cat([__torch__.embed_text(w, text, there), x], 1)
  h = __torch__.decode_prompt(w, x, valid, segments, cache)
  m = __torch__.prepared(w, b)
  at = t + n
  last = program_lengths - 1
  place = torch.zeros([b], dtype=4, device=image.device)
  written = torch.zeros([b], dtype=4, device=image.device)
  counts = torch.zeros([b], dtype=4, device=image.device)
  before = torch.zeros([b, $hidden], dtype=6, device=image.device)
  filled = annotate(List[Tensor], [])
  going = True
  while going:
    wanted = program.gather(1, torch.minimum(place, last).unsqueeze(1)).squeeze(1)
    token = wanted
    if $bins > 0:
      best_x = torch.linear(h, w[$lm_head].narrow(0, $first_x, $bins)).argmax(1) + $first_x
      best_y = torch.linear(h, w[$lm_head].narrow(0, $first_y, $bins)).argmax(1) + $first_y
      token = torch.where(wanted == -1, best_x, torch.where(wanted == -2, best_y, token))
    in_text = wanted == -3
    moves = torch.ones_like(in_text)
    if texts > 0:
      best = torch.linear(h, w[$lm_head]).argmax(1)
      best = torch.where(written == longest - 1, torch.full_like(best, $end_box), best)
      token = torch.where(in_text, best, token)
      moves = torch.logical_or(torch.logical_not(in_text), token == $end_box)
      written = torch.where(moves, torch.zeros_like(written), written + 1)
    running = place <= last
    token = torch.where(running, token, torch.full_like(token, $pad))
    filled.append(token)
    counts = counts + running.to(4)
    place = place + torch.logical_and(running, moves).to(4)
    going = bool((place <= last).any().item())
    if going:
      e = torch.embedding(w[$embed_tokens], token)
      x = e
      if $bigram_shift:
        x = e + w[$bigram] * before
      before = e
      h = __torch__.decode_token(w, m, x, turns, lower, upper, cache, at)
      at = at + 1
  return [torch.stack(filled, 1), counts]

# Programs filled for images given as codes (B, N).
def ground(flat: Tensor, text: Tensor, lengths: Tensor, codes: Tensor, program: Tensor, program_lengths: Tensor, longest: Tensor) -> List[Tensor]:
  w = __torch__.unpack(flat)
  return __torch__.fill(w, text, lengths, __torch__.embed_image(w, codes), program, program_lengths, int(longest.item()))
