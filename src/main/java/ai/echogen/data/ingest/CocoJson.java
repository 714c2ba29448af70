package ai.echogen.data.ingest;

import ai.echogen.layout.Region;
import com.fasterxml.jackson.core.JsonEncoding;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.OutputStream;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Writes one annotation file as a stream; ids are numbers from 1. */
final class CocoJson implements AutoCloseable {
  private final JsonGenerator json;

  CocoJson(OutputStream out) throws IOException {
    json = new JsonFactory().createGenerator(out, JsonEncoding.UTF8);
    json.writeStartObject();
  }

  void images(List<CocoWriter.Entry> entries) throws IOException {
    json.writeArrayFieldStart("images");
    for (var entry : entries) {
      json.writeStartObject();
      json.writeNumberField("id", entry.number());
      json.writeStringField("file_name", entry.fileName());
      json.writeNumberField("width", entry.width());
      json.writeNumberField("height", entry.height());
      json.writeStringField("sample_id", entry.id());
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  void categories(List<String> names) throws IOException {
    json.writeArrayFieldStart("categories");
    for (var i = 0; i < names.size(); i++) {
      json.writeStartObject();
      json.writeNumberField("id", i + 1);
      json.writeStringField("name", names.get(i));
      json.writeStringField("supercategory", names.get(i));
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  void boxes(List<CocoWriter.Entry> entries, List<String> categories) throws IOException {
    Map<String, Integer> ids = new HashMap<>();
    categories.forEach(name -> ids.put(name, ids.size() + 1));
    var id = 0L;
    json.writeArrayFieldStart("annotations");
    for (var entry : entries) {
      for (var region : entry.layout().regions()) {
        json.writeStartObject();
        json.writeNumberField("id", ++id);
        json.writeNumberField("image_id", entry.number());
        json.writeNumberField("category_id", ids.getOrDefault(region.category(), 0));
        box(region, entry);
        json.writeNumberField("iscrowd", 0);
        json.writeStringField("phrase", region.phrase());
        json.writeEndObject();
      }
    }
    json.writeEndArray();
  }

  private void box(Region region, CocoWriter.Entry entry) throws IOException {
    var box = region.box();
    var x = (double) box.x0() * entry.width();
    var y = (double) box.y0() * entry.height();
    var width = (double) box.x1() * entry.width() - x;
    var height = (double) box.y1() * entry.height() - y;
    json.writeFieldName("bbox");
    json.writeArray(new double[] {x, y, width, height}, 0, 4);
    json.writeNumberField("area", width * height);
    json.writeArrayFieldStart("segmentation");
    json.writeEndArray();
  }

  void captions(List<CocoWriter.Entry> entries) throws IOException {
    json.writeArrayFieldStart("annotations");
    for (var entry : entries) {
      json.writeStartObject();
      json.writeNumberField("id", entry.number());
      json.writeNumberField("image_id", entry.number());
      json.writeStringField("caption", entry.layout().caption());
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  @Override
  public void close() throws IOException {
    json.close(); // closes the object and the stream too
  }
}
