package ai.echogen.tokens;

import ai.echogen.layout.Box;
import ai.echogen.layout.Layout;
import ai.echogen.layout.Region;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * The grammar of PlanGen, on Janus' vocabulary: a box is text, four integers in thousandths.
 *
 * <pre>
 * layout       &lt;grounding> (&lt;ref>phrase&lt;/ref>&lt;box>[x0, y0, x1, y1]&lt;/box>)* &lt;/grounding>
 * layout text  bos &lt;|User|>: caption\n\n&lt;|Assistant|>: layout eos
 * caption text bos &lt;|User|>: caption\n\n&lt;|Assistant|>:
 * empty text   bos
 * question     end_of_image &lt;grounding> (&lt;ref>phrase&lt;/ref>&lt;box>[x0, y0, x1, y1]&lt;/box>)*
 * </pre>
 *
 * <p>A tokenizer without {@code <|User|>} and {@code <|Assistant|>} gets {@code bos caption layout}
 * and {@code bos caption}. What stands between two special tokens is encoded as one piece, so the
 * ids are those of the whole string.
 *
 * <p>Source: 360CVGroup/PlanGen (its uni sequence), deepseek-ai/Janus (its chat template). The
 * question departs from PlanGen's, which describes an image that SigLIP encodes: here it follows
 * the codes of the image, and gives the phrases.
 */
public final class PlanGenGrammar extends Frame implements Grammar {
  /** What {@link AddedTokens} adds to a Janus tokenizer for this grammar, in the order of ids. */
  public static final List<String> TOKENS =
      List.of(
          SpecialTokens.GROUNDING,
          SpecialTokens.END_GROUNDING,
          SpecialTokens.REF,
          SpecialTokens.END_REF,
          SpecialTokens.BOX,
          SpecialTokens.END_BOX);

  /** What Janus' chat template writes after a role. */
  static final String TURN = ": ";

  /** What Janus' chat template writes after a user's message. */
  static final String END_TURN = "\n\n";

  final int ref;
  final int endRef;
  final int box;
  final Optional<Chat> chat;

  /** The roles of Janus' chat template. */
  record Chat(int user, int assistant) {}

  PlanGenGrammar(TextTokenizer tokenizer) {
    this(tokenizer, UNLIMITED);
  }

  PlanGenGrammar(TextTokenizer tokenizer, int room) {
    super(tokenizer, room);
    this.ref = SpecialTokens.specialId(tokenizer, SpecialTokens.REF);
    this.endRef = SpecialTokens.specialId(tokenizer, SpecialTokens.END_REF);
    this.box = SpecialTokens.specialId(tokenizer, SpecialTokens.BOX);
    var user = SpecialTokens.find(tokenizer, SpecialTokens.USER);
    var assistant = SpecialTokens.find(tokenizer, SpecialTokens.ASSISTANT);
    this.chat =
        user.isPresent() && assistant.isPresent()
            ? Optional.of(new Chat(user.getAsInt(), assistant.getAsInt()))
            : Optional.empty();
  }

  @Override
  public int[] layoutText(Layout layout) {
    checkNumRegions(layout.regions().size());
    int[] regions = regions(layout);
    var ids = captionTo(IntStream.builder(), layout.caption(), captionRoom(regions.length));
    if (chat.isPresent()) {
      addAll(ids, tokenizer.encode(TURN));
    }
    ids.add(grounding);
    addAll(ids, regions);
    ids.add(endGrounding);
    if (chat.isPresent()) {
      ids.add(eos());
    }
    return ids.build().toArray();
  }

  @Override
  public int[] captionText(String caption) {
    var ids = captionTo(IntStream.builder(), caption, captionRoom(0));
    if (chat.isPresent()) {
      addAll(ids, tokenizer.encode(TURN.strip())); // the template trims an empty answer's turn
    }
    return ids.build().toArray();
  }

  @Override
  public Question question(Layout layout, Set<Integer> absent) {
    if (!absent.isEmpty()) {
      throw new IllegalArgumentException(
          "boxes in digits have no word for what is not there; location tokens have");
    }
    checkNumRegions(layout.regions().size());
    var ids = IntStream.builder().add(endImage()).add(grounding);
    layout.regions().forEach(region -> regionTo(ids, region));
    int[] sequence = ids.build().toArray();
    var inBox = new BitSet();
    for (int i = 1; i < sequence.length; i++) {
      boolean begins = sequence[i - 1] == box;
      inBox.set(i, begins || (inBox.get(i - 1) && sequence[i - 1] != endBox()));
    }
    return Question.asking(sequence, inBox::get);
  }

