# Cached decoding loops: one native call draws a batch of images or reads a batch of layouts.

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
  lower = __torch__.mask_of(segments, valid, __torch__.lower_rules(text))
  upper = __torch__.mask_of(segments, valid, __torch__.upper_rules(text))
  cs = __torch__.rotary(__torch__.positions_of(valid))
  cache = __torch__.new_cache(flat, rows, t + n)
  m = __torch__.transposed(w, rows)
  x = torch.cat([__torch__.embed_text(w, text, there), __torch__.embed_image(w, text.narrow(1, 0, 0))], 1)
  h = __torch__.decode_prompt(w, x, cs, lower, upper, cache).select(1, t)
  codes = annotate(List[Tensor], [])
  chances = annotate(List[Tensor], [])
  for i in range(n):
    logits = __torch__.token_logits(w, m, h)
    if rows != batch:
      guided = torch.chunk(logits, 2, 0)
      logits = guided[1] + (guided[0] - guided[1]) * guidance
    if temperature > 0.:
      logits = __torch__.likeliest(logits / temperature, top_k, top_p)
      log_chances = torch.log_softmax(logits, 1)
      below = log_chances.to(7).exp().cumsum(1)
      wanted = uniforms.narrow(1, i, 1) * below.narrow(1, below.size(1) - 1, 1)
      code = (below <= wanted).to(4).sum(1).clamp(0, logits.size(1) - 1)
    else:
      log_chances = torch.log_softmax(logits, 1)
      code = logits.argmax(1)
    chances.append(log_chances.gather(1, code.unsqueeze(1)))
    codes.append(code)
    if i < n - 1:
      e = __torch__.embed_codes(w, code)
      if $image_positions:
        e = e + w[$positions].select(0, i + 1)
      if rows != batch:
        e = torch.cat([e, e], 0)
      h = __torch__.decode_token(w, m, e, cs, lower, upper, cache, t + 1 + i)
  return [torch.stack(codes, 1), torch.cat(chances, 1)]

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
  lower = __torch__.mask_of(segments, valid, __torch__.lower_rules(text))
  upper = __torch__.mask_of(segments, valid, __torch__.upper_rules(text))
  cs = __torch__.rotary(__torch__.positions_of(valid))
  cache = __torch__.new_cache(image, b, t + n + steps)
  x = image
  if t > 0:
    x = torch.cat([__torch__.embed_text(w, text, there), x], 1)
  h = __torch__.decode_prompt(w, x, cs, lower, upper, cache)
  h = h.select(1, h.size(1) - 1)
  m = __torch__.transposed(w, b)
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
      h = __torch__.decode_token(w, m, x, cs, lower, upper, cache, at)
      at = at + 1
  return [torch.stack(filled, 1), counts]

# Programs filled for images given as codes (B, N).
def ground(flat: Tensor, text: Tensor, lengths: Tensor, codes: Tensor, program: Tensor, program_lengths: Tensor, longest: Tensor) -> List[Tensor]:
  w = __torch__.unpack(flat)
  return __torch__.fill(w, text, lengths, __torch__.embed_image(w, codes), program, program_lengths, int(longest.item()))
