package ai.echogen.data.shards;

import ai.echogen.data.Sample;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;
import scala.collection.JavaConverters;
import scala.collection.mutable.WrappedArray;

/**
 * What must hold of every row of shards, of the columns that are read: everything behind it may
 * rely on that. Rows are looked at where they are read, in the order of a file; those of another
 * file than the manifest means, such as one of another split, are no rows of it.
 */
final class RowCheck {
  private static final String ID = "id";
  private static final String SPLIT = "split";
  private static final String IMAGE = "image";
  private static final List<String> REGION = List.of("phrase", "category", "x0", "y0", "x1", "y1");
  private static final StructType TYPES =
      Sample.SCHEMA
          .add("codes", DataTypes.createArrayType(DataTypes.IntegerType))
          .add("tokenizer", DataTypes.StringType);
  private static final int X0 = 2; // of these
  private static final Utf8Order ORDER = new Utf8Order();
  private static final int MOST_PIXELS = 1 << 24; // a side
  private static final int MOST_LETTERS = 1 << 20; // one word of a dictionary stands for many rows

  /** Of a column's value: what is wrong with it, or nothing. */
  private interface Check {
    @Nullable String problem(@Nullable Object value);
  }

  private record Column(int index, String name, Check check) {}

  private final List<Column> columns = new ArrayList<>();
  private final int id;
  private final int split;
  private final ShardFile file;
  private final int bytes; // where the image has them
  private final int[] region; // where REGION's fields are
  private @Nullable String last;

  /**
   * @param file whose rows are looked at
   */
  RowCheck(StructType schema, ShardFile file) {
    this.file = file;
    var names = List.of(schema.fieldNames());
    id = names.indexOf(ID);
    split = names.indexOf(SPLIT);
    Stream.of(schema.fields()).forEach(this::requireType);
    bytes =
        names.contains(IMAGE)
            ? ((StructType) schema.apply(IMAGE).dataType()).fieldIndex("bytes")
            : -1;
    region = names.contains("regions") ? places(schema) : new int[0];
    for (int i = 0; i < names.size(); i++) {
      var check = check(names.get(i));
      if (check.isPresent()) {
        columns.add(new Column(i, names.get(i), check.get()));
      }
    }
  }

  /**
   * Fails unless the next row is one that could have been written.
   *
   * @param number of the row in the file
   * @param place of the row, for messages
   * @throws IllegalArgumentException with place, id and column
   */
  void require(Row row, long number, String place) {
    for (var column : columns) {
      var problem = column.check().problem(row.get(column.index()));
      if (problem != null) {
        throw new IllegalArgumentException(
            "%s%s: %s %s; make the directory again"
                .formatted(place, named(row), column.name(), problem));
      }
    }
    if (id >= 0) {
      requireOrder(row.getString(id), number, place);
    }
    if (split >= 0 && !row.getString(split).equals(file.split())) {
      throw new IllegalArgumentException(
          "%s%s: is of the split %s, where the manifest has %s; make the directory again"
              .formatted(place, named(row), row.get(split), file.split()));
    }
  }

  private void requireOrder(String own, long number, String place) {
    if (own.equals(last)) {
      throw new IllegalArgumentException(
          "%s: the id %s is there twice; make the directory again".formatted(place, own));
    }
    boolean isOfFile =
        ORDER.compare(own, file.firstId()) >= 0
            && ORDER.compare(own, file.lastId()) <= 0
            && (number > 0 || own.equals(file.firstId()))
            && (number < file.rows() - 1 || own.equals(file.lastId()));
    if (!isOfFile || (last != null && ORDER.compare(own, last) < 0)) {
      throw new IllegalArgumentException(
          "%s: the id %s is not of this file, which the manifest says has %s to %s in order; copy it again or make the directory again"
              .formatted(place, own, file.firstId(), file.lastId()));
    }
    last = own;
  }

  private String named(Row row) {
    return id < 0 || row.isNullAt(id) ? "" : " (" + row.get(id) + ")";
  }

  /** A column of a known name has a known type: what reads it does not ask again. */
  private void requireType(StructField column) {
    if (List.of(TYPES.fieldNames()).contains(column.name())) {
      var wanted = TYPES.apply(column.name()).dataType();
      if (!has(column.dataType(), wanted)) {
        throw new IllegalArgumentException(
            "%s: its %s are %s, not %s; make the directory again"
                .formatted(file.name(), column.name(), column.dataType().sql(), wanted.sql()));
      }
    }
  }

