package ai.echogen.data.ingest.formats.text;

import ai.echogen.data.IdSet;
import ai.echogen.data.ingest.Annotations;
import ai.echogen.data.ingest.Reading;
import ai.echogen.data.ingest.SourceImage;
import ai.echogen.data.ingest.formats.common.TextFile;
import ai.echogen.data.lines.TextLines;
import ai.echogen.data.shards.Finding;
import ai.echogen.storage.Location;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * JSON lines, one image a line (see {@link JsonLine}). Here they stream by to find where they are
 * and which ids are there twice; tasks read them. A line that cannot be used is left out.
 */
public final class JsonLinesAnnotations implements Annotations {
  private static final int LINES_A_PART = 500;
  private static final int MOST_BYTES = 8 << 20; // of a line

  private final Location images;
  private final FileParts parts;
  private final long numImages;
  private final long numLines;

  private JsonLinesAnnotations(Location file, Location images, TextLines lines) throws IOException {
    this.images = images;
    this.parts = new FileParts(file, LINES_A_PART);
    var ids = new IdSet();
    var problem = "";
    long usable = 0;
    long written = 0;
    while (lines.next()) {
      parts.add(lines.offset(), lines.number() - 1);
      if (lines.isBlank()) {
        continue;
      }
      written++;
      var lost = new ArrayList<Finding>();
      var line = JsonLine.of(lines, file.name(), lost);
      if (line.isEmpty()) {
        problem = problem.isEmpty() ? lost.get(0).reason() + ": " + lost.get(0).what() : problem;
      } else {
        usable++;
        if (!ids.add(line.get().id())) {
          parts.repeat(lines.number() - 1);
        }
      }
    }
    if (usable == 0) {
      throw new IllegalArgumentException(
          "%s: no line of it can be used%s; give one JSON object a line, with an image or an id"
              .formatted(file, problem.isEmpty() ? "" : " (" + problem + ")"));
    }
    this.numImages = written;
    this.numLines = lines.number();
  }

  /**
   * Looks through a file.
   *
   * @param images folder of the images
   * @throws IllegalArgumentException if it is missing or has no line that can be used
   */
  public static JsonLinesAnnotations read(Location file, Location images) {
    TextFile.require(file);
    try (var in = file.open()) {
      return new JsonLinesAnnotations(file, images, new TextLines(in, 0, 0, MOST_BYTES));
    } catch (IOException e) {
      throw new UncheckedIOException(file + ": " + e.getMessage(), e);
    }
  }

  @Override
  public String summary() {
    return String.format(Locale.ROOT, "%d lines", numImages);
  }

  @Override
  public OptionalLong numImages() {
    return OptionalLong.of(numImages);
  }

  @Override
  public List<Piece> pieces() {
    return parts.parts(numLines).stream().<Piece>map(part -> new Part(part, images)).toList();
  }

  private record Part(FilePart part, Location images) implements Piece {
    private static final long serialVersionUID = 1;

    @Override
    public Reading read() throws IOException {
      return new Lines(part, images);
    }
  }

  private static final class Lines implements Reading {
    private final FilePart part;
    private final Location images;
    private final InputStream in;
    private final TextLines lines;
    private final List<Finding> lost = new ArrayList<>();

    Lines(FilePart part, Location images) throws IOException {
      this.part = part;
      this.images = images;
      this.in = part.open();
      this.lines = new TextLines(in, part.offset(), part.before(), MOST_BYTES);
    }

    @Override
    public @Nullable SourceImage next() throws IOException {
      while (lines.number() < part.end()) {
        if (!lines.next()) {
          throw part.shorter();
        }
        var line =
            lines.isBlank()
                ? Optional.<JsonLine>empty()
                : JsonLine.of(lines, part.file().name(), lost);
        if (line.isPresent() && part.repeats(lines.number() - 1)) {
          lost.add(
              Finding.dropped(
                  "duplicate image id", "%s: %s".formatted(line.get().place(), line.get().id())));
        } else if (line.isPresent()) {
          return line.get().image(images);
        }
      }
      return null;
    }

    @Override
    public List<Finding> lost() {
      return lost;
    }

    @Override
    public void close() throws IOException {
      in.close();
    }
  }
}
