# Gumbel-softmax and the gradient of its sum with weights; settings: temperature, 1 for straight-through.
def check(logits: Tensor, noise: Tensor, weight: Tensor, settings: Tensor) -> List[Tensor]:
  leaf = logits.detach().requires_grad_(True)
  out = __torch__.gumbel_softmax(leaf, noise, float(settings[0].item()), bool(settings[1].item() > 0.5))
  g = torch.autograd.grad([torch.sum(out * weight)], [leaf])[0]
  assert g is not None
  return [out.detach(), g]
