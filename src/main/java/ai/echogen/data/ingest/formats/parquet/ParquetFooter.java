package ai.echogen.data.ingest.formats.parquet;

import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.parquet.schema.GroupType;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Type;

/**
 * What a Parquet file says of its columns.
 *
 * @param place the file, for messages
 * @param properties its key-value metadata
 */
public record ParquetFooter(String place, MessageType schema, Map<String, String> properties) {
  private static final int MOST_SHOWN = 200; // letters of a type

  /** What a column holds, as far as a format cares. */
  enum Kind {
    TEXT("a text"),
    BYTES("bytes"),
    NUMBER("a number"),
    STRUCT("a struct"),
    LIST("a list");

    private final String words;

    Kind(String words) {
      this.words = words;
    }

    private boolean isOf(Type type) {
      return switch (this) {
        case TEXT -> isText(type);
        case BYTES -> is(type, PrimitiveTypeName.BINARY) && !isText(type);
        case NUMBER -> isNumber(type);
        case STRUCT -> !type.isPrimitive() && !isList(type);
        case LIST -> isList(type);
      };
    }
  }

  boolean has(String column) {
    return schema.containsField(column);
  }

  /** Whether there is such a column, of one of these kinds. */
  boolean has(String column, Kind... kinds) {
    return has(column) && isOneOf(schema.getType(column), kinds);
  }

  /**
   * Fails if there is no such column, or one of another kind.
   *
   * @param form name of the format
   */
  void require(String form, String column, Kind... kinds) {
    var wanted = Arrays.stream(kinds).map(kind -> kind.words).collect(Collectors.joining(" or "));
    if (!has(column)) {
      throw new IllegalArgumentException(
          "%s: no column %s (%s), which format=%s needs; it has %s"
              .formatted(place, column, wanted, form, names(schema)));
    }
    var type = schema.getType(column);
    if (!isOneOf(type, kinds)) {
      throw new IllegalArgumentException(
          "%s: column %s is %s, where format=%s has %s"
              .formatted(place, column, shown(type), form, wanted));
    }
  }

  /** Fails unless a column of structs, or of lists of them, has such a field. */
  void requireField(String form, String column, String field) {
    var fields = fields(schema.getType(column));
    if (fields.isEmpty() || !fields.get().containsField(field)) {
      throw new IllegalArgumentException(
          "%s: column %s is %s, where format=%s has a field %s in it"
              .formatted(place, column, shown(schema.getType(column)), form, field));
    }
  }

  /** Whether a column of structs, or of lists of them, has such a field. */
  boolean hasField(String column, String field) {
    return has(column)
        && fields(schema.getType(column)).filter(g -> g.containsField(field)).isPresent();
  }

  private static Optional<GroupType> fields(Type type) {
    if (type.isPrimitive()) {
      return Optional.empty();
    }
    var group = type.asGroupType();
    if (!ListForm.isList(group)) {
      return Optional.of(group);
    }
    var element = ListForm.element(group);
    return element.isPrimitive() ? Optional.empty() : Optional.of(element.asGroupType());
  }

  private static boolean isOneOf(Type type, Kind... kinds) {
    return Arrays.stream(kinds).anyMatch(kind -> kind.isOf(type));
  }

  private static boolean isList(Type type) {
    return type.isRepetition(Type.Repetition.REPEATED)
        || (!type.isPrimitive() && ListForm.isList(type.asGroupType()));
  }

  private static boolean is(Type type, PrimitiveTypeName name) {
    return type.isPrimitive()
        && !isList(type)
        && type.asPrimitiveType().getPrimitiveTypeName() == name;
  }

  static boolean isText(Type type) {
    var annotation = type.getLogicalTypeAnnotation();
    return is(type, PrimitiveTypeName.BINARY)
        && (annotation instanceof LogicalTypeAnnotation.StringLogicalTypeAnnotation
            || annotation instanceof LogicalTypeAnnotation.EnumLogicalTypeAnnotation
            || annotation instanceof LogicalTypeAnnotation.JsonLogicalTypeAnnotation);
  }

  private static boolean isNumber(Type type) {
    return is(type, PrimitiveTypeName.INT32)
        || is(type, PrimitiveTypeName.INT64)
        || is(type, PrimitiveTypeName.FLOAT)
        || is(type, PrimitiveTypeName.DOUBLE)
        || (type.isPrimitive()
            && !isList(type)
            && type.getLogicalTypeAnnotation()
                instanceof LogicalTypeAnnotation.DecimalLogicalTypeAnnotation);
  }

  private static String names(GroupType group) {
    return cut(group.getFields().stream().map(Type::getName).collect(Collectors.joining(", ")));
  }

  private static String shown(Type type) {
    return cut(type.toString().replaceAll("\\s+", " "));
  }

  private static String cut(String text) {
    return text.length() <= MOST_SHOWN ? text : text.substring(0, MOST_SHOWN) + "…";
  }
}
