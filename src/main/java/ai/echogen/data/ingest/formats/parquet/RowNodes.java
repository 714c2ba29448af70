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

  private final class ObjectConverter extends GroupConverter {
    private final Consumer<JsonNode> sink;
    private final List<Converter> fields = new ArrayList<>();
    private ObjectNode object = JsonNodeFactory.instance.objectNode();

    ObjectConverter(GroupType type, Consumer<JsonNode> sink) {
      this.sink = sink;
      for (var field : type.getFields()) {
        var name = field.getName();
        fields.add(
            field.isRepetition(Type.Repetition.REPEATED)
                ? converter(field, value -> repeated(name).add(value))
                : converter(field, value -> object.set(name, value)));
      }
    }

    private ArrayNode repeated(String name) {
      return object.get(name) instanceof ArrayNode array ? array : object.putArray(name);
    }

    @Override
    public Converter getConverter(int field) {
      return fields.get(field);
    }

    @Override
    public void start() {
      spend(0);
      object = JsonNodeFactory.instance.objectNode();
    }

    @Override
    public void end() {
      sink.accept(object);
    }
  }

  private final class ListConverter extends GroupConverter {
    private final Consumer<JsonNode> sink;
    private final Converter elements;
    private ArrayNode array = JsonNodeFactory.instance.arrayNode();

    ListConverter(GroupType list, Consumer<JsonNode> sink) {
      this.sink = sink;
      var element = ListForm.element(list);
      elements =
          ListForm.repeatsElements(list)
              ? converter(element, value -> array.add(value))
              : new ElementConverter(element);
    }

    @Override
    public Converter getConverter(int field) {
      return elements;
    }

    @Override
    public void start() {
      spend(0);
      array = JsonNodeFactory.instance.arrayNode();
    }

    @Override
    public void end() {
      sink.accept(array);
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
        array.add(last);
      }
    }
  }

  private final class MapConverter extends GroupConverter {
    private final Consumer<JsonNode> sink;
    private final EntryConverter entries;
    private ObjectNode object = JsonNodeFactory.instance.objectNode();

    MapConverter(GroupType entry, Consumer<JsonNode> sink) {
      this.sink = sink;
      this.entries = new EntryConverter(entry);
    }

    @Override
    public Converter getConverter(int field) {
      return entries;
    }

    @Override
    public void start() {
      spend(0);
      object = JsonNodeFactory.instance.objectNode();
    }

    @Override
    public void end() {
      sink.accept(object);
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
        object.set(lastKey.asText(), lastValue);
      }
    }
  }
}
