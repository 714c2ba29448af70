# Janus' vision encoder (SigLIP without its pooling head) and aligner. B images, N patches, W width of the encoder, H heads.
# Its tensors lie in w from $vision on, in the order of VisionParameters.

def vision_norm(x: Tensor, w: List[Tensor], i: int) -> Tensor:
  return torch.layer_norm(x, [$vision_width], w[i], w[i + 1], $vision_eps)

# Queries, keys or values: (B, H, N, W / H).
def vision_project(x: Tensor, w: List[Tensor], i: int) -> Tensor:
  if $vision_bias:
    y = torch.linear(x, w[i], w[i + 1])
  else:
    y = torch.linear(x, w[i])
  return y.view([x.size(0), x.size(1), $vision_heads, $vision_width // $vision_heads]).transpose(1, 2)

def vision_layer(x: Tensor, w: List[Tensor], i: int) -> Tensor:
  n = __torch__.vision_norm(x, w, i)
  q = __torch__.vision_project(n, w, i + 2)
  k = __torch__.vision_project(n, w, i + 2 + $vision_step)
  v = __torch__.vision_project(n, w, i + 2 + 2 * $vision_step)
  a = torch.scaled_dot_product_attention(q, k, v).transpose(1, 2).reshape(torch.size(x))
  at = i + 2 + 3 * $vision_step
  x = x + torch.linear(a, w[at], w[at + 1])
  n = __torch__.vision_norm(x, w, at + 2)
  return x + torch.linear(torch.gelu(torch.linear(n, w[at + 4], w[at + 5])), w[at + 6], w[at + 7])

# Pixels (B, 3, S, S) in [-1, 1] to features of the decoder's width (B, N, D).
def vision_features(w: List[Tensor], pixels: Tensor) -> Tensor:
  x = torch.conv2d(pixels, w[$vision], w[$vision + 1], [$vision_patch, $vision_patch])
  x = torch.flatten(x, 2).transpose(1, 2) + w[$vision + 2]
  at = $vision + 3
  for i in range($vision_layers):
    x = __torch__.vision_layer(x, w, at)
    at = at + 10 + 3 * $vision_step
  x = __torch__.vision_norm(x, w, at)
  x = torch.linear(x, w[at + 2], w[at + 3])
  for i in range($vision_aligner_depth - 1):
    x = torch.linear(torch.gelu(x), w[at + 4 + 2 * i], w[at + 5 + 2 * i])
  return x

# uint8 (B, S, S, 3) to (B, 3, S, S) in [-1, 1].
def vision_pixels(images: Tensor) -> Tensor:
  return torch.permute(images, [0, 3, 1, 2]).float() / 127.5 - 1.

# <begin_of_image> and then features: (B, 1 + N, D).
def embed_seen(w: List[Tensor], images: Tensor) -> Tensor:
  features = __torch__.vision_features(w, __torch__.vision_pixels(images))
  return torch.cat([__torch__.embed_begin(w, images.size(0)), features], 1)
