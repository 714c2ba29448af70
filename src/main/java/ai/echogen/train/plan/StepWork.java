package ai.echogen.train.plan;

import ai.echogen.model.decoder.AttentionForm;
import ai.echogen.model.decoder.DecoderParameters.LayerMatrix;
import ai.echogen.model.decoder.LoraConfig;
import ai.echogen.objectives.PmtpMemory.Lengths;
import ai.echogen.objectives.djo.DjoObjective;
import ai.echogen.objectives.djo.DjoObjective.Estimator;
import java.util.List;

/**
 * The work of a sample, counted over the scripts: matrix products only. Norms, softmax, embeddings
 * and everything else that goes element by element take time, too, but hardly any FLOPs.
 *
 * <p>D width, H heads and G key/value heads of width K, F feed-forward width, L layers, N codes an
 * image out of V codes of width E, W words; t tokens of the text, q of the question, a of them
 * asked. A layer's matrices have M = D (H + 2 G) K + H K D + 3 D F weights.
 *
 * <ul>
 *   <li>A sequence of T tokens whose last R rows are looked at afterwards: 2 M a token and layer
 *       and 4 T H K for its attention (all pairs: masks hide, they do not save); in the last layer
 *       only R rows have queries, output and feed-forward.
 *   <li>Forms: {@code separate} has the sequences t + N (R = N) and N + 1 + q (R = q), the others t
 *       + copies · (N + 1) + q (R = T − t).
 *   <li>Aligner 2 N (E D + (depth − 1) D²), image head 2 N (D² + D V), text head 2 a D W.
 *   <li>Gradients: twice the forward pass, once for the input and once for the weight. Of a frozen
 *       matrix only the input's, and none below the first layer. Attention's are twice in any case.
 *   <li>An adapter adds 2 r (inputs + outputs) a token and matrix, and twice that for its gradient.
 *   <li>With checkpointing, the layers' forward pass once more.
 * </ul>
 */
record StepWork(PlannedModel model, boolean checkpointing) {
  /** The work of a sample in PMTP. */
  Work pmtp(AttentionForm form, Lengths sample) {
    int image = codes() + 1;
    var layers =
        form.copies() == 0
            ? drawn(sample).plus(read(sample))
            : sequence(
                sample.text() + (long) form.copies() * image + sample.question(),
                (long) form.copies() * image + sample.question());
    return layers.plus(aligner()).plus(imageHead(codes())).plus(textHead(sample.asked()));
  }

  /** The work of a sample in DJO. */
  Work djo(DjoObjective.Settings settings, Lengths sample) {
    var head = imageHead(codes());
    var each = read(sample).plus(textHead(sample.asked()));
    if (settings.estimator() == Estimator.POLICY) {
      int readings = settings.drawings() + 1; // and the real image
      return drawn(sample)
          .plus(each.times(readings))
          .plus(aligner().times(readings + 1))
          .plus(head)
          .plus(head.forwardOnly()); // to draw the codes
    }
    var mixed = matrix(2.0 * codes() * model.codes().codebook() * model.codes().width());
    return drawn(sample)
        .plus(each.times(2))
        .plus(aligner().times(2))
        .plus(relaxedAligner())
        .plus(head)
        .plus(head.forwardOnly())
        .plus(mixed)
        .plus(mixed.forwardOnly());
  }

  /**
   * The work of learning from a group of drawings of one text.
   *
   * @param drawings of the group
   * @param texts 2 where there is guidance, else 1: each has rows for every drawing
   * @param logitsTwice whether the logits do not fit at once, so that they are computed again
   */
  Work group(int drawings, int texts, Lengths sample, boolean logitsTwice) {
    double rows = (double) texts * drawings * codes();
    double tokens = texts * sample.text() + rows;
    int heads = model.decoder().heads() * model.decoder().headWidth();
    double pairs = rows * (sample.text() + codes());
    double own = (double) texts * sample.text() * sample.text();
    double lower = model.decoder().layers() - 1;
    var products = matrices(tokens, rows);
    var attention = trained(4 * heads * (lower * (pairs + own) + pairs));
    var head = imageHead(rows);
    return products
        .plus(attention)
        .plus(aligner().times(drawings))
        .plus(logitsTwice ? head.plus(head.forwardOnly()) : head);
  }

