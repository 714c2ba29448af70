# Between rounds of inner steps, over ranges of flat tensors. Every function changes only its own range, so ranges run at once.

# moved[range] = weights - start. span: first, count.
def difference(moved: Tensor, weights: Tensor, start: Tensor, span: Tensor) -> List[Tensor]:
  first = int(span[0].item())
  count = int(span[1].item())
  return [torch.sub(weights.narrow(0, first, count), start.narrow(0, first, count), out=moved.narrow(0, first, count))]

# SGD with Nesterov momentum on the gradient -sum / count: velocity = momentum velocity + g; weights -= lr (g + momentum velocity).
# s: first, count of the range, lr, momentum, number of deltas.
def outer(weights: Tensor, velocity: Tensor, sum: Tensor, s: Tensor) -> List[Tensor]:
  first = int(s[0].item())
  count = int(s[1].item())
  momentum = float(s[3].item())
  g = sum.narrow(0, first, count) / -float(s[4].item())
  v = velocity.narrow(0, first, count).mul_(momentum).add_(g)
  return [weights.narrow(0, first, count).add_((g + v * momentum) * -float(s[2].item()))]
