package ai.echogen.data.ingest.formats.tar;

import ai.echogen.data.ingest.SourceImage;
import ai.echogen.data.ingest.formats.common.GritBoxes;
import ai.echogen.data.ingest.formats.common.JsonRegions;
import ai.echogen.data.ingest.formats.common.PythonJson;
import ai.echogen.data.ingest.formats.common.RowFields;
import ai.echogen.data.lines.TextLines;
import ai.echogen.data.shards.Finding;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The files of a tar that have one key: an image and what is said of it. */
final class TarSample {
  private static final int MOST_IMAGE = 64 << 20; // bytes
  private static final int MOST_TEXT = 4 << 20;
  private static final int MOST_SAID = 200; // letters of img2dataset's words, which quote a server
  private static final Set<String> IMAGES = Set.of("jpg", "jpeg", "png", "webp", "bmp", "gif");

  private final String key;
  private final List<Finding> findings = new ArrayList<>();
  private String imageName = "";
  private byte @Nullable [] image;
  private byte @Nullable [] text;
  private byte @Nullable [] json;

  TarSample(String key) {
    this.key = key;
  }

  String key() {
    return key;
  }

  /**
   * Takes what a file of the tar holds, if it is of use.
   *
   * @param ending behind the key, in small letters
   * @param name of the file, which {@code tar} has moved to
   * @throws IOException if storage fails
   */
  void add(String ending, String name, TarFile tar) throws IOException {
    if (IMAGES.contains(ending)) {
      if (imageName.isEmpty()) {
        imageName = name;
        image = tar.content(MOST_IMAGE).orElse(null);
      } else {
        findings.add(
            Finding.adjusted("several images in one sample, the first was taken", tar.place(name)));
      }
    } else if (ending.equals("txt")) {
      text = tar.content(MOST_TEXT).orElse(null);
    } else if (ending.equals("json")) {
      json = tar.content(MOST_TEXT).orElse(null);
    }
  }

  /**
   * The image with its caption and boxes, or none and why.
   *
   * @param id of the image
   * @param folder what its name begins with: the tar's name
   * @param place of the sample, for findings
   */
  Optional<SourceImage> image(String id, String folder, String place, List<Finding> lost) {
    var fields = fields(place);
    if (image == null) {
      lost.add(missing(fields, place));
      return Optional.empty();
    }
    var source =
        new SourceImage(
            id,
            folder + "/" + imageName,
            RowFields.pixels(fields.path("width")),
            RowFields.pixels(fields.path("height")),
            SourceImage.Unit.SHARES);
    source.setContent(image);
    addTexts(source, fields, place);
    findings.forEach(source::add);
    return Optional.of(source);
  }

  private JsonNode fields(String place) {
    if (json != null) {
      try {
        return PythonJson.object(TextLines.decode(json));
      } catch (IllegalArgumentException e) {
        findings.add(
            Finding.dropped(
                "json that does not parse", "%s (%s)".formatted(place, e.getMessage())));
      } catch (CharacterCodingException e) {
        findings.add(Finding.dropped("json that does not parse", place + " (is no UTF-8)"));
      }
    }
    return JsonNodeFactory.instance.objectNode();
  }

  private static Finding missing(JsonNode fields, String place) {
    var status = RowFields.text(fields.path("status"));
    if (status.isEmpty() || status.equals("success")) {
      return Finding.dropped("sample without an image", place);
    }
    var said = status + " " + RowFields.text(fields.path("error_message"));
    return Finding.dropped(
        "not downloaded (img2dataset)",
        "%s (%s)".formatted(place, said.substring(0, Math.min(MOST_SAID, said.length())).strip()));
  }

  private void addTexts(SourceImage source, JsonNode fields, String place) {
    var written = written(place);
    var inJson = fields.path("caption").isTextual() ? fields.path("caption").textValue() : "";
    var caption = RowFields.tidy(written.isBlank() ? inJson : written);
    if (!caption.isEmpty()) {
      source.setCaption(caption);
    }
    if (fields.hasNonNull("noun_chunks") || fields.hasNonNull("ref_exps")) {
      GritBoxes.add(
          source,
          inJson.isEmpty() ? written : inJson,
          fields.path("noun_chunks"),
          fields.path("ref_exps"),
          place);
    } else {
      JsonRegions.add(source, fields.path("regions"), place);
    }
  }

  private String written(String place) {
    try {
      return text == null ? "" : TextLines.decode(text);
    } catch (CharacterCodingException e) {
      findings.add(Finding.dropped("caption that is not UTF-8", place));
      return "";
    }
  }
}
