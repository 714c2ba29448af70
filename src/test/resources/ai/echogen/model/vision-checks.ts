# Features (B, N, D) of pixels (B, C, S, S) in [-1, 1].
def features(flat: Tensor, pixels: Tensor) -> List[Tensor]:
  return [__torch__.vision_features(__torch__.unpack(flat), pixels)]

# Logits of the text head over ids (B, T), features in place of the placeholders, plain causal.
def vision_logits(flat: Tensor, ids: Tensor, placeholder: Tensor, pixels: Tensor) -> List[Tensor]:
  w = __torch__.unpack(flat)
  valid = torch.ones_like(ids) > 0
  segments = __torch__.segment(1, ids.size(1), ids)
  mask = __torch__.mask_of(segments, valid, __torch__.lower_rules(ids))
  x = __torch__.embed_text(w, ids, valid)
  x = x.masked_scatter((ids == placeholder).unsqueeze(-1), __torch__.vision_features(w, pixels))
  h = __torch__.decode(w, x, __torch__.positions_of(valid), mask, mask)
  return [torch.linear(h, w[$lm_head])]
