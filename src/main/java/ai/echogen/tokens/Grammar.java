package ai.echogen.tokens;

import ai.echogen.layout.Box;
import ai.echogen.layout.Layout;
import ai.echogen.layout.Region;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Writes every sequence, and nothing else does.
 *
 * <pre>
 * layout text  bos caption grounding (phrase x y x y)* /grounding
 * caption text bos caption
 * empty text   bos
 * question     end_of_image (phrase x y x y)*
 * </pre>
 *
 * A text precedes {@code <begin_of_image>} and the image codes, a question follows them. Special
 * tokens inside a caption or a phrase are left out: a text cannot open a region. Immutable; safe
 * for many threads.
 */
public final class Grammar {
  private static final int LOCATIONS = 4; // x y x y

  private final TextTokenizer tokenizer;
  private final LocationCodec codec;
  private final int pad;
  private final int bos;
  private final int eos;
  private final int beginImage;
  private final int endImage;
  private final int grounding;
  private final int endGrounding;
  private final int firstX;
  private final int firstY;

  /**
   * Looks every special token up by its name.
   *
   * @throws IllegalArgumentException naming the first token that the tokenizer lacks
   */
  public Grammar(TextTokenizer tokenizer, LocationCodec codec) {
    this.tokenizer = tokenizer;
    this.codec = codec;
    this.pad = special(SpecialTokens.PAD);
    this.bos = special(SpecialTokens.BOS);
    this.eos = special(SpecialTokens.EOS);
    this.beginImage = special(SpecialTokens.BEGIN_IMAGE);
    this.endImage = special(SpecialTokens.END_IMAGE);
    this.grounding = special(SpecialTokens.GROUNDING);
    this.endGrounding = special(SpecialTokens.END_GROUNDING);
    this.firstX = special(LocationCodec.xToken(0));
    this.firstY = special(LocationCodec.yToken(0));
    for (int cell = 0; cell < codec.bins(); cell++) {
      checkFollows(LocationCodec.xToken(cell), firstX + cell);
      checkFollows(LocationCodec.yToken(cell), firstY + cell);
    }
  }

  /** Caption and layout: the condition of a drawing. */
  public int[] layoutText(Layout layout) {
    checkNumRegions(layout.regions().size());
    var ids = captionTo(IntStream.builder(), layout.caption()).add(grounding);
    layout.regions().forEach(region -> regionTo(ids, region));
    return ids.add(endGrounding).build().toArray();
  }

  /** The caption alone: a condition with its layout hidden. */
  public int[] captionText(String caption) {
    return captionTo(IntStream.builder(), caption).build().toArray();
  }

  /** No condition at all. */
  public int[] emptyText() {
    return new int[] {bos};
  }

  /** What is asked of an image in training: phrases given, boxes to predict. */
  public Question question(Layout layout) {
    checkNumRegions(layout.regions().size());
    var builder = IntStream.builder().add(endImage);
    layout.regions().forEach(region -> regionTo(builder, region));
    int[] all = builder.build().toArray();
    int[] ids = Arrays.copyOf(all, Math.max(1, all.length - 1)); // the last location asks nothing
    int[] targets =
        IntStream.range(0, ids.length)
            .map(i -> i + 1 < all.length && isLocation(all[i + 1]) ? all[i + 1] : Question.NOTHING)
            .toArray();
    return new Question(ids, targets);
  }

  /** The question as a program for decoding, with slots in place of the boxes. */
  public Prompt prompt(List<String> phrases) {
    checkNumRegions(phrases.size());
    var ids = IntStream.builder().add(endImage);
    for (var phrase : phrases) {
      phraseTo(ids, phrase);
      ids.add(Prompt.X).add(Prompt.Y).add(Prompt.X).add(Prompt.Y);
    }
    return new Prompt(ids.build().toArray());
  }

