package ai.echogen.scoring.judges.file;

import ai.echogen.scoring.judges.file.ProtobufFields.Field;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * A tensor that a model holds, {@code TensorProto}: what it says of itself is what there is of it.
 * The runtime reads on where it is not, past the end of the values.
 *
 * <pre>
 * 1 dimension, 2 type, 4 floats, 5 int32s, 6 texts, 7 int64s, 8 name, 9 raw bytes, 10 doubles,
 * 11 uint64s, 13 entry of external data (1 key, 2 value), 14 whether there is such data
 * </pre>
 */
final class OnnxWeights {
  private static final int DIMENSION = 1;
  private static final int TYPE = 2;
  private static final int FLOATS = 4;
  private static final int INT32S = 5;
  private static final int TEXTS = 6;
  private static final int INT64S = 7;
  private static final int NAME = 8;
  private static final int RAW = 9;
  private static final int DOUBLES = 10;
  private static final int UINT64S = 11;
  private static final int ENTRY = 13;
  private static final int PLACE = 14;
  private static final Set<Integer> TYPED = Set.of(FLOATS, INT32S, TEXTS, INT64S, DOUBLES, UINT64S);

  private static final int KEY = 1;
  private static final int VALUE = 2;
  private static final String LOCATION = "location";

  private static final int MOST_DIMENSIONS = 32;
  private static final long MOST_ELEMENTS = 1L << 40;
  private static final int MOST_KEPT = 64; // values that sizes may be made of

  /**
   * A type of elements.
   *
   * @param bits of one, in raw bytes; 0 where there are none
   * @param field of values that are not raw
   * @param share how many of the field's values one element has
   */
  private record Type(int bits, int field, double share) {}

  private static final int FLOAT = 1;
  private static final int INT64 = 7;

  private static final Map<Integer, Type> TYPES =
      Map.ofEntries(
          Map.entry(FLOAT, new Type(32, FLOATS, 1)),
          Map.entry(2, new Type(8, INT32S, 1)), // uint8
          Map.entry(3, new Type(8, INT32S, 1)), // int8
          Map.entry(4, new Type(16, INT32S, 1)), // uint16
          Map.entry(5, new Type(16, INT32S, 1)), // int16
          Map.entry(6, new Type(32, INT32S, 1)), // int32
          Map.entry(INT64, new Type(64, INT64S, 1)),
          Map.entry(8, new Type(0, TEXTS, 1)), // string
          Map.entry(9, new Type(8, INT32S, 1)), // bool
          Map.entry(10, new Type(16, INT32S, 1)), // float16
          Map.entry(11, new Type(64, DOUBLES, 1)), // double
          Map.entry(12, new Type(32, UINT64S, 1)), // uint32
          Map.entry(13, new Type(64, UINT64S, 1)), // uint64
          Map.entry(14, new Type(64, FLOATS, 2)), // complex64
          Map.entry(15, new Type(128, DOUBLES, 2)), // complex128
          Map.entry(16, new Type(16, INT32S, 1)), // bfloat16
          Map.entry(17, new Type(8, INT32S, 1)), // float8
          Map.entry(18, new Type(8, INT32S, 1)),
          Map.entry(19, new Type(8, INT32S, 1)),
          Map.entry(20, new Type(8, INT32S, 1)),
          Map.entry(21, new Type(4, INT32S, 0.5)), // uint4
          Map.entry(22, new Type(4, INT32S, 0.5)), // int4
          Map.entry(23, new Type(4, INT32S, 0.5))); // float4

  private final ProtobufFields fields;
  private final List<Long> dimensions = new ArrayList<>();
  private final Set<Integer> places = new TreeSet<>(); // fields that hold values
  private final Set<String> files = new HashSet<>();
  private final List<Field> raw = new ArrayList<>();
  private final List<Number> wholes = new ArrayList<>(); // the first of int64s
  private String name = "";
  private long type;
  private long numValues; // in typed fields
  private boolean isElsewhere;

  private OnnxWeights(ProtobufFields fields) {
    this.fields = fields;
  }

  /**
   * Reads a tensor.
   *
   * @throws IllegalArgumentException if its shape, its type and its values do not fit
   */
  static OnnxWeights read(ProtobufFields fields, Field message) {
    var weights = new OnnxWeights(fields);
    fields.each(message, weights::read);
    weights.check();
    return weights;
  }

