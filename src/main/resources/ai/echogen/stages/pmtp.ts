# Parallel multi-task pre-training: the loss of drawing and grounding over one micro-shard, and its gradient.
# text (B, T) left-padded, codes (B, N), question (B, Q) right-padded, targets (B, Q) with -1 where nothing is asked.
# scale: what one code's and one location's cross-entropy weigh in the batch's loss.

def losses(w: List[Tensor], drawn: Tensor, codes: Tensor, read: Tensor, targets: Tensor, scale: Tensor) -> List[Tensor]:
  logits = __torch__.image_logits(w, drawn.reshape([-1, $hidden]))
  image = torch.cross_entropy_loss(logits, codes.reshape([-1]), reduction=2)
  flat_targets = targets.reshape([-1])
  asked = (flat_targets >= 0).nonzero().squeeze(1)
  located = torch.linear(read.reshape([-1, $hidden]).index_select(0, asked), w[$lm_head])
  box = torch.cross_entropy_loss(located, flat_targets.index_select(0, asked), reduction=2)
  return [image * scale[0] + box * scale[1], image, box]

# Both tasks in sequences of their own: plain causal.
def separate(w: List[Tensor], text: Tensor, lengths: Tensor, codes: Tensor, question: Tensor, question_lengths: Tensor) -> List[Tensor]:
  t = text.size(1)
  n = codes.size(1)
  q = question.size(1)
  ones = torch.ones([codes.size(0), n + 1], dtype=11, device=codes.device)
  image = __torch__.embed_image(w, codes)
  there = __torch__.within_left(lengths, t)
  valid = torch.cat([there, ones.narrow(1, 0, n)], 1)
  segments = torch.cat([__torch__.segment(0, t, codes), __torch__.segment(1, n, codes)])
  mask = __torch__.mask_of(segments, valid, __torch__.lower_rules(codes))
  x = torch.cat([__torch__.embed_text(w, text, there), image.narrow(1, 0, n)], 1)
  drawn = __torch__.decode_from(w, x, __torch__.positions_of(valid), mask, mask, t)
  asked = __torch__.within(question_lengths, q)
  valid = torch.cat([ones, asked], 1)
  segments = torch.cat([__torch__.segment(1, n + 1, codes), __torch__.segment(2, q, codes)])
  mask = __torch__.mask_of(segments, valid, __torch__.lower_rules(codes))
  x = torch.cat([image, __torch__.embed_text(w, question, asked)], 1)
  read = __torch__.decode_from(w, x, __torch__.positions_of(valid), mask, mask, n + 1)
  return [drawn, read]

# Both tasks in one sequence that shares the image tokens, or with a second copy of them.
def shared(w: List[Tensor], text: Tensor, lengths: Tensor, codes: Tensor, question: Tensor, question_lengths: Tensor) -> List[Tensor]:
  t = text.size(1)
  n = codes.size(1)
  q = question.size(1)
  ones = torch.ones([codes.size(0), n + 1], dtype=11, device=codes.device)
  image = __torch__.embed_image(w, codes)
  there = __torch__.within_left(lengths, t)
  asked = __torch__.within(question_lengths, q)
  parts = [__torch__.embed_text(w, text, there), image]
  valids = [there, ones]
  segments = [__torch__.segment(0, t, codes), __torch__.segment(1, n + 1, codes)]
  if $copies == 2:
    parts.append(image)
    valids.append(ones)
    segments.append(__torch__.segment(3, n + 1, codes))
  parts.append(__torch__.embed_text(w, question, asked))
  valids.append(asked)
  segments.append(__torch__.segment(2, q, codes))
  valid = torch.cat(valids, 1)
  segment = torch.cat(segments)
  lower = __torch__.mask_of(segment, valid, __torch__.lower_rules(codes))
  upper = __torch__.mask_of(segment, valid, __torch__.upper_rules(codes))
  h = __torch__.decode_from(w, torch.cat(parts, 1), __torch__.positions_of(valid), lower, upper, t)
  return [h.narrow(1, 0, n), h.narrow(1, h.size(1) - q, q)]

# Returns the flat gradient and the two summed cross-entropies.
def pmtp(flat: Tensor, text: Tensor, lengths: Tensor, codes: Tensor, question: Tensor, question_lengths: Tensor, targets: Tensor, scale: Tensor) -> List[Tensor]:
  leaf = flat.detach().requires_grad_(True)
  w = __torch__.unpack(leaf)
  if $copies == 0:
    h = __torch__.separate(w, text, lengths, codes, question, question_lengths)
  else:
    h = __torch__.shared(w, text, lengths, codes, question, question_lengths)
  l = __torch__.losses(w, h[0], codes, h[1], targets, scale)
  g = torch.autograd.grad([l[0]], [leaf])[0]
  assert g is not None
  return [g, torch.stack([l[1].detach(), l[2].detach()])]
