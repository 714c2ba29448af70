# Sums of flat tensors over ranges, and their way over the wire. Every function changes only its own range, so ranges run at once.

# parts[into][range] += parts[from][range], for each row of plan. plan: (N, 2); span: first, count.
def merge(parts: List[Tensor], plan: Tensor, span: Tensor) -> List[Tensor]:
  first = int(span[0].item())
  count = int(span[1].item())
  for i in range(plan.size(0)):
    into = parts[int(plan[i][0].item())]
    other = parts[int(plan[i][1].item())]
    _ = into.narrow(0, first, count).add_(other.narrow(0, first, count))
  return [span]

# The sum of squares of a range, as float64. span: first, count.
def squares(x: Tensor, span: Tensor) -> List[Tensor]:
  part = x.narrow(0, int(span[0].item()), int(span[1].item()))
  return [torch.dot(part, part).to(7)]

# x[range] = values. span: first, count.
def put(x: Tensor, values: Tensor, span: Tensor) -> List[Tensor]:
  return [x.narrow(0, int(span[0].item()), int(span[1].item())).copy_(values)]

# x[range] as it would come off the wire as bfloat16. span: first, count.
def rounded(x: Tensor, span: Tensor) -> List[Tensor]:
  part = x.narrow(0, int(span[0].item()), int(span[1].item()))
  return [part.copy_(part.to(15))]

# x[range] as bfloat16, in main memory. span: first, count.
def bfloat16(x: Tensor, span: Tensor) -> List[Tensor]:
  part = x.narrow(0, int(span[0].item()), int(span[1].item()))
  return [torch.to(part, torch.device("cpu"), 15)]

# Room for bfloat16, in main memory. span: first, count.
def room(span: Tensor) -> List[Tensor]:
  return [torch.empty([int(span[1].item())], dtype=15)]
