package ai.echogen.data.ingest.formats.text;

import ai.echogen.data.IdSet;
import ai.echogen.data.ingest.Annotations;
import ai.echogen.data.ingest.Reading;
import ai.echogen.data.ingest.SourceImage;
import ai.echogen.data.ingest.formats.common.ImageNames;
import ai.echogen.data.shards.Finding;
import ai.echogen.storage.Location;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Visual Genome's regions or objects: one JSON list with an element an image. Here it streams by to
 * find where the elements are; tasks read them.
 */
public final class VisualGenomeAnnotations implements Annotations {
  private static final int ELEMENTS_A_PART = 500;

  private final Location images;
  private final FileParts parts;
  private final IdSet ids = new IdSet();
  private final String file;
  private boolean hasLists;
  private long numElements;

  private VisualGenomeAnnotations(Location file, Location images) {
    this.images = images;
    this.parts = new FileParts(file, ELEMENTS_A_PART);
    this.file = file.name();
  }

  /**
   * Looks through a file.
   *
   * @param images folder of the images, or of their folders {@code VG_100K} and {@code VG_100K_2}
   * @throws IllegalArgumentException if it is missing, does not parse or is of another kind
   */
  public static VisualGenomeAnnotations read(Location file, Location images) {
    var annotations = new VisualGenomeAnnotations(file, images);
    annotations.numElements = JsonArrayFile.read(file, annotations::look);
    if (!annotations.hasLists) {
      throw new IllegalArgumentException(
          file
              + ": no regions and no objects in it; give Visual Genome's region_descriptions.json"
              + " or objects.json");
    }
    return annotations;
  }

  private void look(JsonParser parser, long number, long offset) throws IOException {
    if (parser.currentToken() == JsonToken.START_OBJECT || number == 0) {
      parts.add(offset, number);
    }
    var element = VisualGenomeElement.read(parser, file, number);
    hasLists |= element.hasList();
    if (!element.id().isEmpty() && !ids.add(element.id())) {
      parts.repeat(number);
    }
  }

  @Override
  public String summary() {
    return String.format(Locale.ROOT, "%d images with regions or objects", numElements);
  }

  @Override
  public OptionalLong numImages() {
    return OptionalLong.of(numElements);
  }

  @Override
  public List<Piece> pieces() {
    return parts.parts(numElements).stream().<Piece>map(part -> new Part(part, images)).toList();
  }

  private record Part(FilePart part, Location images) implements Piece {
    private static final long serialVersionUID = 1;

    @Override
    public Reading read() throws IOException {
      return new Elements(part, images, JsonArrayFile.open(part));
    }
  }

  private static final class Elements implements Reading {
    private final FilePart part;
    private final Location images;
    private final JsonParser parser;
    private final List<Finding> lost = new ArrayList<>();
    private long number;

    Elements(FilePart part, Location images, JsonParser parser) {
      this.part = part;
      this.images = images;
      this.parser = parser;
      this.number = part.before();
    }

    @Override
    public @Nullable SourceImage next() throws IOException {
      for (; number < part.end(); number++) {
        if (parser.nextToken() == JsonToken.END_ARRAY || parser.currentToken() == null) {
          throw part.shorter();
        }
        var element = VisualGenomeElement.read(parser, part.file().name(), number);
        if (part.repeats(number)) {
          lost.add(
              Finding.dropped(
                  "duplicate image id", "%s: image %s".formatted(element.place(), element.id())));
          continue;
        }
        var image = element.image(fileName(element.id()), lost);
        if (image.isPresent()) {
          number++;
          return image.get();
        }
      }
      return null;
    }

    private String fileName(String id) throws IOException {
      var name = id + ".jpg";
      return id.isEmpty()
          ? ""
          : ImageNames.find(images, List.of(name, "VG_100K/" + name, "VG_100K_2/" + name));
    }

    @Override
    public List<Finding> lost() {
      return lost;
    }

    @Override
    public void close() throws IOException {
      parser.close();
    }
  }
}
