package ai.echogen.train.plan;

import ai.echogen.model.decoder.AttentionForm;
import ai.echogen.model.decoder.Precision;
import ai.echogen.objectives.PmtpMemory;
import ai.echogen.objectives.PmtpMemory.Attention;
import ai.echogen.objectives.PmtpMemory.Lengths;
import ai.echogen.objectives.PmtpObjective;

/**
 * Bytes that one thread holds while it computes, beside the flat tensors: PMTP's by {@link
 * PmtpMemory}, those of DJO and Cycle RL counted over their scripts by the same rules.
 *
 * @param longest sample
 */
record PassMemory(
    PlannedModel model,
    Precision precision,
    Attention attention,
    PmtpObjective.Settings pmtp,
    Lengths longest) {
  /**
   * A row of relaxed codes: random words, noise in 64 bits, logits, their softmax and gradients.
   */
  private static final int RELAXED = 48;

  /** A row of logits that a policy learns from: log-probabilities, chances and their gradients. */
  private static final int LEARNT = 24;

  /** Of {@code samples} of a micro-shard of PMTP. */
  long pmtp(AttentionForm form, int samples) {
    return memory(form, pmtp).bytes(samples, longest);
  }

  /**
   * Of {@code samples} of a micro-shard of DJO: the drawing's graph, and that of both readings.
   *
   * @param rowsAtOnce rows of logits
   */
  long djo(int samples, int rowsAtOnce) {
    var memory = whole();
    long drawn = longest.text() + (long) codes();
    long read = codes() + 1L + longest.question();
    long rows = Math.min((long) samples * codes(), rowsAtOnce);
    return memory.keptBytes(samples, drawn)
        + 2 * memory.keptBytes(samples, read)
        + memory.alignerBytes(3L * samples * codes())
        + memory.textHeadBytes(2L * samples * longest.asked())
        + memory.scratchBytes(samples, Math.max(drawn, read))
        + rows * RELAXED * model.codes().codebook()
        + gradients(memory);
  }

  /**
   * Of one group of Cycle RL, which is learnt from apart from the others.
   *
   * @param texts 2 where there is guidance, else 1
   */
  long group(int drawings, int texts, int rowsAtOnce) {
    var memory = whole();
    long rows = (long) texts * drawings;
    long tokens = longest.text() + (long) codes();
    long logits = Math.min(drawings * (long) codes(), rowsAtOnce) * texts;
    return memory.keptBytes(rows, tokens)
        + memory.alignerBytes((long) drawings * codes())
        + memory.scratchBytes(rows, tokens)
        + logits * LEARNT * model.codes().codebook()
        + gradients(memory);
  }

  /** Of drawings that are made at once, each of so many rows of its own: keys and values. */
  long drawing(int drawings, int texts) {
    var sizes = model.decoder();
    long places = longest.text() + 1L + codes();
    long numbers =
        2L * sizes.layers() * sizes.keyValueHeads() * sizes.headWidth() * places
            + 4L * model.codes().codebook();
    long bytes = precision == Precision.FP32 ? Float.BYTES : Short.BYTES;
    return (long) texts * drawings * numbers * bytes + whole().narrowWeights();
  }

  private long gradients(PmtpMemory memory) {
    return memory.narrowWeights() + Float.BYTES * model.trained();
  }

  private int codes() {
    return model.codes().perImage();
  }

  /** Without checkpointing, which only PMTP has. */
  private PmtpMemory whole() {
    return memory(
        AttentionForm.SEPARATE,
        new PmtpObjective.Settings(
            pmtp.conditionDropout(), pmtp.drawingWeight(), pmtp.groundingWeight(), false, 1));
  }

  private PmtpMemory memory(AttentionForm form, PmtpObjective.Settings settings) {
    return new PmtpMemory(
        model.decoder(),
        model.codes(),
        model.vocabulary(),
        form,
        model.parameters(),
        model.lora().isPresent(),
        model.trained(),
        settings,
        precision,
        attention);
  }
}
