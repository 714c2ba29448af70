package ai.echogen.data.ingest.formats.coco;

import ai.echogen.data.ingest.SourceImage;
import ai.echogen.data.ingest.formats.common.CocoValues;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.Locale;

/**
 * An entry of the list {@code images}. MDETR's files have one for each sentence, which is its
 * caption.
 *
 * @param width in pixels; as in {@link SourceImage}
 * @param height the same
 * @param caption as it is there, since spans count its characters; empty if there is none
 * @param captionIsPhrase whether the caption names the box, as in RefCOCO
 */
record CocoImage(
    String id, String fileName, int width, int height, String caption, boolean captionIsPhrase) {

  /** Reads an entry, whose id and name may be blank; the parser stands on its START_OBJECT. */
  static CocoImage of(JsonParser parser) throws IOException {
    var id = "";
    var fileName = "";
    var width = 0;
    var height = 0;
    var caption = "";
    var dataset = "";
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      var name = parser.currentName();
      parser.nextToken();
      switch (name) {
        case "id" -> id = CocoValues.id(parser);
        case "file_name" -> fileName = CocoValues.text(parser);
        case "width" -> width = CocoValues.pixels(parser);
        case "height" -> height = CocoValues.pixels(parser);
        case "caption" -> caption = CocoValues.text(parser);
        case "dataset_name" -> dataset = CocoValues.text(parser);
        default -> parser.skipChildren();
      }
    }
    boolean isRefCoco = dataset.toLowerCase(Locale.ROOT).startsWith("refcoco");
    return new CocoImage(id, fileName, width, height, caption, isRefCoco && !caption.isBlank());
  }

  /** Reads what {@link #write} wrote. */
  static CocoImage of(String id, DataInputStream in) throws IOException {
    return new CocoImage(
        id,
        CocoBuckets.text(in),
        in.readInt(),
        in.readInt(),
        CocoBuckets.text(in),
        in.readBoolean());
  }

  /** Writes everything but the id. */
  void write(DataOutputStream to) throws IOException {
    CocoBuckets.text(to, fileName);
    to.writeInt(width);
    to.writeInt(height);
    CocoBuckets.text(to, caption);
    to.writeBoolean(captionIsPhrase);
  }

  @Override
  public String toString() {
    return "image %s (%s)".formatted(id, fileName);
  }
}
