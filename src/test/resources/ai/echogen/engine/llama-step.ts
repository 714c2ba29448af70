# Text and then its codes, plain causal: the mean loss of each head, and the gradient of their sum.
def step(flat: Tensor, text: Tensor, codes: Tensor) -> List[Tensor]:
  leaf = flat.detach().requires_grad_(True)
  w = __torch__.unpack(leaf)
  t = text.size(1)
  n = codes.size(1)
  valid = torch.ones([text.size(0), t + n], dtype=11)
  mask = __torch__.mask_of(__torch__.segment(1, t + n, text), valid, __torch__.lower_rules(text))
  x = torch.cat([__torch__.embed_text(w, text, valid.narrow(1, 0, t)), __torch__.embed_codes(w, codes)], 1)
  h = __torch__.decode(w, x, __torch__.positions_of(valid), mask, mask)
  image = __torch__.image_logits(w, h.narrow(1, t - 1, n).reshape([-1, $hidden]))
  words = torch.linear(h.narrow(1, 0, t - 1).reshape([-1, $hidden]), w[$lm_head])
  image_loss = torch.cross_entropy_loss(image, codes.reshape([-1]))
  text_loss = torch.cross_entropy_loss(words, text.narrow(1, 1, t - 1).reshape([-1]))
  g = torch.autograd.grad([image_loss + text_loss], [leaf])[0]
  assert g is not None
  return [torch.stack([image_loss.detach(), text_loss.detach()]), g]
