package ai.echogen.objectives;

import ai.echogen.layout.Layout;
import ai.echogen.model.decoder.AttentionForm;
import ai.echogen.model.decoder.Decoder;
import ai.echogen.model.decoder.DecoderConfig;
import ai.echogen.model.decoder.DecoderParameters;
import ai.echogen.model.decoder.ImageCodes;
import ai.echogen.model.decoder.Precision;
import ai.echogen.tokens.Question;
import java.util.Arrays;
import java.util.List;

/**
 * Bytes that one thread holds while it computes the gradient of some samples, beside the flat
 * tensors: counted over the scripts, not measured. The vision encoder's are left out.
 *
 * <p>What is counted: what autograd keeps of the forward pass, and each trained tensor's gradient
 * before it is added to the sum. The backward pass lets go of a layer when it has its gradient, but
 * glibc hardly finds room for another tensor in the holes, so both count whole. In bfloat16, what
 * passes between the products has two bytes a number, and so have the copies of the matrices;
 * norms, logits and gradients keep four.
 *
 * @param model sizes of the decoder
 * @param adapter whether an adapter is trained, in place of all of {@code parameters}
 * @param trained number of trained weights
 * @param precision what the decoder computes in
 * @param attention how attention is computed
 */
public record PmtpMemory(
    DecoderConfig model,
    ImageCodes codes,
    int vocabulary,
    AttentionForm form,
    DecoderParameters parameters,
    boolean adapter,
    long trained,
    PmtpObjective.Settings settings,
    Precision precision,
    Attention attention) {
  /** How attention is computed, and what of it is kept. */
  public enum Attention {
    /** In one operation that keeps a number a head and token. */
    FUSED,
    /** Step by step, which keeps a number a head and pair of tokens: on a GPU, for equal bits. */
    WRITTEN_OUT
  }

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
      return of(Layout.MAX_REGIONS, locationBins);
    }

    /**
     * Of a sample with so many regions, and no caption.
     *
     * @param locationBins of the grammar
     */
    public static Lengths of(int regions, int locationBins) {
      int region = locationBins == 0 ? 22 : 6; // a box in digits with its marks, or four locations
      int asked = locationBins == 0 ? 16 : 4;
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
        settings,
        decoder.precision(),
        Attention.FUSED);
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
    long kept = lengths.stream().mapToLong(length -> keptBytes(part.samples(), length)).sum();
    long pass = kept + outside(part) + scratchBytes(part.samples(), most) + narrowWeights();
    if (settings.checkpointing()) {
      long again = part.samples() * most * (layerBytes(most) + rotaryBytes());
      return pass + again + Float.BYTES * mostPieces();
    }
    return pass + Float.BYTES * trained;
  }

  /** Tokens of the sequences, with padding. */
  private List<Long> lengths(Part part) {
    long image = codes.perImage() + 1L;
    return form.copies() == 0
        ? List.of(part.text() + image - 1, image + part.question())
        : List.of(part.text() + form.copies() * image + part.question());
  }

  /** What is kept of some sequences in all layers, with both masks and the rotary positions. */
  public long keptBytes(long sequences, long tokens) {
    long token =
        settings.checkpointing()
            ? number() * model.layers() * model.hidden()
            : model.layers() * layerBytes(tokens) + rotaryBytes();
    return sequences * tokens * (token + number() * 2 * tokens);
  }

  /** What passes by while a layer's gradients are computed. */
  public long scratchBytes(long sequences, long tokens) {
    long pairs = attention == Attention.FUSED ? 0 : 2L * Float.BYTES * model.heads() * tokens;
    return sequences * tokens * (number() * 4 * model.intermediate() + pairs);
  }

  /** The image head of so many rows: with log-softmax and two gradients, three times the logits. */
  public long imageHeadBytes(long rows) {
    return rows * (number() * 4 * model.hidden() + Float.BYTES * 3L * codes.codebook());
  }

  /** The text head of so many rows that are asked for, in the same way. */
  public long textHeadBytes(long rows) {
    return rows * (number() * model.hidden() + Float.BYTES * 3L * vocabulary);
  }

  /** Copies of the matrices in what is computed with. */
  public long narrowWeights() {
    return precision == Precision.FP32 ? 0 : number() * parameters.endOfMatrices();
  }

  /** What a layer keeps of a token. */
  private long layerBytes(long tokens) {
    long queries = queries();
    long keys = keys();
    long width = 2L * model.hidden(); // of both norms
    long norms = Float.BYTES * (adapter ? width : 2 * width) + number() * width; // x, x / |x|; n
    long projected = (queries + 2 * keys) + (queries + keys) + queries; // q k v, rotated q k, y
    long repeated = model.heads() == model.keyValueHeads() ? 0 : 2 * queries;
    long feedForward = 4L * model.intermediate(); // gate and up, silu, product
    long seen = attention == Attention.FUSED ? 1 : tokens;
    return norms
        + number() * (projected + repeated + feedForward)
        + Float.BYTES * seen * model.heads();
  }

  private long rotaryBytes() {
    return number() * 2 * (queries() + keys());
  }

  /** Bytes of a number that passes between the products. */
  private long number() {
    return precision == Precision.FP32 ? Float.BYTES : Short.BYTES;
  }

  private long queries() {
    return (long) model.heads() * model.headWidth();
  }

  private long keys() {
    return (long) model.keyValueHeads() * model.headWidth();
  }

  /** Aligner, heads and logits. */
  private long outside(Part part) {
    long drawn = part.samples() * codes.perImage();
    long read = part.samples() * part.question();
    return alignerBytes(drawn)
        + imageHeadBytes(drawn)
        + read * number() * 2 * model.hidden()
        + textHeadBytes(part.samples() * part.longest().asked());
  }

  /** The aligner of so many codes. */
  public long alignerBytes(long rows) {
    return rows * number() * 2 * model.hidden() * (model.alignerDepth() - 1);
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
