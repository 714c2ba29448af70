package ai.echogen.data.shards;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.hadoop.api.WriteSupport;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.io.api.RecordConsumer;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Type;
import org.apache.parquet.schema.Types;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;
import scala.collection.JavaConverters;
import scala.collection.Seq;
import scala.collection.mutable.WrappedArray;

/**
 * Rows as Parquet's records, in the form in which Spark writes them: what {@link RowMaterializer}
 * reads. Of a row the first values are written, as many as there are columns.
 */
final class RowWriteSupport extends WriteSupport<Row> {
  private static final String LIST = "list";
  private static final String ELEMENT = "element";

  private final StructType columns;
  private final Map<String, String> about;
  private @Nullable RecordConsumer out;

  /**
   * @param about what the file's footer says beside the columns
   */
  RowWriteSupport(StructType columns, Map<String, String> about) {
    this.columns = columns;
    this.about = about;
  }

  @Override
  public WriteContext init(Configuration configuration) {
    var message = Types.buildMessage();
    for (var field : columns.fields()) {
      message.addField(type(field.name(), field.dataType()));
    }
    return new WriteContext(message.named("rows"), about);
  }

  /** The columns as Parquet has them; any of them may be null. */
  static MessageType schema(StructType columns) {
    return new RowWriteSupport(columns, Map.of()).init(new Configuration(false)).getSchema();
  }

  private static Type type(String name, DataType type) {
    if (type instanceof StructType struct) {
      var group = Types.optionalGroup();
      for (var field : struct.fields()) {
        group.addField(type(field.name(), field.dataType()));
      }
      return group.named(name);
    }
    if (type instanceof ArrayType array) {
      return Types.optionalGroup()
          .as(LogicalTypeAnnotation.listType())
          .addField(Types.repeatedGroup().addField(type(ELEMENT, array.elementType())).named(LIST))
          .named(name);
    }
    if (type.equals(DataTypes.StringType)) {
      return Types.optional(PrimitiveTypeName.BINARY)
          .as(LogicalTypeAnnotation.stringType())
          .named(name);
    }
    return Types.optional(primitive(type)).named(name);
  }

  private static PrimitiveTypeName primitive(DataType type) {
    var names =
        Map.of(
            DataTypes.BinaryType, PrimitiveTypeName.BINARY,
            DataTypes.IntegerType, PrimitiveTypeName.INT32,
            DataTypes.LongType, PrimitiveTypeName.INT64,
            DataTypes.FloatType, PrimitiveTypeName.FLOAT,
            DataTypes.DoubleType, PrimitiveTypeName.DOUBLE,
            DataTypes.BooleanType, PrimitiveTypeName.BOOLEAN);
    var found = names.get(type);
    if (found == null) {
      throw new IllegalArgumentException("shards have no columns of the type " + type.sql());
    }
    return found;
  }

  @Override
  public void prepareForWrite(RecordConsumer consumer) {
    out = consumer;
  }

  @Override
  public void write(Row row) {
    consumer().startMessage();
    fields(columns, row);
    consumer().endMessage();
  }

  private RecordConsumer consumer() {
    if (out == null) {
      throw new IllegalStateException("not prepared");
    }
    return out;
  }

  private void fields(StructType struct, Row row) {
    StructField[] fields = struct.fields();
    for (int i = 0; i < fields.length; i++) {
      if (!row.isNullAt(i)) {
        field(fields[i].name(), i, fields[i].dataType(), row.get(i));
      }
    }
  }

  private void field(String name, int index, DataType type, Object value) {
    consumer().startField(name, index);
    value(type, value);
    consumer().endField(name, index);
  }

  private void value(DataType type, Object value) {
    if (type instanceof StructType struct) {
      consumer().startGroup();
      fields(struct, (Row) value);
      consumer().endGroup();
    } else if (type instanceof ArrayType array) {
      consumer().startGroup();
      elements(array.elementType(), (Seq<?>) value);
      consumer().endGroup();
    } else if (value instanceof String text) {
      consumer().addBinary(Binary.fromConstantByteArray(text.getBytes(StandardCharsets.UTF_8)));
    } else if (value instanceof byte[] bytes) {
      consumer().addBinary(Binary.fromConstantByteArray(bytes));
    } else if (value instanceof Integer number) {
      consumer().addInteger(number);
    } else if (value instanceof Long number) {
      consumer().addLong(number);
    } else if (value instanceof Float number) {
      consumer().addFloat(number);
    } else if (value instanceof Double number) {
      consumer().addDouble(number);
    } else {
      consumer().addBoolean((Boolean) value);
    }
  }

  private void elements(DataType type, Seq<?> values) {
    if (values.isEmpty()) {
      return;
    }
    consumer().startField(LIST, 0);
    if (values instanceof WrappedArray.ofInt plain) { // codes: hundreds a row
      for (int value : plain.array()) {
        consumer().startGroup();
        consumer().startField(ELEMENT, 0);
        consumer().addInteger(value);
        consumer().endField(ELEMENT, 0);
        consumer().endGroup();
      }
    } else {
      for (Object value : JavaConverters.seqAsJavaList(values)) {
        consumer().startGroup();
        if (value != null) {
          field(ELEMENT, 0, type, value);
        }
        consumer().endGroup();
      }
    }
    consumer().endField(LIST, 0);
  }
}