  private void read(Field field) {
    switch (field.number()) {
      case DIMENSION -> fields.numbers(field, dimensions::add);
      case TYPE -> type = field.isNumber() ? field.value() : type;
      case NAME -> name = field.hasContent() ? fields.text(field) : name;
      case PLACE -> isElsewhere = field.isNumber() ? field.value() == 1 : isElsewhere;
      case ENTRY -> readEntry(field);
      case RAW -> {
        if (field.hasContent() && field.length() > 0) {
          places.add(RAW);
          raw.add(field);
        }
      }
      default -> {
        if (TYPED.contains(field.number())) {
          readValues(field);
        }
      }
    }
  }

  private void readValues(Field field) {
    places.add(field.number());
    switch (field.number()) {
      case FLOATS -> numValues += field.numFixed(Float.BYTES);
      case DOUBLES -> numValues += field.numFixed(Double.BYTES);
      case TEXTS -> numValues += field.hasContent() ? 1 : 0;
      default ->
          fields.numbers(
              field,
              value -> {
                numValues++;
                if (wholes.size() < MOST_KEPT) {
                  wholes.add(value);
                }
              });
    }
  }

  /** Whatever order its halves have, and were one there twice. */
  private void readEntry(Field entry) {
    var keys = new ArrayList<String>();
    var values = new ArrayList<String>();
    if (!entry.hasContent()) {
      return;
    }
    fields.each(
        entry,
        half -> {
          if (half.hasContent() && (half.number() == KEY || half.number() == VALUE)) {
            (half.number() == KEY ? keys : values).add(fields.text(half));
          }
        });
    if (keys.contains(LOCATION)) {
      files.addAll(values);
    }
  }

  private void check() {
    var known = type == (int) type ? TYPES.get((int) type) : null;
    if (known == null) {
      throw wrong("has the type %d, which is not known", type);
    }
    long elements = elements();
    if (isElsewhere || !files.isEmpty()) {
      if (!places.isEmpty()) {
        throw wrong("has values here and in another file");
      }
      return; // the runtime compares lengths with those of the file
    }
    if (places.size() > 1 || raw.size() > 1) {
      throw wrong("has its values in several places");
    }
    if (places.contains(RAW)) {
      long bytes = (elements * known.bits() + 7) / 8;
      if (known.bits() == 0 || raw.get(0).length() != bytes) {
        throw wrong("has %d bytes, its shape %s needs %d", raw.get(0).length(), dimensions, bytes);
      }
    } else {
      long values = (long) Math.ceil(elements * known.share());
      boolean isRight = places.isEmpty() || places.contains(known.field());
      if (!isRight || numValues != values) {
        throw wrong(
            "has %d values of its type, its shape %s needs %d", numValues, dimensions, values);
      }
    }
  }

  private long elements() {
    long elements = 1;
    for (long dimension : dimensions) {
      boolean isRight = dimension >= 0 && dimensions.size() <= MOST_DIMENSIONS;
      if (!isRight || elements > MOST_ELEMENTS / Math.max(1, dimension)) {
        throw wrong("has the shape %s", dimensions);
      }
      elements *= dimension;
    }
    return elements;
  }

  /** An error about this tensor. */
  private IllegalArgumentException wrong(String what, Object... values) {
    return fields.wrong(
        Output.cut("the tensor \"" + name + "\" " + String.format(Locale.ROOT, what, values)));
  }

  String name() {
    return name;
  }

  /** Names of files that it may lie in. */
  Set<String> files() {
    return files;
  }

  /** The values of a short one of whole numbers or of floats; none of others. */
  List<Number> numbers() {
    if (type == INT64 && isShort(Long.BYTES)) {
      return raw(Long.BYTES, fields::whole);
    }
    if (type == FLOAT && isShort(Float.BYTES)) {
      return raw(Float.BYTES, fields::real);
    }
    return type == INT64 && numValues <= MOST_KEPT ? wholes : List.of();
  }

  private boolean isShort(int bytesEach) {
    return places.contains(RAW) && raw.get(0).length() <= MOST_KEPT * bytesEach;
  }

  private interface Reader {
    Number at(Field field, int place);
  }

  private List<Number> raw(int bytesEach, Reader reader) {
    var values = new ArrayList<Number>();
    for (int i = 0; i < raw.get(0).length() / bytesEach; i++) {
      values.add(reader.at(raw.get(0), i));
    }
    return values;
  }
}
