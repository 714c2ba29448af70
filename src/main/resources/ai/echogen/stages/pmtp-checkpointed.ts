# The same with activation checkpointing (Chen and others, 2016): the forward pass keeps each layer's input only, and the
# backward pass computes each layer again. What a layer trains gets its gradient and is let go, layer by layer.

# Places in w of what layer i trains.
def trained_of_layer(i: int) -> List[int]:
  places = annotate(List[int], [])
  if $adapter_tensors > 0:
    for j in range($adapter_tensors):
      places.append($num_chunks + $adapter_tensors * i + j)
  else:
    for j in range(4):
      places.append(4 * i + j)
    places.append($attention_norm + i)
    places.append($feed_norm + i)
  return places

# Adds gradients to the sums, which begin with the tensor at place $first_trained of w.
def add_gradients(sums: List[Tensor], places: List[int], gradients: List[Optional[Tensor]], from_: int) -> int:
  k = from_
  for place in places:
    g = gradients[k]
    if g is not None:
      _ = sums[place - $first_trained].add_(g)
    k = k + 1
  return k

# The gradient of layer i's input, given that of its output; those of its weights are added to the sums.
def layer_backward(w: List[Tensor], sums: List[Tensor], i: int, x: Tensor, gradient: Tensor, cs: List[Tensor], lower: Tensor, upper: Tensor, first: int) -> Tensor:
  v = w.copy()
  input = x.detach().requires_grad_(True)
  wanted = [input]
  places = __torch__.trained_of_layer(i)
  for place in places:
    leaf = w[place].detach().requires_grad_(True)
    v[place] = leaf
    wanted.append(leaf)
  y = __torch__.layer(v, i, input, cs, lower, upper, first)
  above = annotate(List[Optional[Tensor]], [])
  above.append(gradient)
  gradients = torch.autograd.grad([y], wanted, above)
  _ = __torch__.add_gradients(sums, places, gradients, 1)
  g = gradients[0]
  assert g is not None
  return g

def pmtp_checkpointed(base: Tensor, flat: Tensor, total: Tensor, text: Tensor, lengths: Tensor, codes: Tensor, images: Tensor, question: Tensor, question_lengths: Tensor, targets: Tensor, scale: Tensor) -> List[Tensor]:
  w = __torch__.weights(base.detach(), flat.detach())
  sums = __torch__.trained(total)
  # Everything outside the layers is a leaf, unless only an adapter is trained.
  v = w.copy()
  outside = annotate(List[int], [])
  leaves = annotate(List[Tensor], [])
  if $adapter_tensors == 0:
    for place in range(4 * $layers, len(w)):
      leaf = w[place].detach().requires_grad_(True)
      v[place] = leaf
      outside.append(place)
      leaves.append(leaf)
  all = __torch__.sequences(v, text, lengths, codes, images, question, question_lengths)
  inputs = annotate(List[List[Tensor]], [])
  tops = annotate(List[Tensor], [])
  h = annotate(List[Tensor], [])
  for s in all:
    x = s[0].detach()
    cs = __torch__.rotary_wide(s[1])
    kept = annotate(List[Tensor], [])
    for i in range($layers):
      kept.append(x)
      x = __torch__.layer(w, i, x, cs, s[2], s[3], int(s[4].item()))
    top = x.detach().requires_grad_(True)
    inputs.append(kept)
    tops.append(top)
    h.append(__torch__.rms(top, v[$final_norm]))
  r = __torch__.rows(h, codes.size(1), question.size(1))
  l = __torch__.losses(v, r[0], codes, r[1], targets, scale)
  gradients = torch.autograd.grad([l[0]], tops + leaves, None, None, False, True)
  _ = __torch__.add_gradients(sums, outside, gradients, len(tops))
  bottoms = annotate(List[Optional[Tensor]], [])
  embeddings = annotate(List[Tensor], [])
  for k in range(len(all)):
    s = all[k]
    cs = __torch__.rotary_wide(s[1])
    g = gradients[k]
    assert g is not None
    for j in range($layers):
      i = $layers - 1 - j
      g = __torch__.layer_backward(w, sums, i, inputs[k][i], g, cs, s[2], s[3], int(s[4].item()))
    bottoms.append(g)
    embeddings.append(s[0])
  if $adapter_tensors == 0:
    gradients = torch.autograd.grad(embeddings, leaves, bottoms, None, False, True)
    _ = __torch__.add_gradients(sums, outside, gradients, 0)
  return [torch.stack([l[1].detach(), l[2].detach()])]
