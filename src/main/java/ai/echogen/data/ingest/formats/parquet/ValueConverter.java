package ai.echogen.data.ingest.formats.parquet;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BigIntegerNode;
import com.fasterxml.jackson.databind.node.BinaryNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.DoubleNode;
import com.fasterxml.jackson.databind.node.FloatNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.function.Consumer;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.io.api.PrimitiveConverter;
import org.apache.parquet.schema.LogicalTypeAnnotation.DecimalLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.IntLogicalTypeAnnotation;
import org.apache.parquet.schema.PrimitiveType;

/** A value as a node: a text, a number, yes or no, or bytes. */
final class ValueConverter extends PrimitiveConverter {
  private static final int MOST_DECIMAL = 64; // bytes of a decimal, which take their square in time
  private static final int NO_DECIMAL = -1;

  private final boolean isText;
  private final boolean isUnsigned;
  private final int scale; // of a decimal
  private final RowNodes row;
  private final Consumer<JsonNode> sink;

  private ValueConverter(
      boolean isText, boolean isUnsigned, int scale, RowNodes row, Consumer<JsonNode> sink) {
    this.isText = isText;
    this.isUnsigned = isUnsigned;
    this.scale = scale;
    this.row = row;
    this.sink = sink;
  }

  /**
   * A converter of values of a type.
   *
   * @param row which they belong to
   */
  static ValueConverter of(PrimitiveType type, RowNodes row, Consumer<JsonNode> sink) {
    var annotation = type.getLogicalTypeAnnotation();
    return new ValueConverter(
        ParquetFooter.isText(type),
        annotation instanceof IntLogicalTypeAnnotation whole && !whole.isSigned(),
        annotation instanceof DecimalLogicalTypeAnnotation decimal
            ? decimal.getScale()
            : NO_DECIMAL,
        row,
        sink);
  }

  private void add(JsonNode node) {
    row.spend(0);
    sink.accept(node);
  }

  private JsonNode decimal(BigInteger unscaled) {
    return DoubleNode.valueOf(new BigDecimal(unscaled, scale).doubleValue());
  }

  @Override
  public void addBinary(Binary value) {
    int length = value.length();
    row.spend(length); // before it is copied
    if (isText) {
      sink.accept(TextNode.valueOf(value.toStringUsingUTF8()));
    } else if (scale != NO_DECIMAL && length > 0 && length <= MOST_DECIMAL) {
      sink.accept(decimal(new BigInteger(value.getBytes())));
    } else {
      sink.accept(BinaryNode.valueOf(value.getBytes()));
    }
  }

  @Override
  public void addBoolean(boolean value) {
    add(BooleanNode.valueOf(value));
  }

  @Override
  public void addInt(int value) {
    if (scale != NO_DECIMAL) {
      add(decimal(BigInteger.valueOf(value)));
    } else {
      add(isUnsigned ? LongNode.valueOf(Integer.toUnsignedLong(value)) : IntNode.valueOf(value));
    }
  }

  @Override
  public void addLong(long value) {
    if (scale != NO_DECIMAL) {
      add(decimal(BigInteger.valueOf(value)));
    } else if (isUnsigned && value < 0) {
      add(BigIntegerNode.valueOf(new BigInteger(Long.toUnsignedString(value))));
    } else {
      add(LongNode.valueOf(value));
    }
  }

  @Override
  public void addFloat(float value) {
    add(FloatNode.valueOf(value));
  }

  @Override
  public void addDouble(double value) {
    add(DoubleNode.valueOf(value));
  }
}
