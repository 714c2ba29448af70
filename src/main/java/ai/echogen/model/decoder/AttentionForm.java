package ai.echogen.model.decoder;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * How drawing and grounding share one sequence in PMTP, and what each token may look at.
 *
 * <p>Segments: 0 drawing text, 1 image, 2 question and boxes, 3 second copy of the image. A form
 * says for the lower and for the upper layers which segments a segment sees; causal order holds
 * besides. Under {@link #DIRECT} the image's hidden states have read the layout in the text, so
 * grounding reads the answer through them; under {@link #LAYERED} image tokens are blind to the
 * text in the layers where grounding reads them.
 */
public enum AttentionForm {
  /** Two sequences: text then image, and image then question. Plain causal. */
  SEPARATE(0, sees("0", "01", "12", ""), sees("0", "01", "12", "")),
  /** One sequence, the text hidden from the question. */
  DIRECT(1, sees("0", "01", "12", ""), sees("0", "01", "12", "")),
  /** One sequence; lower layers: image blind, question reads it; upper layers: the reverse. */
  LAYERED(1, sees("0", "1", "12", ""), sees("0", "01", "2", "")),
  /** One sequence with the image twice: one copy is drawn, the other is read. */
  TWO_COPIES(2, sees("0", "01", "23", "3"), sees("0", "01", "23", "3"));

  private final int copies;
  private final int[][] lower;
  private final int[][] upper;

  AttentionForm(int copies, int[][] lower, int[][] upper) {
    this.copies = copies;
    this.lower = lower;
    this.upper = upper;
  }

  /** Copies of the image tokens in one training sequence; 0 where the tasks have their own. */
  public int copies() {
    return copies;
  }

  /** Whether other software, which knows plain causal attention only, can run such a model. */
  public boolean isPlainCausal() {
    return this == SEPARATE || this == TWO_COPIES;
  }

  /** The name in configuration files, such as {@code two-copies}. */
  public String key() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** The form of that {@link #key}. */
  public static AttentionForm of(String key) {
    return Arrays.stream(values())
        .filter(form -> form.key().equals(key))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "attention form must be one of %s, got %s"
                        .formatted(Arrays.stream(values()).map(AttentionForm::key).toList(), key)));
  }

  String lowerRules() {
    return text(lower);
  }

  String upperRules() {
    return text(upper);
  }

  private static int[][] sees(String... rows) {
    var table = new int[4][4];
    for (int row = 0; row < 4; row++) {
      for (var segment : rows[row].toCharArray()) {
        table[row][segment - '0'] = 1;
      }
    }
    return table;
  }

  private static String text(int[][] table) {
    return Arrays.stream(table)
        .flatMapToInt(Arrays::stream)
        .mapToObj(Integer::toString)
        .collect(Collectors.joining(", "));
  }
}
