package ai.echogen.data.ingest.formats.parquet;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.parquet.io.api.Converter;
import org.apache.parquet.io.api.GroupConverter;
import org.apache.parquet.io.api.RecordMaterializer;
import org.apache.parquet.schema.GroupType;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.Type;

/**
 * Parquet's records as JSON: structs and maps are objects, lists of any form are arrays, bytes are
 * binary nodes, and what is null in a struct is not there.
 */
final class RowNodes extends RecordMaterializer<ObjectNode> {
  private static final int MOST_VALUES = 1 << 20; // of a row; a few bytes can stand for billions
  private static final int MOST_BYTES = 128 << 20; // of a row's texts and images

  private final ObjectConverter root;
  private ObjectNode current = JsonNodeFactory.instance.objectNode();
  private long numValues; // of the current row
  private long numBytes;

  RowNodes(MessageType columns) {
    root = new ObjectConverter(columns, node -> current = (ObjectNode) node);
  }

  @Override
  public ObjectNode getCurrentRecord() {
    numValues = 0;
    numBytes = 0;
    return current;
  }

  @Override
  public GroupConverter getRootConverter() {
    return root;
  }

  /** Fails before a row grows beyond measure. */
  void spend(long bytes) {
    numValues++;
    numBytes += bytes;
    if (numValues > MOST_VALUES) {
      throw new IllegalArgumentException(
          String.format(Locale.ROOT, "a row of more than %,d values", MOST_VALUES));
    }
    if (numBytes > MOST_BYTES) {
      throw new IllegalArgumentException(
          String.format(Locale.ROOT, "a row of more than %,d bytes", MOST_BYTES));
    }
  }

  private Converter converter(Type type, Consumer<JsonNode> sink) {
    if (type.isPrimitive()) {
      return ValueConverter.of(type.asPrimitiveType(), this, sink);
    }
    var group = type.asGroupType();
    if (ListForm.isList(group)) {
      return new ListConverter(group, sink);
    }
    return ListForm.isMap(group)
        ? new MapConverter(group.getType(0).asGroupType(), sink)
        : new ObjectConverter(group, sink);
  }

  /** Makes a node for each group. */
  private abstract class NodeConverter<N extends JsonNode> extends GroupConverter {
    private final Supplier<N> maker;
    private final Consumer<JsonNode> sink;
    N node; // of the group that is read

    NodeConverter(Supplier<N> maker, Consumer<JsonNode> sink) {
      this.maker = maker;
      this.sink = sink;
      this.node = maker.get();
    }

    @Override
    public void start() {
      spend(0);
      node = maker.get();
    }

    @Override
    public void end() {
      sink.accept(node);
    }
  }

  private final class ObjectConverter extends NodeConverter<ObjectNode> {
    private final List<Converter> fields = new ArrayList<>();

    ObjectConverter(GroupType type, Consumer<JsonNode> sink) {
      super(JsonNodeFactory.instance::objectNode, sink);
      for (var field : type.getFields()) {
        var name = field.getName();
        fields.add(
            field.isRepetition(Type.Repetition.REPEATED)
                ? converter(field, value -> repeated(name).add(value))
                : converter(field, value -> node.set(name, value)));
      }
    }

    private ArrayNode repeated(String name) {
      return node.get(name) instanceof ArrayNode array ? array : node.putArray(name);
    }

    @Override
    public Converter getConverter(int field) {
      return fields.get(field);
    }
  }

  private final class ListConverter extends NodeConverter<ArrayNode> {
    private final Converter elements;

    ListConverter(GroupType list, Consumer<JsonNode> sink) {
      super(JsonNodeFactory.instance::arrayNode, sink);
      var element = ListForm.element(list);
      elements =
          ListForm.repeatsElements(list)
              ? converter(element, value -> node.add(value))
              : new ElementConverter(element);
    }

    @Override
    public Converter getConverter(int field) {
      return elements;
    }

    /** The group around an element. */
    private final class ElementConverter extends GroupConverter {
      private final Converter element;
      private JsonNode last = NullNode.instance;

      ElementConverter(Type type) {
        element = converter(type, value -> last = value);
      }

      @Override
      public Converter getConverter(int field) {
        return element;
      }

      @Override
      public void start() {
        spend(0);
        last = NullNode.instance;
      }

      @Override
      public void end() {
        node.add(last);
      }
    }
  }

  private final class MapConverter extends NodeConverter<ObjectNode> {
    private final EntryConverter entries;

    MapConverter(GroupType entry, Consumer<JsonNode> sink) {
      super(JsonNodeFactory.instance::objectNode, sink);
      this.entries = new EntryConverter(entry);
    }

    @Override
    public Converter getConverter(int field) {
      return entries;
    }

    private final class EntryConverter extends GroupConverter {
      private final Converter key;
      private final Converter value;
      private JsonNode lastKey = NullNode.instance;
      private JsonNode lastValue = NullNode.instance;

      EntryConverter(GroupType entry) {
        key = converter(entry.getType(0), node -> lastKey = node);
        value = converter(entry.getType(1), node -> lastValue = node);
      }

      @Override
      public Converter getConverter(int field) {
        return field == 0 ? key : value;
      }

      @Override
      public void start() {
        spend(0);
        lastKey = NullNode.instance;
        lastValue = NullNode.instance;
      }

      @Override
      public void end() {
        node.set(lastKey.asText(), lastValue);
      }
    }
  }
}
