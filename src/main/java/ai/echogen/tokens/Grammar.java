package ai.echogen.tokens;

import ai.echogen.layout.Box;
import ai.echogen.layout.Layout;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * Writes every sequence, and nothing else does.
 *
 * <p>A text precedes {@code <begin_of_image>} and the image codes, a question follows them. Special
 * tokens inside a caption or a phrase are left out: a text cannot open a region. Immutable; safe
 * for many threads.
 */
public sealed interface Grammar permits LocationGrammar, PlanGenGrammar {
  /** The room of a model without end. */
  int UNLIMITED = Integer.MAX_VALUE;

  /**
   * What stays of a caption.
   *
   * @param tokens that it has
   * @param kept that fit, from its start on
   * @param unknown that stand for words which the tokenizer lacks
   */
  record Fit(int tokens, int kept, int unknown) {
    /** Whether its end is cut off. */
    public boolean isCut() {
      return kept < tokens;
    }
  }

  /**
   * The grammar of a model with this tokenizer; looks every special token up by its name.
   *
   * @param locationBins location tokens an axis; 0 where boxes are written in digits
   * @throws IllegalArgumentException naming the first token that the tokenizer lacks
   */
  static Grammar of(TextTokenizer tokenizer, int locationBins) {
    return of(tokenizer, locationBins, UNLIMITED);
  }

  /**
   * The same for a model whose sequences have an end.
   *
   * @param room tokens that a text and a question have together beside an image
   */
  static Grammar of(TextTokenizer tokenizer, int locationBins, int room) {
    return locationBins == 0
        ? new PlanGenGrammar(tokenizer, room)
        : new LocationGrammar(tokenizer, new LocationCodec(locationBins), room);
  }

  /** Tokens that a text and a question have together. */
  int room();

  /**
   * How much of a layout's caption {@link #layoutText} writes: its end is cut off where text and
   * {@link #question} would have no room else.
   *
   * @throws IllegalArgumentException if not even the regions have
   */
  Fit fit(Layout layout);

  /** Caption and layout: the condition of a drawing. */
  int[] layoutText(Layout layout);

  /** The caption alone: a condition with its layout hidden. */
  int[] captionText(String caption);

  /** No condition at all. */
  int[] emptyText();

  /** What is asked of an image in training: phrases given, boxes to predict. */
  default Question question(Layout layout) {
    return question(layout, Set.of());
  }

  /**
   * The same, where some of what is asked for is not in the image: "nothing" is to be predicted in
   * the place of its box.
   *
   * @param absent places of these regions; their boxes are not looked at
   * @throws IllegalArgumentException if there are some, and the grammar has no word for it
   */
  Question question(Layout layout, Set<Integer> absent);

  /**
   * What is asked of an image whose answer is a filled prompt.
   *
   * @param filledIds as {@link #boxes} takes them
   * @throws IllegalArgumentException if the grammar has no location tokens
   */
  Question question(int[] filledIds);

  /** The question as a program for decoding, with slots in place of the boxes. */
  Prompt prompt(List<String> phrases);

  /**
   * The boxes in a prompt's filled slots, one for each phrase; corners may be swapped.
   *
   * @param filledIds the prompt's ids with its slots filled; it may stop early
   * @return empty for a region whose slots hold no box; the others are kept
   */
  List<Optional<Box>> boxes(Prompt prompt, int[] filledIds);

  /** Reads a layout text back. */
  Parse parse(int[] layoutText);

  int pad();

  int bos();

  int eos();

  int beginImage();

  int endImage();

  /** The id that other software puts where an image's features belong, if the tokenizer has it. */
  OptionalInt imagePlaceholder();

  /** The id of {@code </box>}, where a slot of {@link Prompt#TEXT} ends. */
  int endBox();

  /** The id of {@code <x_0>}, {@code <x_i>} is i further; 0 without location tokens. */
  int firstX();

  /** The id of {@code <y_0>}, {@code <y_i>} is i further; 0 without location tokens. */
  int firstY();

  /** Location tokens an axis. */
  int bins();

  /** Rows that the token embedding needs. */
  int vocabularySize();
}