  /** A struct may have more fields than are wanted, in any order. */
  private static boolean has(DataType found, DataType wanted) {
    if (wanted instanceof StructType fields) {
      return found instanceof StructType all
          && Stream.of(fields.fields())
              .allMatch(
                  field ->
                      List.of(all.fieldNames()).contains(field.name())
                          && has(all.apply(field.name()).dataType(), field.dataType()));
    }
    if (wanted instanceof ArrayType list) {
      return found instanceof ArrayType other && has(other.elementType(), list.elementType());
    }
    return found.equals(wanted);
  }

  private static int[] places(StructType schema) {
    var fields = (StructType) ((ArrayType) schema.apply("regions").dataType()).elementType();
    return REGION.stream().mapToInt(fields::fieldIndex).toArray();
  }

  private Optional<Check> check(String column) {
    return switch (column) {
      case ID, SPLIT, "source", "tokenizer" -> Optional.of(RowCheck::text);
      case "caption" -> Optional.of(RowCheck::letters);
      case "width", "height" -> Optional.of(RowCheck::side);
      case IMAGE -> Optional.of(this::image);
      case "regions" -> Optional.of(this::regions);
      case "codes" -> Optional.of(RowCheck::codes);
      default -> Optional.empty();
    };
  }

  private static @Nullable String text(@Nullable Object value) {
    if (value == null) {
      return "is null";
    }
    return value.toString().isBlank() ? "is blank" : null;
  }

  private static @Nullable String letters(@Nullable Object value) {
    if (value == null) {
      return "is null";
    }
    int length = value.toString().length();
    return length <= MOST_LETTERS
        ? null
        : String.format(Locale.ROOT, "has %d letters, more than %d", length, MOST_LETTERS);
  }

  private static @Nullable String side(@Nullable Object value) {
    return value instanceof Integer side && side > 0 && side <= MOST_PIXELS
        ? null
        : String.format(Locale.ROOT, "must be 1 to %d pixels, got %s", MOST_PIXELS, value);
  }

  private @Nullable String image(@Nullable Object value) {
    if (!(value instanceof Row image) || image.isNullAt(bytes)) {
      return "is null";
    }
    return image.<byte[]>getAs(bytes).length == 0 ? "is empty" : null;
  }

  private static @Nullable String codes(@Nullable Object value) {
    if (value instanceof WrappedArray.ofInt plain) {
      int[] codes = plain.array();
      for (int i = 0; i < codes.length; i++) {
        if (codes[i] < 0) {
          return String.format(Locale.ROOT, "[%d] must be a code, got %d", i, codes[i]);
        }
      }
      return null;
    }
    if (!(value instanceof scala.collection.Seq<?> codes)) {
      return "is null";
    }
    int i = 0;
    for (Object code : JavaConverters.seqAsJavaList(codes)) {
      if (!(code instanceof Integer number) || number < 0) {
        return String.format(Locale.ROOT, "[%d] must be a code, got %s", i, code);
      }
      i++;
    }
    return null;
  }

  private @Nullable String regions(@Nullable Object value) {
    if (!(value instanceof scala.collection.Seq<?> regions)) {
      return "is null";
    }
    int i = 0;
    for (Object region : JavaConverters.seqAsJavaList(regions)) {
      var problem = region instanceof Row row ? region(row) : "is null";
      if (problem != null) {
        return String.format(Locale.ROOT, "[%d] %s", i, problem);
      }
      i++;
    }
    return null;
  }

  private @Nullable String region(Row row) {
    for (int i = 0; i < region.length; i++) {
      if (row.isNullAt(region[i])) {
        return "has no " + REGION.get(i);
      }
    }
    var phrase = letters(row.get(region[0]));
    if (phrase != null) {
      return "phrase " + phrase;
    }
    float x0 = row.getFloat(region[X0]);
    float y0 = row.getFloat(region[X0 + 1]);
    float x1 = row.getFloat(region[X0 + 2]);
    float y1 = row.getFloat(region[X0 + 3]);
    return x0 >= 0 && y0 >= 0 && x1 <= 1 && y1 <= 1 && x0 < x1 && y0 < y1
        ? null
        : "has no box from 0 to 1: [%s, %s, %s, %s]".formatted(x0, y0, x1, y1);
  }
}
