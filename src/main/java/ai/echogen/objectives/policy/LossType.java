package ai.echogen.objectives.policy;

/** How tokens' losses become one, under the names of TRL's {@code loss_type}. */
public enum LossType {
  /** Mean over a sequence's tokens, then over sequences (Shao and others, 2402.03300). */
  GRPO,
  /** Mean over the tokens of a micro-shard. */
  BNPO,
  /**
   * Sum over tokens, divided by sequences times their longest length (Liu and others, 2503.20783).
   */
  DR_GRPO,
  /** Mean over all tokens of the batch (Yu and others, 2503.14476). */
  DAPO,
  /**
   * GRPO with one ratio a sequence, the geometric mean of its tokens' (Zheng and others,
   * 2507.18071).
   */
  GSPO,
  /** The log-probability weighted by the clipped ratio, which is a constant (2506.13585). */
  CISPO;

  /**
   * What a counted token weighs in the batch's loss.
   *
   * @param tokens counted of its sequence
   * @param longest tokens a sequence may have
   * @param shard what its micro-shard holds
   * @param batch what the batch holds
   */
  double weight(long tokens, long longest, Size shard, Size batch) {
    return switch (this) {
      case GRPO, GSPO -> 1.0 / (batch.sequences() * (double) Math.max(1, tokens));
      case BNPO -> (double) shard.sequences() / batch.sequences() / Math.max(1, shard.tokens());
      case DR_GRPO -> 1.0 / ((double) batch.sequences() * longest);
      case DAPO, CISPO -> 1.0 / Math.max(1, batch.tokens());
    };
  }

  /** How many sequences, and counted tokens in them. */
  record Size(long sequences, long tokens) {}
}
