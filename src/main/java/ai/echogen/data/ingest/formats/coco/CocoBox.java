package ai.echogen.data.ingest.formats.coco;

import ai.echogen.data.ingest.SourceBox;
import ai.echogen.data.ingest.formats.common.CocoValues;
import ai.echogen.data.ingest.formats.common.RowFields;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;

/**
 * An entry of the list {@code annotations}, before its image and category are known.
 *
 * @param box x, y, width and height in pixels; nothing if it is not four numbers
 * @param phrase what it is said to be; empty if that is not said here
 * @param spans starts and ends of the parts of the image's caption that name it ({@code
 *     tokens_positive}), counted in Unicode characters
 */
record CocoBox(
    String imageId,
    String id,
    String categoryId,
    double[] box,
    boolean crowd,
    String phrase,
    int[] spans) {
  private static final int MAX_CAPTION = 10_000; // letters of one that names boxes

  /** Reads an entry; the parser stands on its START_OBJECT. */
  static CocoBox of(JsonParser parser) throws IOException {
    var id = "";
    var imageId = "";
    var categoryId = "";
    var box = new double[0];
    var crowd = false;
    var phrase = "";
    var spans = new int[0];
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      var name = parser.currentName();
      parser.nextToken();
      switch (name) {
        case "id" -> id = CocoValues.id(parser);
        case "image_id" -> imageId = CocoValues.id(parser);
        case "category_id" -> categoryId = CocoValues.id(parser);
        case "bbox" -> box = CocoValues.numbers(parser);
        case "iscrowd" -> crowd = CocoValues.flag(parser);
        case "phrase" -> phrase = RowFields.tidy(CocoValues.text(parser));
        case "tokens_positive" -> spans = CocoValues.spans(parser);
        default -> parser.skipChildren();
      }
    }
    return new CocoBox(imageId, id, categoryId, box, crowd, phrase, spans);
  }

  /** Reads what {@link #write} wrote. */
  static CocoBox of(String imageId, DataInputStream in) throws IOException {
    var id = CocoBuckets.text(in);
    var categoryId = CocoBuckets.text(in);
    var box = new double[in.readByte()];
    for (int i = 0; i < box.length; i++) {
      box[i] = in.readDouble();
    }
    var crowd = in.readBoolean();
    var phrase = CocoBuckets.text(in);
    var spans = new int[in.readInt()];
    for (int i = 0; i < spans.length; i++) {
      spans[i] = in.readInt();
    }
    return new CocoBox(imageId, id, categoryId, box, crowd, phrase, spans);
  }

  /** Writes everything but the image's id. */
  void write(DataOutputStream to) throws IOException {
    CocoBuckets.text(to, id);
    CocoBuckets.text(to, categoryId);
    to.writeByte(box.length);
    for (double value : box) {
      to.writeDouble(value);
    }
    to.writeBoolean(crowd);
    CocoBuckets.text(to, phrase);
    to.writeInt(spans.length);
    for (int end : spans) {
      to.writeInt(end);
    }
  }

  /** Whether anything but its category may say what it is. */
  boolean hasPhrase() {
    return !phrase.isEmpty() || hasSpans();
  }

  boolean hasSpans() {
    return spans.length > 0;
  }

  /** The box, whose four numbers are there, with what it is said to be. */
  SourceBox said(String said, String category) {
    return new SourceBox(id, said, category, box[0], box[1], box[2], box[3], crowd);
  }

  /** What it is said to be; empty if nothing is said, or spans do not lie in the caption. */
  String phraseIn(CocoImage image) {
    if (!phrase.isEmpty()) {
      return phrase;
    }
    if (image.caption().length() > MAX_CAPTION) {
      return "";
    }
    return image.captionIsPhrase() ? RowFields.tidy(image.caption()) : spanned(image.caption());
  }

  private String spanned(String caption) {
    int numCharacters = caption.codePointCount(0, caption.length());
    var parts = new StringBuilder();
    for (int i = 0; i < spans.length; i += 2) {
      int start = spans[i];
      int end = spans[i + 1];
      if (start < 0 || start >= end || end > numCharacters) {
        return "";
      }
      var part =
          caption.substring(
              caption.offsetByCodePoints(0, start), caption.offsetByCodePoints(0, end));
      if (part.isBlank() || parts.length() + part.length() > caption.length() + i) {
        return ""; // or the same again and again
      }
      parts.append(part).append(' ');
    }
    return RowFields.tidy(parts.toString());
  }
}
