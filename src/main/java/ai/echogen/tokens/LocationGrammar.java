package ai.echogen.tokens;

import ai.echogen.layout.Box;
import ai.echogen.layout.Layout;
import ai.echogen.layout.Region;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * The grammar of our own small models: a box is four location tokens.
 *
 * <pre>
 * layout text  bos caption grounding (phrase x y x y)* /grounding
 * caption text bos caption
 * empty text   bos
 * question     end_of_image (phrase x y x y)*
 * </pre>
 */
public final class LocationGrammar extends Frame implements Grammar {
  private static final int LOCATIONS = 4; // x y x y

  private final LocationCodec codec;
  private final int firstX;
  private final int firstY;

  LocationGrammar(TextTokenizer tokenizer, LocationCodec codec) {
    this(tokenizer, codec, UNLIMITED);
  }

  LocationGrammar(TextTokenizer tokenizer, LocationCodec codec, int room) {
    super(tokenizer, room);
    this.codec = codec;
    this.firstX = SpecialTokens.specialId(tokenizer, LocationCodec.xToken(0));
    this.firstY = SpecialTokens.specialId(tokenizer, LocationCodec.yToken(0));
    for (int cell = 0; cell < codec.bins(); cell++) {
      checkFollows(LocationCodec.xToken(cell), firstX + cell);
      checkFollows(LocationCodec.yToken(cell), firstY + cell);
    }
  }

  @Override
  public int[] layoutText(Layout layout) {
    checkNumRegions(layout.regions().size());
    int[] regions = regions(layout);
    var ids = captionTo(IntStream.builder(), layout.caption(), captionRoom(regions.length));
    ids.add(grounding);
    IntStream.of(regions).forEach(ids::add);
    return ids.add(endGrounding).build().toArray();
  }

  @Override
  public int[] captionText(String caption) {
    return captionTo(IntStream.builder(), caption, captionRoom(0)).build().toArray();
  }

  @Override
  public Question question(Layout layout, Set<Integer> absent) {
    checkNumRegions(layout.regions().size());
    var ids = IntStream.builder().add(endImage());
    for (int i = 0; i < layout.regions().size(); i++) {
      var region = layout.regions().get(i);
      if (absent.contains(i)) {
        IntStream.of(texts.phraseIds(region.phrase())).forEach(ids::add);
        cellsTo(ids, codec.nothing());
      } else {
        regionTo(ids, region);
      }
    }
    return question(ids.build().toArray());
  }

  @Override
  public Question question(int[] filledIds) {
    return Question.asking(filledIds, i -> isLocation(filledIds[i]));
  }

  @Override
  public Prompt prompt(List<String> phrases) {
    checkNumRegions(phrases.size());
    var ids = IntStream.builder().add(endImage());
    for (var phrase : phrases) {
      IntStream.of(texts.phraseIds(phrase)).forEach(ids::add);
      ids.add(Prompt.X).add(Prompt.Y).add(Prompt.X).add(Prompt.Y);
    }
    return new Prompt(ids.build().toArray());
  }

  @Override
  public List<Optional<Box>> boxes(Prompt prompt, int[] filledIds) {
    int[] slots =
        IntStream.range(0, prompt.ids().length).filter(i -> prompt.ids()[i] < 0).toArray();
    List<Optional<Box>> boxes = new ArrayList<>();
    for (int slot = 0; slot < slots.length; slot += LOCATIONS) {
      int at = slots[slot];
      boxes.add(
          at + LOCATIONS <= filledIds.length
              ? box(filledIds[at], filledIds[at + 1], filledIds[at + 2], filledIds[at + 3])
              : Optional.empty());
    }
    return boxes;
  }

  @Override
  public Parse parse(int[] layoutText) {
    return new LocationReader(this, layoutText).read();
  }

  /** The box of these ids, if they are location tokens of the right axes. */
  Optional<Box> box(int x, int y, int otherX, int otherY) {
    boolean isBox = isX(x) && isY(y) && isX(otherX) && isY(otherY);
    return isBox && !codec.isNothing(x - firstX, y - firstY, otherX - firstX, otherY - firstY)
        ? Optional.of(codec.decode(x - firstX, y - firstY, otherX - firstX, otherY - firstY))
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

  @Override
  public int firstX() {
    return firstX;
  }

  @Override
  public int firstY() {
    return firstY;
  }

  @Override
  public int bins() {
    return codec.bins();
  }

  @Override
  int[] captionIds(String caption) {
    return texts.ids(caption);
  }

  @Override
  int numAround() {
    return 3; // bos, grounding and /grounding
  }

  private IntStream.Builder captionTo(IntStream.Builder ids, String caption, int most) {
    ids.add(bos());
    IntStream.of(captionIds(caption)).limit(most).forEach(ids::add);
    return ids;
  }

  @Override
  void regionTo(IntStream.Builder ids, Region region) {
    IntStream.of(texts.phraseIds(region.phrase())).forEach(ids::add);
    cellsTo(ids, codec.encode(region.box()));
  }

  private void cellsTo(IntStream.Builder ids, int[] cells) {
    ids.add(firstX + cells[0]).add(firstY + cells[1]).add(firstX + cells[2]).add(firstY + cells[3]);
  }

  private void checkFollows(String location, int expected) {
    int id = SpecialTokens.specialId(tokenizer, location);
    if (id != expected) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "%s: location tokens must have consecutive ids, but %s is %d, not %d",
              tokenizer.origin(),
              location,
              id,
              expected));
    }
  }
}
