# Programs filled for images given as uint8 (B, S, S, 3), which the vision encoder reads.
def ground_images(flat: Tensor, text: Tensor, lengths: Tensor, images: Tensor, program: Tensor, program_lengths: Tensor, longest: Tensor) -> List[Tensor]:
  w = __torch__.unpack(flat)
  return __torch__.fill(w, text, lengths, __torch__.embed_seen(w, images), program, program_lengths, int(longest.item()))
