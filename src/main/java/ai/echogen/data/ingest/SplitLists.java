package ai.echogen.data.ingest;

import ai.echogen.data.lines.TextLines;
import ai.echogen.data.shards.Finding;
import ai.echogen.storage.Location;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The split of each image by lists of names, a name a line: the ImageSets of Pascal VOC, the lists
 * of paths of YOLO.
 *
 * <p>A name is that of an image's file below the folder of images, or its last part, or the image's
 * id; with or without an ending, and with or without the folders down to that of the images. All
 * names are held, here and by tasks: about 150 bytes each.
 */
public final class SplitLists implements Serializable {
  private static final long serialVersionUID = 1;
  private static final String UNUSED = "name in the list of a split that no image has";
  private static final int MOST_BYTES = 4_096; // of a line
  private static final int MOST_NAMES = 5_000_000; // of all lists
  private static final int MOST_EXAMPLES = 3;
  private static final Pattern ENDING =
      Pattern.compile("\\.(jpe?g|png|webp|bmp|gif|tiff?|xml|txt)$", Pattern.CASE_INSENSITIVE);

  /** A list, and which of all names are its own. */
  private record Part(String split, Location file, int from, int to) implements Serializable {
    int size() {
      return to - from;
    }
  }

  private final String folder; // of images, with a slash; empty if there is none
  private final List<Part> parts = new ArrayList<>();
  private final List<String> names = new ArrayList<>(); // as they are written
  private final Map<String, Integer> places = new HashMap<>(); // of names, by their keys

  private SplitLists(@Nullable Location images) {
    this.folder = images == null ? "" : images.name() + "/";
  }

  /**
   * Reads them.
   *
   * @param lists a file for each split
   * @param images the folder of images, if there is one
   * @throws IllegalArgumentException if one is missing, is no list of names, or names what another
   *     has
   */
  public static SplitLists read(Map<String, Location> lists, @Nullable Location images) {
    var all = new SplitLists(images);
    lists.forEach(all::read);
    return all;
  }

  private void read(String split, Location file) {
    if (file.isDirectory(split + ".list")) {
      throw new IllegalArgumentException(file + ": a directory; give a text file, a name a line");
    }
    int from = names.size();
    long numOthers = 0; // names of another list
    var others = new ArrayList<String>(); // the first of them
    try (var in = file.open()) {
      var lines = new TextLines(in, 0, 0, MOST_BYTES);
      while (lines.next()) {
        if (lines.damage().isPresent()) {
          throw problem(file, lines.number(), lines.damage().get());
        }
        if (!lines.isBlank() && !add(lines.text().strip(), from)) {
          numOthers++;
          if (others.size() < MOST_EXAMPLES) {
            others.add(lines.text().strip());
          }
        }
        if (names.size() > MOST_NAMES) {
          throw problem(
              file, lines.number(), String.format(Locale.ROOT, "more than %,d names", MOST_NAMES));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(file + ": " + e.getMessage(), e);
    }
    if (numOthers > 0) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "%s: %d of its names are in the list of another split too, such as %s; an image is of"
                  + " one split: take them out of one list",
              file,
              numOthers,
              String.join(", ", others)));
    }
    if (names.size() == from) {
      throw new IllegalArgumentException(file + ": no name in it; give a text file, a name a line");
    }
    parts.add(new Part(split, file, from, names.size()));
  }

  private static IllegalArgumentException problem(Location file, long line, String what) {
    return new IllegalArgumentException(
        String.format(
            Locale.ROOT, "%s: line %d: %s; give a text file, a name a line", file, line, what));
  }

  /** False if a list before this one, whose names begin at {@code from}, has the name. */
  private boolean add(String name, int from) {
    var before = places.putIfAbsent(key(name), names.size());
    if (before == null) {
      names.add(name);
      return true;
    }
    return before >= from;
  }

  /** The same for all that a file may be called. */
  private String key(String name) {
    var plain = Normalizer.normalize(name.replace('\\', '/'), Normalizer.Form.NFC);
    int folderAt = folder.isEmpty() ? -1 : ("/" + plain).lastIndexOf("/" + folder);
    var below = folderAt < 0 ? plain : plain.substring(folderAt + folder.length());
    while (below.startsWith("./")) {
      below = below.substring(2);
    }
    return ENDING.matcher(below).replaceFirst("");
  }

  /** What there is, in one line. */
  public String summary() {
    return String.join(
        ", ",
        parts.stream()
            .map(
                part ->
                    String.format(
                        Locale.ROOT, "%s by a list of %,d names", part.split(), part.size()))
            .toList());
  }

  /** The split of an image that a list names. */
  public Optional<String> split(SourceImage image) {
    var place = place(image);
    return place.isEmpty()
        ? Optional.empty()
        : parts.stream().filter(part -> place.getAsInt() < part.to()).map(Part::split).findFirst();
  }

  /** The place of an image's name among those of all lists. */
  OptionalInt place(SourceImage image) {
    var name = key(image.fileName());
    for (var key : List.of(name, name.substring(name.lastIndexOf('/') + 1), key(image.id()))) {
      var place = key.isEmpty() ? null : places.get(key);
      if (place != null) {
        return OptionalInt.of(place);
      }
    }
    return OptionalInt.empty();
  }

  /**
   * What no image has.
   *
   * @param used places of names that images have
   * @throws IllegalArgumentException if that is every name of a list
   */
  List<Finding> unused(BitSet used) {
    var findings = new ArrayList<Finding>();
    for (var part : parts) {
      var unused = IntStream.range(part.from(), part.to()).filter(place -> !used.get(place));
      int before = findings.size();
      unused.forEach(
          place ->
              findings.add(
                  Finding.dropped(UNUSED, "%s: %s".formatted(part.split(), names.get(place)))));
      if (findings.size() - before == part.size()) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "%s: no image has one of its %,d names, the first of which is %s; give names of the"
                    + " images' files",
                part.file(),
                part.size(),
                names.get(part.from())));
      }
    }
    return findings;
  }
}
