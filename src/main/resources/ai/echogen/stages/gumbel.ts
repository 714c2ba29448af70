# Gumbel-softmax over the last dimension (Jang and others, Maddison and others, 2016): softmax((logits + noise) / tau).
# Straight-through: the likeliest entry as one-hot, with the gradient of the soft values.
def gumbel_softmax(logits: Tensor, noise: Tensor, tau: float, straight_through: bool) -> Tensor:
  soft = torch.softmax((logits + noise) / tau, -1)
  out = soft
  if straight_through:
    likeliest = soft.argmax(-1, True)
    hard = torch.zeros_like(soft).scatter_(-1, likeliest, 1.)
    out = hard - soft.detach() + soft
  return out
