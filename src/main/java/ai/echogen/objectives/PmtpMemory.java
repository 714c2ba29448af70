package ai.echogen.objectives;

import ai.echogen.layout.Layout;
import ai.echogen.model.decoder.AttentionForm;
import ai.echogen.model.decoder.Decoder;
import ai.echogen.model.decoder.DecoderConfig;
import ai.echogen.model.decoder.DecoderParameters;
import ai.echogen.model.decoder.ImageCodes;
import ai.echogen.tokens.Question;
import java.util.Arrays;
import java.util.List;

/**
 * Bytes that one thread holds while it computes the gradient of some samples, beside the flat
 * tensors: counted over the scripts, not measured. The vision encoder's are left out.
 *
 * <p>What is counted: what autograd keeps of the forward pass, and each trained tensor's gradient
 * before it is added to the sum. The backward pass lets go of a layer when it has its gradient, but
 * glibc hardly finds room for another tensor in the holes, so both count whole. All numbers are
 * float32.
 *
 * @param model sizes of the decoder
 * @param adapter whether an adapter is trained, in place of all of {@code parameters}
 * @param trained number of trained weights
 */
public record PmtpMemory(
    DecoderConfig model,
    ImageCodes codes,
    int vocabulary,
    AttentionForm form,
    DecoderParameters parameters,
    boolean adapter,
    long trained,
    PmtpObjective.Settings settings) {
  /**
   * A sample beside its codes.
   *
   * @param text tokens of the drawing text
   * @param question tokens of the question
   * @param asked tokens of the question whose loss counts
   */
  public record Lengths(int text, int question, int asked) {
    /** The longest of each, of some samples. */
    public static Lengths longest(List<LayoutTokens> samples) {
      var longest = new Lengths(0, 0, 0);
      for (var sample : samples) {
        var question = sample.question();
        int asked =
            (int) Arrays.stream(question.targets()).filter(t -> t != Question.NOTHING).count();
        longest =
            new Lengths(
                Math.max(longest.text(), sample.text().length),
                Math.max(longest.question(), question.ids().length),
                Math.max(longest.asked(), asked));
      }
      return longest;
    }

    /**
     * Of a sample with as many regions as there may be.
     *
     * @param locationBins of the grammar
     */
    public static Lengths most(int locationBins) {
      int region = locationBins == 0 ? 22 : 6; // a box in digits with its marks, or four locations
      int asked = locationBins == 0 ? 16 : 4;
      int regions = Layout.MAX_REGIONS;
      return new Lengths(regions * region, regions * region, regions * asked);
    }
  }

  /** What is computed at once: samples that are all padded to the longest. */
  private record Part(long samples, Lengths longest) {
    long text() {
      return longest.text();
    }

    long question() {
      return longest.question();
    }
  }

  /** Of what a decoder trains. */
  public static PmtpMemory of(Decoder decoder, PmtpObjective.Settings settings) {
    return new PmtpMemory(
        decoder.config(),
        decoder.codes(),
        decoder.ids().vocabulary(),
        decoder.form(),
        decoder.parameters(),
        decoder.adapter().isPresent(),
        decoder.trainedLayout().size(),
        settings);
  }

  /**
   * The most at once.
   *
   * @param samples of a micro-shard
   * @param longest of them
   */
  public long bytes(int samples, Lengths longest) {
    int parts = Math.min(samples, settings.accumulate());
    var part = new Part((samples + parts - 1) / parts, longest);
    var lengths = lengths(part);
    long most = lengths.stream().mapToLong(length -> length).max().orElseThrow();
    long kept = lengths.stream().mapToLong(length -> sequence(part, length)).sum();
    long outside = outside(part);
    long scratch = part.samples() * most * 4 * model.intermediate(); // a layer's gradients
    if (settings.checkpointing()) {
      long again = part.samples() * most * (layerNumbers() + rotaryNumbers());
      return Float.BYTES * (kept + outside + again + scratch + mostPieces());
    }
    return Float.BYTES * (kept + outside + scratch + trained);
  }

  /** Tokens of the sequences, with padding. */
  private List<Long> lengths(Part part) {
    long image = codes.perImage() + 1L;
    return form.copies() == 0
        ? List.of(part.text() + image - 1, image + part.question())
        : List.of(part.text() + form.copies() * image + part.question());
  }

  /** What is kept of a sequence in all layers, with both masks and the rotary positions. */
  private long sequence(Part part, long tokens) {
    long token =
        settings.checkpointing()
            ? (long) model.layers() * model.hidden()
            : model.layers() * layerNumbers() + rotaryNumbers();
    return part.samples() * tokens * (token + 2 * tokens);
  }

  /** What a layer keeps of a token. */
  private long layerNumbers() {
    long queries = queries();
    long keys = keys();
    long residuals = 2L * model.hidden();
    long norms = (adapter ? 2L : 4L) * model.hidden(); // what a trained weight multiplies, and n
    long attention = (queries + 2 * keys) + (queries + keys) + queries; // q k v, rotated q k, y
    long repeated = model.heads() == model.keyValueHeads() ? 0 : 2 * queries;
    long feedForward = 4L * model.intermediate(); // gate and up, silu, product
    return residuals + norms + attention + repeated + feedForward + model.heads();
  }

  private long rotaryNumbers() {
    return 2 * (queries() + keys());
  }

  private long queries() {
    return (long) model.heads() * model.headWidth();
  }

  private long keys() {
    return (long) model.keyValueHeads() * model.headWidth();
  }

  /** Aligner, heads, and logits: each with its log-softmax and two gradients, three at once. */
  private long outside(Part part) {
    long d = model.hidden();
    long drawn = part.samples() * codes.perImage();
    long read = part.samples() * part.question();
    return drawn * (2 * d * (model.alignerDepth() - 1) + 4 * d + 3L * codes.codebook())
        + read * 2 * d
        + part.samples() * part.longest().asked() * (d + 3L * vocabulary);
  }

  /** With checkpointing: gradients of a layer, or of all that is outside the layers. */
  private long mostPieces() {
    if (adapter) {
      return trained / model.layers();
    }
    long layers = parameters.endOfLayerMatrices();
    return Math.max(layers / model.layers(), parameters.layout().size() - layers);
  }
}
