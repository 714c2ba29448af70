package ai.echogen.tokens;

import ai.echogen.layout.Layout;
import java.util.OptionalInt;

/** What both grammars share: the tokens around texts and images, and what may stand in a text. */
abstract sealed class Frame permits LocationGrammar, PlanGenGrammar {
  final TextTokenizer tokenizer;
  final PlainText texts;
  final int grounding;
  final int endGrounding;
  private final int pad;
  private final int bos;
  private final int eos;
  private final int beginImage;
  private final int endImage;
  private final int endBox;

  Frame(TextTokenizer tokenizer) {
    this.tokenizer = tokenizer;
    this.texts = new PlainText(tokenizer);
    this.pad = SpecialTokens.id(tokenizer, SpecialTokens.PAD, SpecialTokens.JANUS_PAD);
    this.bos = SpecialTokens.id(tokenizer, SpecialTokens.BOS, SpecialTokens.JANUS_BOS);
    this.eos = SpecialTokens.id(tokenizer, SpecialTokens.EOS, SpecialTokens.JANUS_EOS);
    this.beginImage = SpecialTokens.id(tokenizer, SpecialTokens.BEGIN_IMAGE);
    this.endImage = SpecialTokens.id(tokenizer, SpecialTokens.END_IMAGE);
    this.grounding = SpecialTokens.specialId(tokenizer, SpecialTokens.GROUNDING);
    this.endGrounding = SpecialTokens.specialId(tokenizer, SpecialTokens.END_GROUNDING);
    this.endBox = SpecialTokens.specialId(tokenizer, SpecialTokens.END_BOX);
  }

  /** No condition at all. */
  public int[] emptyText() {
    return new int[] {bos};
  }

  public int pad() {
    return pad;
  }

  public int bos() {
    return bos;
  }

  public int eos() {
    return eos;
  }

  public int beginImage() {
    return beginImage;
  }

  public int endImage() {
    return endImage;
  }

  public int endBox() {
    return endBox;
  }

  public OptionalInt imagePlaceholder() {
    return SpecialTokens.find(tokenizer, SpecialTokens.IMAGE_PLACEHOLDER);
  }

  /** Rows that the token embedding needs. */
  public int vocabularySize() {
    return tokenizer.size();
  }

  static void checkNumRegions(int numRegions) {
    if (numRegions > Layout.MAX_REGIONS) {
      throw new IllegalArgumentException(
          "a sequence holds at most %d regions, got %d: keep the largest"
              .formatted(Layout.MAX_REGIONS, numRegions));
    }
  }
}
