# Training of the VQ tokenizer. The weights end with what training remembers: how often each code was used since the
# last restart, and latents of recent steps. Their gradient is zero, so that the optimiser leaves them alone.

# Reconstruction loss of a micro-shard: mean absolute and mean squared error.
def reconstruction(drawn: Tensor, pixels: Tensor) -> List[Tensor]:
  difference = drawn - pixels
  return [torch.mean(torch.abs(difference)), torch.mean(difference * difference)]

def flat_gradient(loss: Tensor, leaf: Tensor) -> Tensor:
  g = torch.autograd.grad([loss], [leaf])[0]
  assert g is not None
  return g

# Plain autoencoder: unit latents with noise (B h w, E) in the place of codes. share: of the batch.
def autoencoder(flat: Tensor, images: Tensor, noise: Tensor, share: Tensor) -> List[Tensor]:
  leaf = flat.detach().requires_grad_(True)
  w = __torch__.unpack(leaf)
  pixels = __torch__.to_pixels(images)
  rows = __torch__.latent_rows(__torch__.encoder(w, pixels))
  drawn = __torch__.decoder(w, __torch__.latent_grid(__torch__.unit(rows + noise)))
  l = __torch__.reconstruction(drawn, pixels)
  g = __torch__.flat_gradient((l[0] + l[1]) * share, leaf)
  zero = torch.zeros_like(l[0])
  return [g, torch.stack([l[0].detach(), l[1].detach(), zero]), rows.detach()]

# With codes: straight-through estimate, codebook and commitment loss. settings: share of the batch, commitment weight.
def quantised(flat: Tensor, images: Tensor, settings: Tensor) -> List[Tensor]:
  leaf = flat.detach().requires_grad_(True)
  w = __torch__.unpack(leaf)
  pixels = __torch__.to_pixels(images)
  rows = __torch__.latent_rows(__torch__.encoder(w, pixels))
  codebook = __torch__.unit(w[$codebook])
  codes = __torch__.nearest(rows.detach(), codebook.detach())
  chosen = codebook.index_select(0, codes)
  to_code = chosen - rows.detach()
  to_latent = rows - chosen.detach()
  codebook_loss = torch.mean(to_code * to_code)
  commitment = torch.mean(to_latent * to_latent)
  straight = rows + (chosen - rows).detach()
  drawn = __torch__.decoder(w, __torch__.latent_grid(straight))
  l = __torch__.reconstruction(drawn, pixels)
  loss = (l[0] + l[1] + codebook_loss + commitment * settings[1]) * settings[0]
  g = __torch__.flat_gradient(loss, leaf)
  return [g, torch.stack([l[0].detach(), l[1].detach(), commitment.detach()]), rows.detach(), codes]

# Writes latents (N, E) over the oldest of the remembered ones. at: first row.
def remember(flat: Tensor, rows: Tensor, at: Tensor) -> List[Tensor]:
  w = __torch__.unpack(flat)
  kept = w[$recent].narrow(0, int(at[0].item()), rows.size(0))
  return [kept.copy_(rows)]

# Codebook from the remembered latents by spherical k-means; a code without latents takes one at random.
# picks (rounds + 1, K): rows to start from, and to take in each round.
def k_means(flat: Tensor, picks: Tensor) -> List[Tensor]:
  w = __torch__.unpack(flat)
  rows = w[$recent]
  codes = rows.index_select(0, picks[0])
  for i in range(picks.size(0) - 1):
    nearest = __torch__.nearest(rows, codes)
    sums = torch.zeros_like(codes).index_add_(0, nearest, rows)
    counts = torch.bincount(nearest, None, codes.size(0)).unsqueeze(1)
    codes = torch.where(counts > 0, __torch__.unit(sums), rows.index_select(0, picks[i + 1]))
  return [w[$codebook].copy_(codes)]

# Counts used codes (N).
def count(flat: Tensor, codes: Tensor) -> List[Tensor]:
  w = __torch__.unpack(flat)
  return [w[$used].add_(torch.bincount(codes, None, w[$used].size(0)))]

# Moves codes that were not used since the last restart onto latents of this step. picks (K): rows to take.
def restart(flat: Tensor, rows: Tensor, picks: Tensor) -> List[Tensor]:
  w = __torch__.unpack(flat)
  dead = (w[$used] < 0.5).unsqueeze(1)
  moved = torch.where(dead, rows.index_select(0, picks), w[$codebook])
  _ = w[$codebook].copy_(moved)
  return [w[$used].zero_()]
