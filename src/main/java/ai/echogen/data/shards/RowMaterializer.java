package ai.echogen.data.shards;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.io.api.Converter;
import org.apache.parquet.io.api.GroupConverter;
import org.apache.parquet.io.api.PrimitiveConverter;
import org.apache.parquet.io.api.RecordMaterializer;
import org.apache.parquet.schema.GroupType;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.Type;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.expressions.GenericRowWithSchema;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;
import scala.collection.mutable.WrappedArray;

/**
 * Parquet's records as rows: the types that shards have, in the form in which Spark writes them.
 */
final class RowMaterializer extends RecordMaterializer<Row> {
  private static final int MOST_ELEMENTS = 1 << 20; // of a list; a few bytes can stand for billions

  private final Struct root;
  private @Nullable Object current;

  /** {@code parquet} has the columns in their order. */
  RowMaterializer(StructType columns, MessageType parquet) {
    root = new Struct(columns, parquet, row -> current = row);
  }

  @Override
  public Row getCurrentRecord() {
    if (current == null) {
      throw new IllegalStateException("no record was read");
    }
    return (Row) current;
  }

  @Override
  public GroupConverter getRootConverter() {
    return root;
  }

  private static Converter converter(DataType type, Type parquet, Consumer<Object> sink) {
    if (type instanceof StructType struct) {
      return new Struct(struct, parquet.asGroupType(), sink);
    }
    if (type instanceof ArrayType array) {
      var repeated = parquet.asGroupType().getType(0).asGroupType(); // (LIST) { list { element } }
      return array.elementType().equals(DataTypes.IntegerType)
          ? new Outer(new Integers(), sink)
          : new Outer(new Elements(array.elementType(), repeated.getType(0)), sink);
    }
    return new Value(type, sink);
  }

  private static final class Struct extends GroupConverter {
    private final StructType type;
    private final Consumer<Object> sink;
    private final List<Converter> fields = new ArrayList<>();
    private @Nullable Object[] values = {};

    /** Fields are looked up by name: a file may have them in another order. */
    Struct(StructType type, GroupType parquet, Consumer<Object> sink) {
      this.type = type;
      this.sink = sink;
      for (var field : parquet.getFields()) {
        int place = type.fieldIndex(field.getName());
        fields.add(converter(type.apply(place).dataType(), field, value -> values[place] = value));
      }
    }

    @Override
    public Converter getConverter(int field) {
      return fields.get(field);
    }

    @Override
    public void start() {
      values = new Object[type.size()];
    }

    @Override
    public void end() {
      sink.accept(new GenericRowWithSchema(values, type));
    }
  }

  /** The repeated group of a list, which gathers its elements. */
  private abstract static class Gathered extends GroupConverter {
    abstract void clear();

    abstract Object gathered();

    final void require(int size) {
      if (size > MOST_ELEMENTS) {
        throw new IllegalArgumentException(
            String.format(Locale.ROOT, "a list has more than %d elements", MOST_ELEMENTS));
      }
    }
  }

  /** A list. */
  private static final class Outer extends GroupConverter {
    private final Gathered repeated;
    private final Consumer<Object> sink;

    Outer(Gathered repeated, Consumer<Object> sink) {
      this.repeated = repeated;
      this.sink = sink;
    }

    @Override
    public Converter getConverter(int field) {
      return repeated;
    }

    @Override
    public void start() {
      repeated.clear();
    }

    @Override
    public void end() {
      sink.accept(repeated.gathered());
    }
  }

  private static final class Elements extends Gathered {
    private final Converter element;
    private final List<@Nullable Object> all = new ArrayList<>();
    private @Nullable Object last;

    Elements(DataType type, Type parquet) {
      element = converter(type, parquet, value -> last = value);
    }

    @Override
    public Converter getConverter(int field) {
      return element;
    }

    @Override
    public void start() {
      last = null;
    }

    @Override
    public void end() {
      require(all.size() + 1);
      all.add(last);
    }

    @Override
    void clear() {
      all.clear();
    }

    @Override
    Object gathered() {
      return new WrappedArray.ofRef<>(all.toArray());
    }
  }

  /** Integers, hundreds of which a row may have, without an object for each. */
  private static final class Integers extends Gathered {
    private int[] all = new int[64];
    private int size;
    private int expected;

    @Override
    public Converter getConverter(int field) {
      return new PrimitiveConverter() {
        @Override
        public void addInt(int value) {
          if (size == all.length) {
            all = Arrays.copyOf(all, 2 * size);
          }
          all[size++] = value;
        }
      };
    }

    @Override
    public void start() {
      require(++expected);
    }

    @Override
    public void end() {
      if (size != expected) {
        throw new IllegalStateException("an array of integers holds none at " + size);
      }
    }

    @Override
    void clear() {
      size = 0;
      expected = 0;
    }

    @Override
    Object gathered() {
      return new WrappedArray.ofInt(Arrays.copyOf(all, size));
    }
  }

  private static final class Value extends PrimitiveConverter {
    private final boolean isText;
    private final Consumer<Object> sink;

    Value(DataType type, Consumer<Object> sink) {
      this.isText = type.equals(DataTypes.StringType);
      this.sink = sink;
    }

    @Override
    public void addBinary(Binary value) {
      sink.accept(isText ? value.toStringUsingUTF8() : value.getBytes());
    }

    @Override
    public void addBoolean(boolean value) {
      sink.accept(value);
    }

    @Override
    public void addInt(int value) {
      sink.accept(value);
    }

    @Override
    public void addLong(long value) {
      sink.accept(value);
    }

    @Override
    public void addFloat(float value) {
      sink.accept(value);
    }

    @Override
    public void addDouble(double value) {
      sink.accept(value);
    }
  }
}