  @Override
  public Question question(int[] filledIds) {
    throw new IllegalArgumentException(
        "boxes that are written in digits cannot be sampled: the model needs location tokens");
  }

  @Override
  public Prompt prompt(List<String> phrases) {
    checkNumRegions(phrases.size());
    var ids = IntStream.builder().add(endImage()).add(grounding);
    for (var phrase : phrases) {
      phraseTo(ids, phrase);
      ids.add(Prompt.TEXT);
    }
    return new Prompt(ids.build().toArray());
  }

  @Override
  public List<Optional<Box>> boxes(Prompt prompt, int[] filledIds) {
    List<Optional<Box>> boxes = new ArrayList<>();
    int at = 0;
    for (int id : prompt.ids()) {
      if (id == Prompt.TEXT) {
        int from = Math.min(at, filledIds.length);
        while (at < filledIds.length && filledIds[at] != endBox()) {
          at++;
        }
        boxes.add(
            at < filledIds.length
                ? boxIn(Arrays.copyOfRange(filledIds, from, at))
                : Optional.empty());
      }
      at++;
    }
    return boxes;
  }

  @Override
  public Parse parse(int[] layoutText) {
    return PlanGenReader.readLayoutText(this, layoutText);
  }

  /**
   * Reads a model's answer: a caption, which may be empty, and its layout.
   *
   * @return a failure's position is the index of a character
   */
  public Parse parseText(String answer) {
    int[] ids = tokenizer.encode(answer);
    var parse = PlanGenReader.readAnswer(this, ids);
    if (parse instanceof Parse.Malformed malformed) {
      int[] before = Arrays.copyOf(ids, malformed.position());
      int position = before.length == 0 ? 0 : tokenizer.decode(before).length();
      return new Parse.Malformed(Math.min(position, answer.length()), malformed.reason());
    }
    return parse;
  }

  /** 0: boxes are digits. */
  @Override
  public int firstX() {
    return 0;
  }

  /** 0: boxes are digits. */
  @Override
  public int firstY() {
    return 0;
  }

  /** 0: boxes are digits. */
  @Override
  public int bins() {
    return 0;
  }

  private Optional<Box> boxIn(int[] ids) {
    return IntStream.of(ids).allMatch(id -> tokenizer.has(id) && texts.isText(id))
        ? BoxText.readAnyOrder(tokenizer.decode(ids))
        : Optional.empty();
  }

  @Override
  int[] captionIds(String caption) {
    return texts.ids(chat.isPresent() ? TURN + caption + END_TURN : caption);
  }

  @Override
  int numAround() {
    int frame = 3; // bos, grounding and /grounding
    return chat.isPresent() ? frame + 3 + tokenizer.encode(TURN).length : frame; // roles and eos
  }

  private IntStream.Builder captionTo(IntStream.Builder ids, String caption, int most) {
    ids.add(bos());
    int[] text = captionIds(caption);
    chat.ifPresentOrElse(
        roles -> {
          ids.add(roles.user());
          int[] end = text.length > most ? tokenizer.encode(END_TURN) : new int[0];
          addAll(ids, Arrays.copyOf(text, Math.min(text.length, most) - end.length));
          addAll(ids, end);
          ids.add(roles.assistant());
        },
        () -> addAll(ids, Arrays.copyOf(text, Math.min(text.length, most))));
    return ids;
  }

  @Override
  void regionTo(IntStream.Builder ids, Region region) {
    phraseTo(ids, region.phrase());
    addAll(ids, tokenizer.encode(BoxText.of(region.box())));
    ids.add(endBox());
  }

  private void phraseTo(IntStream.Builder ids, String phrase) {
    ids.add(ref);
    addAll(ids, texts.phraseIds(phrase));
    ids.add(endRef).add(box);
  }

  private static void addAll(IntStream.Builder ids, int[] more) {
    IntStream.of(more).forEach(ids::add);
  }
}
