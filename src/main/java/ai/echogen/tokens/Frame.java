package ai.echogen.tokens;

import ai.echogen.layout.Layout;
import ai.echogen.layout.Region;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/** What both grammars share: the tokens around texts and images, and what may stand in a text. */
abstract sealed class Frame permits LocationGrammar, PlanGenGrammar {
  final TextTokenizer tokenizer;
  final PlainText texts;
  final int grounding;
  final int endGrounding;
  private final int room;
  private final int pad;
  private final int bos;
  private final int eos;
  private final int beginImage;
  private final int endImage;
  private final int endBox;
  private volatile int leastCaption = -1;

  Frame(TextTokenizer tokenizer, int room) {
    this.tokenizer = tokenizer;
    this.room = room;
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

  /** See {@link Grammar#room}. */
  public int room() {
    return room;
  }

  /** See {@link Grammar#fit}. */
  public Grammar.Fit fit(Layout layout) {
    int[] ids = captionIds(layout.caption());
    int unknown = (int) IntStream.of(ids).filter(tokenizer::isUnknown).count();
    int kept = Math.min(ids.length, captionRoom(regions(layout).length));
    return new Grammar.Fit(ids.length, kept, unknown);
  }

  /** A caption and what always stands around it. */
  abstract int[] captionIds(String caption);

  /** Tokens of a layout text that belong neither to the caption nor to a region. */
  abstract int numAround();

  /** Writes a phrase and its box. */
  abstract void regionTo(IntStream.Builder ids, Region region);

  /** The regions of a layout, one after the other. */
  int[] regions(Layout layout) {
    var ids = IntStream.builder();
    layout.regions().forEach(region -> regionTo(ids, region));
    return ids.build().toArray();
  }

  /** Tokens that {@link #captionIds} may take before so many tokens of regions. */
  int captionRoom(int regions) {
    int question = 2; // at most what stands before its regions
    long left = (long) room - numAround() - question - 2L * regions;
    if (left < leastCaption()) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              """
          the regions of a layout take %,d tokens, in the text and again in the question; the image \
          leaves %,d of the model's positions: shorten the phrases, or give the model more positions \
          (model.maxPositions, max_position_embeddings in its config.json)""",
              regions,
              room));
    }
    return (int) Math.min(Integer.MAX_VALUE, left);
  }

  private int leastCaption() {
    if (leastCaption < 0) { // not when this is made: the grammar's own fields come later
      leastCaption = captionIds("").length;
    }
    return leastCaption;
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
          String.format(
              Locale.ROOT,
              "a sequence holds at most %d regions, got %d: keep the largest",
              Layout.MAX_REGIONS,
              numRegions));
    }
  }
}
