# Parallel multi-task pre-training: the loss of drawing and grounding over some samples, and its gradient.
# text (B, T) left-padded, codes (B, N), question (B, Q) right-padded, targets (B, Q) with -1 where nothing is asked;
# images (B, S, S, 3) are looked at only by models that read images through the vision encoder.
# scale: what one code's and one asked token's cross-entropy weigh in the batch's loss.
#
# flat holds what is trained: the whole model, or an adapter of the frozen weights base. total, as long, takes the gradient.

# Loss and summed cross-entropies of the rows that draw codes and of those that read boxes.
def losses(w: List[Tensor], drawn: Tensor, codes: Tensor, read: Tensor, targets: Tensor, scale: Tensor) -> List[Tensor]:
  logits = __torch__.image_logits(w, drawn.reshape([-1, $hidden]))
  image = torch.cross_entropy_loss(logits, codes.reshape([-1]), reduction=2)
  flat_targets = targets.reshape([-1])
  asked = (flat_targets >= 0).nonzero().squeeze(1)
  located = torch.linear(read.reshape([-1, $hidden]).index_select(0, asked), w[$lm_head])
  box = torch.cross_entropy_loss(located, flat_targets.index_select(0, asked), reduction=2)
  return [image * scale[0] + box * scale[1], image, box]

# A sequence: embeddings, positions, lower mask, upper mask, and the first row that is looked at afterwards.
def sequence(x: Tensor, valid: Tensor, segments: Tensor, first: int) -> List[Tensor]:
  lower = __torch__.mask_of(segments, valid, __torch__.lower_rules(valid))
  upper = __torch__.mask_of(segments, valid, __torch__.upper_rules(valid))
  return [x, __torch__.positions_of(valid), lower, upper, torch.tensor(first)]

# Both tasks in sequences of their own: plain causal.
def separate(w: List[Tensor], text: Tensor, lengths: Tensor, codes: Tensor, images: Tensor, question: Tensor, question_lengths: Tensor) -> List[List[Tensor]]:
  b = codes.size(0)
  t = text.size(1)
  n = codes.size(1)
  q = question.size(1)
  image = __torch__.embed_image(w, codes)
  there = __torch__.within_left(lengths, t)
  valid = torch.cat([there, torch.ones([b, n], dtype=11, device=codes.device)], 1)
  segments = torch.cat([__torch__.segment(0, t, codes), __torch__.segment(1, n, codes)])
  x = torch.cat([__torch__.embed_text(w, text, there), image.narrow(1, 0, n)], 1)
  draw = __torch__.sequence(x, valid, segments, t)
  seen = $seen
  s = seen.size(1)
  asked = __torch__.within(question_lengths, q)
  valid = torch.cat([torch.ones([b, s], dtype=11, device=codes.device), asked], 1)
  segments = torch.cat([__torch__.segment(1, s, codes), __torch__.segment(2, q, codes)])
  x = torch.cat([seen, __torch__.embed_text(w, question, asked)], 1)
  return [draw, __torch__.sequence(x, valid, segments, s)]

# Both tasks in one sequence that shares the image tokens, or with a second copy of them.
def shared(w: List[Tensor], text: Tensor, lengths: Tensor, codes: Tensor, question: Tensor, question_lengths: Tensor) -> List[List[Tensor]]:
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
  return [__torch__.sequence(torch.cat(parts, 1), torch.cat(valids, 1), torch.cat(segments), t)]

def sequences(w: List[Tensor], text: Tensor, lengths: Tensor, codes: Tensor, images: Tensor, question: Tensor, question_lengths: Tensor) -> List[List[Tensor]]:
  if $copies == 0:
    all = __torch__.separate(w, text, lengths, codes, images, question, question_lengths)
  else:
    all = __torch__.shared(w, text, lengths, codes, question, question_lengths)
  return all

# The rows that draw codes and those that read boxes, of the sequences' last hidden states.
def rows(h: List[Tensor], n: int, q: int) -> List[Tensor]:
  last = h[len(h) - 1]
  return [h[0].narrow(1, 0, n), last.narrow(1, last.size(1) - q, q)]

# Adds the gradient to total. Returns the two summed cross-entropies.
def pmtp(base: Tensor, flat: Tensor, total: Tensor, text: Tensor, lengths: Tensor, codes: Tensor, images: Tensor, question: Tensor, question_lengths: Tensor, targets: Tensor, scale: Tensor) -> List[Tensor]:
  leaf = flat.detach().requires_grad_(True)
  w = __torch__.weights(base, leaf)
  h = annotate(List[Tensor], [])
  for s in __torch__.sequences(w, text, lengths, codes, images, question, question_lengths):
    h.append(__torch__.decode_from(w, s[0], s[1], s[2], s[3], int(s[4].item())))
  r = __torch__.rows(h, codes.size(1), question.size(1))
  l = __torch__.losses(w, r[0], codes, r[1], targets, scale)
  g = torch.autograd.grad([l[0]], [leaf])[0]
  assert g is not None
  _ = total.add_(g)
  return [torch.stack([l[1].detach(), l[2].detach()])]
