# Optimisers over ranges of flat tensors. Every function changes only its own range, so ranges run at once.

# AdamW (Loshchilov and Hutter), as torch.optim.AdamW computes it.
# s: first, count, lr, clip factor, step (from 1), beta1, beta2, epsilon, decay.
def adamw(weights: Tensor, gradient: Tensor, m: Tensor, v: Tensor, s: Tensor) -> List[Tensor]:
  first = int(s[0].item())
  count = int(s[1].item())
  g = gradient.narrow(0, first, count) * float(s[3].item())
  lr = float(s[2].item())
  step = float(s[4].item())
  beta1 = float(s[5].item())
  beta2 = float(s[6].item())
  p = annotate(List[Tensor], [])
  p.append(weights.narrow(0, first, count))
  ms = annotate(List[Tensor], [])
  ms.append(m.narrow(0, first, count))
  vs = annotate(List[Tensor], [])
  vs.append(v.narrow(0, first, count))
  gs = annotate(List[Tensor], [])
  gs.append(g)
  steps = annotate(List[Tensor], [])
  steps.append(torch.full([], step, dtype=6))
  none = annotate(List[Tensor], [])
  torch._fused_adamw_(p, gs, ms, vs, none, steps, lr=lr, beta1=beta1, beta2=beta2, weight_decay=float(s[8].item()), eps=float(s[7].item()), amsgrad=False, maximize=False)
  return p

# Five Newton-Schulz iterations x -> 3.4445 x - 4.7750 (x x') x + 2.0315 (x x')^2 x from a matrix of norm 1.
# Long matrices (rows, columns far apart) iterate on a = x x' alone, which is small: with p = 3.4445 - 4.7750 a + 2.0315 a a, x becomes
# p x and a becomes p a p. That is a third less work, within 4e-4 of the result in exact arithmetic (3e-2 and more is usual: bfloat16).
def orthogonal(matrix: Tensor) -> Tensor:
  x = matrix.t() if matrix.size(0) > matrix.size(1) else matrix
  x = x / (x.norm() + 1e-07)
  if 2 * x.size(1) > 3 * x.size(0):
    a = torch.mm(x, x.t())
    p = __torch__.polynomial(a)
    product = p
    for i in range(4):
      a = torch.mm(torch.mm(p, a), p)
      p = __torch__.polynomial(a)
      product = torch.mm(p, product)
    x = torch.mm(product, x)
  else:
    for i in range(5):
      a = torch.mm(x, x.t())
      b = torch.addmm(a, a, a, beta=-4.7750, alpha=2.0315)
      x = torch.addmm(x, b, x, beta=3.4445)
  return x.t() if matrix.size(0) > matrix.size(1) else x

def polynomial(a: Tensor) -> Tensor:
  p = torch.addmm(a, a, a, beta=-4.7750, alpha=2.0315)
  _ = p.diagonal().add_(3.4445)
  return p

# Muon (Jordan and others, 2024): momentum whose matrix is orthogonalised by five Newton-Schulz iterations,
# scaled by 0.2 sqrt(max(rows, columns)) so that AdamW's learning rate fits. m holds the momentum.
# s: first, rows, columns, lr, clip factor, momentum, decay.
def muon(weights: Tensor, gradient: Tensor, m: Tensor, s: Tensor) -> List[Tensor]:
  first = int(s[0].item())
  rows = int(s[1].item())
  columns = int(s[2].item())
  lr = float(s[3].item())
  momentum = float(s[5].item())
  g = gradient.narrow(0, first, rows * columns).view([rows, columns]) * float(s[4].item())
  velocity = m.narrow(0, first, rows * columns).view([rows, columns])
  _ = velocity.mul_(momentum).add_(g)
  x = __torch__.orthogonal(g + velocity * momentum)
  scale = 0.2 * float(max(rows, columns)) ** 0.5
  _ = weights.narrow(0, first, rows * columns).view([rows, columns]).mul_(1. - lr * float(s[6].item())).add_(x, alpha=-lr * scale)
  return [x]

# Plain gradient descent with decoupled decay. s: first, count, lr, clip factor, decay.
def sgd(weights: Tensor, gradient: Tensor, s: Tensor) -> List[Tensor]:
  first = int(s[0].item())
  count = int(s[1].item())
  lr = float(s[2].item())
  p = weights.narrow(0, first, count)
  _ = p.mul_(1. - lr * float(s[4].item())).add_(gradient.narrow(0, first, count) * (-lr * float(s[3].item())))
  return [p]

# The same from a start: moved, what was added to start so far, is exact where a difference of rounded weights would not be.
def sgd_from(start: Tensor, moved: Tensor, weights: Tensor, gradient: Tensor, s: Tensor) -> List[Tensor]:
  first = int(s[0].item())
  count = int(s[1].item())
  lr = float(s[2].item())
  p = weights.narrow(0, first, count)
  m = moved.narrow(0, first, count)
  _ = m.add_(p, alpha=-lr * float(s[4].item())).add_(gradient.narrow(0, first, count) * (-lr * float(s[3].item())))
  _ = torch.add(start.narrow(0, first, count), m, out=p)
  return [p]
