# The VQ tokenizer: pixels to codes and back (Janus; LlamaGen's VQGAN with l2-normalised codes).
#
# B images, C channels, (H, W) positions, (h, w) codes, E width of a code, K number of codes.
# w is the list of parameters in the layout's order, i the place of a function's first one.
# Activations are channels-last in memory, which is what the convolutions are fastest with.

$unpack

def conv1(x: Tensor, w: List[Tensor], i: int) -> Tensor:
  return torch.conv2d(x, w[i], w[i + 1])

def conv3(x: Tensor, w: List[Tensor], i: int) -> Tensor:
  return torch.conv2d(x, w[i], w[i + 1], [1, 1], [1, 1])

# (B, C, H, W) to (B, C, H/2, W/2); the original pads below and to the right only.
def halve(x: Tensor, w: List[Tensor], i: int) -> Tensor:
  return torch.conv2d(torch.constant_pad_nd(x, [0, 1, 0, 1]), w[i], w[i + 1], [2, 2])

# (B, C, H, W) to (B, C, 2H, 2W)
def double(x: Tensor, w: List[Tensor], i: int) -> Tensor:
  return __torch__.conv3(torch.upsample_nearest2d(x, None, [2., 2.]), w, i)

def norm(x: Tensor, w: List[Tensor], i: int) -> Tensor:
  return torch.group_norm(x, $groups, w[i], w[i + 1], 1e-06)

def norm_silu(x: Tensor, w: List[Tensor], i: int) -> Tensor:
  return torch.silu(__torch__.norm(x, w, i))

def residual_branch(x: Tensor, w: List[Tensor], i: int) -> Tensor:
  h = __torch__.conv3(__torch__.norm_silu(x, w, i), w, i + 2)
  return __torch__.conv3(__torch__.norm_silu(h, w, i + 4), w, i + 6)

def residual(x: Tensor, w: List[Tensor], i: int) -> Tensor:
  return x + __torch__.residual_branch(x, w, i)

# (B, C, H, W) to (B, C', H, W): a 1x1 convolution carries x over.
def residual_wider(x: Tensor, w: List[Tensor], i: int) -> Tensor:
  return __torch__.conv1(x, w, i + 8) + __torch__.residual_branch(x, w, i)

# (B, C, H, W) to (B, 1, HW, C)
def tokens(x: Tensor) -> Tensor:
  return torch.permute(torch.flatten(x, 2, 3), [0, 2, 1]).unsqueeze(1)

# One head over all positions.
def attention(x: Tensor, w: List[Tensor], i: int) -> Tensor:
  h = __torch__.norm(x, w, i)
  q = __torch__.tokens(__torch__.conv1(h, w, i + 2))
  k = __torch__.tokens(__torch__.conv1(h, w, i + 4))
  v = __torch__.tokens(__torch__.conv1(h, w, i + 6))
  a = torch.scaled_dot_product_attention(q, k, v)
  a = torch.permute(a.squeeze(1), [0, 2, 1]).reshape(torch.size(x))
  return x + __torch__.conv1(a, w, i + 8)

# Pixels (B, 3, H, W) to latents (B, E, h, w)
def encoder(w: List[Tensor], pixels: Tensor) -> Tensor:
  x = torch.contiguous(torch.pixel_unshuffle(pixels, $stem), memory_format=2)
$encoder
  return x

# Unit latents or code vectors (B, E, h, w) to pixels (B, 3, H, W)
def decoder(w: List[Tensor], latents: Tensor) -> Tensor:
  x = torch.contiguous(latents, memory_format=2)
$decoder
  return torch.pixel_shuffle(x, $stem)

# Rows of length 1.
def unit(rows: Tensor) -> Tensor:
  return rows / torch.clamp_min(torch.norm(rows, 2, [-1], True), 1e-12)

# (B, E, h, w) to unit rows (B h w, E), row-major
def latent_rows(latents: Tensor) -> Tensor:
  rows = torch.permute(latents, [0, 2, 3, 1]).reshape([-1, torch.size(latents, 1)])
  return __torch__.unit(rows)

# The inverse of latent_rows for B images: rows (B h w, E) to (B, E, h, w)
def latent_grid(rows: Tensor) -> Tensor:
  grid = rows.view([-1, $patches, $patches, torch.size(rows, 1)])
  return torch.permute(grid, [0, 3, 1, 2])

# Unit rows (N, E) to the codes nearest to them (N); between unit vectors, nearest is most alike.
def nearest(rows: Tensor, unit_codes: Tensor) -> Tensor:
  return torch.argmax(torch.matmul(rows, torch.t(unit_codes)), 1)

# uint8 (B, H, W, 3) to (B, 3, H, W) in [-1, 1]
def to_pixels(images: Tensor) -> Tensor:
  return torch.permute(images, [0, 3, 1, 2]).float() / 127.5 - 1.

def pixels(images: Tensor) -> List[Tensor]:
  return [__torch__.to_pixels(images)]

# (B, 3, H, W), clipped to [-1, 1], to uint8 (B, H, W, 3)
def images(pixels: Tensor) -> List[Tensor]:
  levels = torch.round((torch.clamp(pixels, -1., 1.) + 1.) * 127.5)
  return [torch.permute(levels, [0, 2, 3, 1]).contiguous().byte()]

def latents(flat: Tensor, pixels: Tensor) -> List[Tensor]:
  return [__torch__.encoder(__torch__.unpack(flat), pixels).contiguous()]

def encode(flat: Tensor, pixels: Tensor) -> List[Tensor]:
  w = __torch__.unpack(flat)
  rows = __torch__.latent_rows(__torch__.encoder(w, pixels))
  codes = __torch__.nearest(rows, __torch__.unit(w[$codebook]))
  return [codes.view([torch.size(pixels, 0), -1])]

# codes (B, h w)
def decode(flat: Tensor, codes: Tensor) -> List[Tensor]:
  w = __torch__.unpack(flat)
  rows = torch.index_select(__torch__.unit(w[$codebook]), 0, codes.reshape([-1]))
  return [__torch__.decoder(w, __torch__.latent_grid(rows)).contiguous()]
