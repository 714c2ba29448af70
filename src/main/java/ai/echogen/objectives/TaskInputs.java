package ai.echogen.objectives;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.echogen.data.CounterRandom;
import ai.echogen.model.decoder.Decoder;
import ai.echogen.model.decoder.PaddedIds;
import ai.echogen.model.vq.VqTokenizer;
import ai.echogen.tokens.Question;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Samples as the scripts of objectives on the two tasks take them. */
public record TaskInputs(Decoder decoder) {
  private static final long DROPOUT = 0x64726f70; // keeps this stream apart from the others

  /**
   * Text (B, T) left-padded and its lengths (B), codes (B, N), images (B, S, S, 3) uint8 or
   * something empty for a model that reads codes, question (B, Q) right-padded and its lengths (B),
   * and targets (B, Q), {@link Question#NOTHING} where nothing is asked; all but images int64.
   *
   * @param texts of the samples, if not their own
   */
  public List<NDArray> of(NDManager scope, List<LayoutTokens> samples, List<int[]> texts) {
    int pad = decoder.ids().pad();
    var text = PaddedIds.left(texts, pad);
    var question = PaddedIds.right(samples.stream().map(s -> s.question().ids()).toList(), pad);
    var targets =
        PaddedIds.right(
            samples.stream().map(s -> s.question().targets()).toList(), Question.NOTHING);
    var codes = PaddedIds.right(samples.stream().map(LayoutTokens::codes).toList(), 0);
    return List.of(
        text.ids(scope),
        text.lengths(scope),
        codes.ids(scope),
        images(scope, samples),
        question.ids(scope),
        question.lengths(scope),
        targets.ids(scope));
  }

  /** The same with the samples' own texts. */
  public List<NDArray> of(NDManager scope, List<LayoutTokens> samples) {
    return of(scope, samples, samples.stream().map(LayoutTokens::text).toList());
  }

  /**
   * The drawing texts of some of a micro-shard's samples, some of them blanked for guidance: which,
   * is a function of the sample's place.
   *
   * @param share of the samples whose text is blanked
   */
  public List<int[]> texts(Unit<LayoutTokens> unit, int from, int to, double share) {
    var texts = new ArrayList<int[]>();
    for (int i = from; i < to; i++) {
      var text = unit.samples().get(i).text();
      texts.add(
          isBlank(unit, i, share) ? PaddedIds.withoutCondition(text, decoder.ids().pad()) : text);
    }
    return texts;
  }

  /** Whether a sample of the micro-shard has its text blanked. */
  public static boolean isBlank(Unit<?> unit, int index, double share) {
    return CounterRandom.of(unit.seed(), DROPOUT, unit.step(), (long) unit.firstPlace() + index)
            .nextDouble()
        < share;
  }

  /** How many tokens a sample's question asks for. */
  public static int numAsked(LayoutTokens sample) {
    return numAsked(sample.question());
  }

  /** How many tokens a question asks for. */
  public static int numAsked(Question question) {
    return (int) Arrays.stream(question.targets()).filter(t -> t != Question.NOTHING).count();
  }

  private NDArray images(NDManager scope, List<LayoutTokens> samples) {
    return decoder
        .vision()
        .map(
            vision ->
                VqTokenizer.bytes(
                    scope, samples.stream().map(LayoutTokens::pixels).toList(), vision.imageSize()))
        .orElseGet(() -> scope.create(new float[0]));
  }
}
