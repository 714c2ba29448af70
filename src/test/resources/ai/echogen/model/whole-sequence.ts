# One sample's sequence at once, without a cache.

def hidden(w: List[Tensor], x: Tensor, segments: Tensor) -> Tensor:
  valid = torch.ones([1, x.size(1)], dtype=11)
  lower = __torch__.mask_of(segments, valid, __torch__.lower_rules(x))
  upper = __torch__.mask_of(segments, valid, __torch__.upper_rules(x))
  return __torch__.decode(w, x, __torch__.positions_of(valid), lower, upper)

def image_part(w: List[Tensor], text: Tensor, codes: Tensor) -> Tensor:
  t = text.size(1)
  x = torch.cat([__torch__.embed_text(w, text, torch.ones_like(text) > 0), __torch__.embed_image(w, codes)], 1)
  segments = torch.cat([__torch__.segment(0, t, text), __torch__.segment(1, x.size(1) - t, text)])
  return __torch__.image_logits(w, __torch__.hidden(w, x, segments)).narrow(1, t, codes.size(1) + 1)

# Log-probabilities (1, N) of codes (1, N) behind a text (1, T).
def draw_chances(flat: Tensor, text: Tensor, codes: Tensor) -> List[Tensor]:
  logits = __torch__.image_part(__torch__.unpack(flat), text, codes).narrow(1, 0, codes.size(1))
  return [torch.log_softmax(logits, 2).gather(2, codes.unsqueeze(2)).squeeze(2)]

# Logits of the first code behind a text (1, T).
def first_logits(flat: Tensor, text: Tensor) -> List[Tensor]:
  return [__torch__.image_part(__torch__.unpack(flat), text, text.narrow(1, 0, 0))]

# Logits (1, Q, vocabulary) of the text head behind an image's codes (1, N), over tokens (1, Q).
def text_logits(flat: Tensor, codes: Tensor, tokens: Tensor) -> List[Tensor]:
  w = __torch__.unpack(flat)
  q = tokens.size(1)
  image = __torch__.embed_image(w, codes)
  x = torch.cat([image, __torch__.embed_text(w, tokens, torch.ones_like(tokens) > 0)], 1)
  segments = torch.cat([__torch__.segment(1, image.size(1), codes), __torch__.segment(2, q, codes)])
  h = __torch__.hidden(w, x, segments)
  return [torch.linear(h.narrow(1, image.size(1), q), w[$lm_head])]