  /** Text and image: the rows behind the text predict the codes. */
  Work drawn(Lengths sample) {
    return sequence(sample.text() + codes(), codes());
  }

  /** Image and question. */
  Work read(Lengths sample) {
    return sequence(codes() + 1L + sample.question(), sample.question());
  }

  /** FLOPs of one more token of each of some rows, behind {@code context} others: all layers. */
  double tokenForward(double rows, double context) {
    var sizes = model.decoder();
    double attention = 4.0 * sizes.layers() * context * sizes.heads() * sizes.headWidth();
    return rows * (2.0 * model.layerMatrices() + attention);
  }

  /** A sequence of {@code tokens}, of which the last {@code rows} are looked at. */
  private Work sequence(long tokens, long rows) {
    var sizes = model.decoder();
    double attention =
        4.0
            * sizes.heads()
            * sizes.headWidth()
            * ((sizes.layers() - 1) * tokens * tokens + rows * tokens);
    var work = matrices((double) tokens, (double) rows).plus(trained(attention));
    return checkpointing
        ? new Work(
            work.forward(), work.backward(), work.forward(), work.adapter() * 4 / 3) // of 3 parts
        : work;
  }

  /**
   * The products with the layers' matrices, and the adapter's.
   *
   * @param rows that the last layer goes on with behind its keys and values
   */
  private Work matrices(double tokens, double rows) {
    int layers = model.decoder().layers();
    var sum = Work.NONE;
    for (var matrix : layer()) {
      boolean isSeen = !matrix.name().matches(".*\\.[qkv]_proj");
      double passes = (layers - 1) * tokens + (isSeen ? rows : tokens);
      sum = sum.plus(matrix(2.0 * matrix.size() * passes));
      if (isAdapted(matrix)) {
        int rank = model.lora().map(LoraConfig::rank).orElse(0);
        double forward = 2.0 * rank * (matrix.rows() + matrix.columns()) * passes;
        sum = sum.plus(new Work(forward, 2 * forward, 0, 3 * forward));
      }
    }
    return sum;
  }

  /** The matrices of the first layer; all layers' are alike. */
  private List<LayerMatrix> layer() {
    var all = model.parameters().layerMatrices();
    return all.subList(0, all.size() / model.decoder().layers());
  }

  private boolean isAdapted(LayerMatrix matrix) {
    var name = matrix.name().replaceAll(".*\\.", "");
    return model.lora().map(lora -> lora.targets().contains(name)).orElse(false);
  }

  /** From the codes' embeddings to the decoder; nothing is trained below it with an adapter. */
  private Work aligner() {
    double forward = alignerForward();
    return new Work(forward, model.lora().isPresent() ? 0 : 2 * forward, 0, 0);
  }

  /** The same from relaxed codes, which have a gradient. */
  private Work relaxedAligner() {
    return matrix(alignerForward());
  }

  private double alignerForward() {
    double d = model.decoder().hidden();
    return 2 * codes() * (model.codes().width() * d + (model.decoder().alignerDepth() - 1) * d * d);
  }

  private Work imageHead(double rows) {
    double d = model.decoder().hidden();
    return matrix(2 * rows * (d * d + d * model.codes().codebook()));
  }

  /** FLOPs of the image head, of so many rows. */
  double imageHeadForward(double rows) {
    return imageHead(rows).forward();
  }

  private Work textHead(double rows) {
    return matrix(2 * rows * model.decoder().hidden() * model.vocabulary());
  }

  /** A product with a matrix of the model's: trained, or frozen under an adapter. */
  private Work matrix(double forward) {
    return new Work(forward, model.lora().isPresent() ? forward : 2 * forward, 0, 0);
  }

  /** A product of two tensors that both have gradients. */
  private static Work trained(double forward) {
    return new Work(forward, 2 * forward, 0, 0);
  }

  private int codes() {
    return model.codes().perImage();
  }
}
