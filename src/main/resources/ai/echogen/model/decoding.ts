# Cached decoding loops: one native call draws a batch of images or reads a batch of layouts.

# Draws codes (B, N) for right-padded texts (R, T); R = B, or 2 B with the unconditional rows last when guided.
# uniforms (B, N) in [0, 1): one a token, for inverse-transform sampling. settings: temperature, top-k, guidance.
# Also the log-probability (B, N) of each code under the distribution it was drawn from.
def draw(flat: Tensor, text: Tensor, lengths: Tensor, uniforms: Tensor, settings: Tensor) -> List[Tensor]:
  w = __torch__.unpack(flat)
  temperature = float(settings[0].item())
  top_k = int(settings[1].item())
  guidance = float(settings[2].item())
  batch = uniforms.size(0)
  rows = text.size(0)
  n = uniforms.size(1)
  t = text.size(1)
  ones = torch.ones([rows, n], dtype=11, device=text.device)
  valid = torch.cat([__torch__.within(lengths, t), ones], 1)
  segments = torch.cat([__torch__.segment(0, t, text), __torch__.segment(1, n, text)])
  lower = __torch__.mask_of(segments, valid, __torch__.lower_rules(text))
  upper = __torch__.mask_of(segments, valid, __torch__.upper_rules(text))
  positions = __torch__.positions_of(valid)
  cache = __torch__.new_cache(flat, rows, t + n)
  x = torch.cat([__torch__.embed_text(w, text), __torch__.embed_image(w, text.narrow(1, 0, 0))], 1)
  at = 0
  codes = annotate(List[Tensor], [])
  chances = annotate(List[Tensor], [])
  for i in range(n):
    h = __torch__.decode_cached(w, x, positions.narrow(1, at, x.size(1)), lower, upper, cache, at)
    at = at + x.size(1)
    logits = __torch__.image_logits(w, h.select(1, h.size(1) - 1))
    if rows != batch:
      guided = torch.chunk(logits, 2, 0)
      logits = guided[1] + (guided[0] - guided[1]) * guidance
    if temperature > 0.:
      logits = logits / temperature
      if top_k > 0:
        if top_k < logits.size(1):
          least = torch.topk(logits, top_k, 1)[0].narrow(1, top_k - 1, 1)
          logits = logits.masked_fill(logits < least, float("-inf"))
      log_chances = torch.log_softmax(logits, 1)
      below = log_chances.to(7).exp().cumsum(1)
      wanted = uniforms.narrow(1, i, 1) * below.narrow(1, below.size(1) - 1, 1)
      code = (below <= wanted).to(4).sum(1).clamp(0, logits.size(1) - 1)
    else:
      log_chances = torch.log_softmax(logits, 1)
      code = logits.argmax(1)
    chances.append(log_chances.gather(1, code.unsqueeze(1)))
    code = code.unsqueeze(1)
    codes.append(code)
    if rows != batch:
      code = torch.cat([code, code], 0)
    x = __torch__.embed_codes(w, code)
    if $image_positions:
      x = x + w[$positions].narrow(0, i + 1, 1)
  return [torch.cat(codes, 1), torch.cat(chances, 1)]

# Fills a program (B, Q) of token ids: -1 asks for an x location, -2 for a y location, greedily; others are given.
# text (B, T), normally T = 0, stands before the image: only the leak test has it. Returns the filled ids.
def ground(flat: Tensor, text: Tensor, lengths: Tensor, codes: Tensor, program: Tensor) -> List[Tensor]:
  w = __torch__.unpack(flat)
  b = codes.size(0)
  t = text.size(1)
  n = codes.size(1) + 1
  q = program.size(1)
  ones = torch.ones([b, n + q], dtype=11, device=codes.device)
  valid = torch.cat([__torch__.within(lengths, t), ones], 1)
  segments = torch.cat([__torch__.segment(0, t, codes), __torch__.segment(1, n, codes), __torch__.segment(2, q, codes)])
  lower = __torch__.mask_of(segments, valid, __torch__.lower_rules(codes))
  upper = __torch__.mask_of(segments, valid, __torch__.upper_rules(codes))
  positions = __torch__.positions_of(valid)
  cache = __torch__.new_cache(flat, b, t + n + q)
  x = __torch__.embed_image(w, codes)
  if t > 0:
    x = torch.cat([__torch__.embed_text(w, text), x], 1)
  _ = __torch__.decode_cached(w, x, positions.narrow(1, 0, t + n), lower, upper, cache, 0)
  at = t + n
  token = program.narrow(1, 0, 1)
  before = torch.zeros([b, 1, $hidden], dtype=6, device=codes.device)
  filled = annotate(List[Tensor], [token])
  for i in range(q - 1):
    e = torch.embedding(w[$embed_tokens], token)
    x = e
    if $bigram_shift:
      x = e + w[$bigram] * before
    before = e
    h = __torch__.decode_cached(w, x, positions.narrow(1, at, 1), lower, upper, cache, at).select(1, 0)
    at = at + 1
    best_x = torch.linear(h, w[$lm_head].narrow(0, $first_x, $bins)).argmax(1) + $first_x
    best_y = torch.linear(h, w[$lm_head].narrow(0, $first_y, $bins)).argmax(1) + $first_y
    wanted = program.select(1, i + 1)
    token = torch.where(wanted == -1, best_x, torch.where(wanted == -2, best_y, wanted)).unsqueeze(1)
    filled.append(token)
  return [torch.cat(filled, 1)]
