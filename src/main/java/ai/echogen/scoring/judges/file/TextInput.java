package ai.echogen.scoring.judges.file;

import ai.echogen.json.JsonRecord;
import ai.echogen.scoring.judges.file.Input.Type;
import ai.echogen.tokens.TextTokenizer;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;

/**
 * How a text becomes what a network takes: the ids of its tokens between a start and an end, cut or
 * padded to a length.
 *
 * @param tokenizer name of the {@code tokenizer.json}
 * @param ids name of the input that takes them; empty where the network has one input only
 * @param mask name of the input that takes 1 for each id and 0 for padding; empty if there is none
 * @param start id before the text, if there is one
 * @param end id behind it, which a text that is cut has as well
 */
record TextInput(
    String tokenizer,
    String ids,
    String mask,
    Type type,
    int length,
    OptionalInt start,
    OptionalInt end,
    int pad) {
  private static final int LONGEST = 4096;
  private static final int LARGEST_ID = 10_000_000;

  /** The object {@code input} of the text's side. */
  static TextInput read(JsonRecord record) {
    var input =
        new TextInput(
            Fields.fileName(record, "tokenizer"),
            record.textIfAny("ids").orElse(""),
            record.textIfAny("mask").orElse(""),
            Fields.choice(record, "type", Type.class),
            (int) record.whole("length", 3, LONGEST),
            id(record, "start"),
            id(record, "end"),
            (int) record.whole("pad", 0, LARGEST_ID));
    if (input.type != Type.INT32 && input.type != Type.INT64) {
      record.problem("type", "must be int32 or int64");
    }
    if (input.ids.isEmpty() && !input.mask.isEmpty()) {
      record.problem("ids", "must name an input where mask does");
    }
    var unused = record.nothingElse();
    return input;
  }

  private static OptionalInt id(JsonRecord record, String field) {
    return record.any(field).isNull()
        ? OptionalInt.empty()
        : OptionalInt.of((int) record.whole(field, 0, LARGEST_ID));
  }

  /** How many tokens of a text are read. */
  private int room() {
    return length - (start.isPresent() ? 1 : 0) - (end.isPresent() ? 1 : 0);
  }

  /** Whether a text has more tokens than are read. */
  boolean isCut(TextTokenizer tokens, String text) {
    return tokens.encode(text).length > room();
  }

  /** A text as the network takes it, a batch of one: ids and, if there is one, the mask. */
  List<Input> prepare(TextTokenizer tokens, String text) {
    var read = tokens.encode(text);
    var values = new long[length];
    Arrays.fill(values, pad);
    int number = 0;
    if (start.isPresent()) {
      values[number++] = start.getAsInt();
    }
    for (int i = 0; i < Math.min(read.length, room()); i++) {
      values[number++] = read[i];
    }
    if (end.isPresent()) {
      values[number++] = end.getAsInt();
    }
    var inputs = new ArrayList<Input>();
    inputs.add(input(ids, values));
    if (!mask.isEmpty()) {
      var counts = new long[length];
      Arrays.fill(counts, 0, number, 1);
      inputs.add(input(mask, counts));
    }
    return inputs;
  }

  private Input input(String name, long[] values) {
    long[] shape = {1, length};
    if (type == Type.INT64) {
      return new Input(name, type, LongBuffer.wrap(values), shape);
    }
    int[] narrow = Arrays.stream(values).mapToInt(Math::toIntExact).toArray();
    return new Input(name, type, IntBuffer.wrap(narrow), shape);
  }

  /**
   * Fails unless the ids that it adds are the tokenizer's.
   *
   * @throws IllegalArgumentException naming the first that is not
   */
  void check(TextTokenizer tokens) {
    for (var id : List.of(start, end, OptionalInt.of(pad))) {
      if (id.isPresent() && !tokens.has(id.getAsInt())) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "%s: has no token %d, which judge.json gives as start, end or pad",
                tokens.origin(),
                id.getAsInt()));
      }
    }
  }
}