  /**
   * The boxes in a prompt's filled slots, one for each phrase; corners may be swapped.
   *
   * @param filledIds the prompt's ids with its slots filled; it may stop early
   * @return empty for a region with a slot that holds no location token of its axis
   */
  public List<Optional<Box>> boxes(Prompt prompt, int[] filledIds) {
    int[] slots =
        IntStream.range(0, prompt.ids().length).filter(i -> prompt.ids()[i] < 0).toArray();
    List<Optional<Box>> boxes = new ArrayList<>();
    for (int slot = 0; slot < slots.length; slot += LOCATIONS) {
      boolean whole = slots[slot + LOCATIONS - 1] < filledIds.length;
      boxes.add(whole ? box(filledIds, slots[slot]) : Optional.empty());
    }
    return boxes;
  }

  /** Reads a layout text back. */
  public Parse parse(int[] layoutText) {
    return new LayoutReader(this, tokenizer, layoutText).read();
  }

  /** The box at ids[at .. at + 3], if they are location tokens of the right axes. */
  Optional<Box> box(int[] ids, int at) {
    return isX(ids[at]) && isY(ids[at + 1]) && isX(ids[at + 2]) && isY(ids[at + 3])
        ? Optional.of(
            codec.decode(
                ids[at] - firstX, ids[at + 1] - firstY, ids[at + 2] - firstX, ids[at + 3] - firstY))
        : Optional.empty();
  }

  boolean isX(int id) {
    return id >= firstX && id < firstX + codec.bins();
  }

  boolean isY(int id) {
    return id >= firstY && id < firstY + codec.bins();
  }

  boolean isLocation(int id) {
    return isX(id) || isY(id);
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

  int grounding() {
    return grounding;
  }

  int endGrounding() {
    return endGrounding;
  }

  /** The id of {@code <x_0>}; {@code <x_i>} is i further. */
  public int firstX() {
    return firstX;
  }

  /** The id of {@code <y_0>}; {@code <y_i>} is i further. */
  public int firstY() {
    return firstY;
  }

  /** Location tokens an axis. */
  public int bins() {
    return codec.bins();
  }

  /** Rows that the token embedding needs. */
  public int vocabularySize() {
    return tokenizer.size();
  }

  private IntStream.Builder captionTo(IntStream.Builder ids, String caption) {
    ids.add(bos);
    words(caption).forEach(ids::add);
    return ids;
  }

  private void regionTo(IntStream.Builder ids, Region region) {
    phraseTo(ids, region.phrase());
    int[] cells = codec.encode(region.box());
    ids.add(firstX + cells[0]).add(firstY + cells[1]).add(firstX + cells[2]).add(firstY + cells[3]);
  }

  private void phraseTo(IntStream.Builder ids, String phrase) {
    int[] words = words(phrase).toArray();
    if (words.length > 0) {
      IntStream.of(words).forEach(ids::add);
    } else {
      ids.add(tokenizer.id(TextTokenizer.UNKNOWN)); // a region needs something to be asked by
    }
  }

  private IntStream words(String text) {
    return IntStream.of(tokenizer.encode(text))
        .filter(id -> !tokenizer.isSpecial(id) || tokenizer.isUnknown(id));
  }

  private int special(String token) {
    int id = tokenizer.id(token);
    if (!tokenizer.isSpecial(id)) {
      throw new IllegalArgumentException(
          "%s: %s must be a special token (added_tokens, special: true), or a caption could write it"
              .formatted(tokenizer.origin(), token));
    }
    return id;
  }

  private void checkFollows(String location, int expected) {
    int id = special(location);
    if (id != expected) {
      throw new IllegalArgumentException(
          "%s: location tokens must have consecutive ids, but %s is %d, not %d"
              .formatted(tokenizer.origin(), location, id, expected));
    }
  }

  private static void checkNumRegions(int numRegions) {
    if (numRegions > Layout.MAX_REGIONS) {
      throw new IllegalArgumentException(
          "a sequence holds at most %d regions, got %d: keep the largest"
              .formatted(Layout.MAX_REGIONS, numRegions));
    }
  }
}
