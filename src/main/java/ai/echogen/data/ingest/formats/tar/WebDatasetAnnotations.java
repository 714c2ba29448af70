package ai.echogen.data.ingest.formats.tar;

import ai.echogen.data.ingest.Annotations;
import ai.echogen.data.ingest.Reading;
import ai.echogen.data.ingest.formats.common.LostPiece;
import ai.echogen.data.ingest.formats.common.PythonJson;
import ai.echogen.data.lines.TextLines;
import ai.echogen.data.shards.Finding;
import ai.echogen.storage.Location;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableMap;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * A folder of tar files as WebDataset and img2dataset write them: an image, its caption and its
 * JSON are files with one name and three endings. A task reads a tar; here are only their names.
 */
public final class WebDatasetAnnotations implements Annotations {
  private static final Pattern TAR = Pattern.compile("(?i)([^.].*?)\\.(tar|tar\\.gz|tgz)");
  private static final Pattern OTHER_TAR = Pattern.compile("(?i)[^.].*\\.(tar\\.\\w+|tbz2?|txz)");
  private static final String STATS = "_stats.json";
  private static final int MOST_STATS = 1 << 20; // bytes

  private final NavigableMap<String, Location> tars; // by name without ending
  private final List<Finding> lost;
  private final OptionalLong numImages;

  private WebDatasetAnnotations(
      NavigableMap<String, Location> tars, List<Finding> lost, OptionalLong numImages) {
    this.tars = tars;
    this.lost = lost;
    this.numImages = numImages;
  }

  /**
   * Lists the tar files of a folder, or takes one.
   *
   * @throws IllegalArgumentException if there is no such file, or none in the folder
   */
  public static WebDatasetAnnotations in(Location place) {
    try {
      var tars = new TreeMap<String, Location>();
      var lost = new ArrayList<Finding>();
      if (place.isDirectory("annotations")) {
        for (var entry : place.list()) {
          var name = entry.getPath().getName();
          if (entry.isDirectory()) {
            addFolder(place.child(name), lost);
          } else {
            addFile(place.child(name), tars, lost);
          }
        }
        for (var name : place.unlisted()) {
          if (TAR.matcher(name).matches()) {
            lost.add(Finding.dropped("name of a file that is not UTF-8: rename it", name));
          }
        }
      } else {
        addFile(place, tars, lost);
      }
      if (tars.isEmpty()) {
        throw new IllegalArgumentException(
            place
                + ": no .tar, .tar.gz or .tgz file; give the folder of WebDataset's shards, or"
                + " one");
      }
      return new WebDatasetAnnotations(tars, lost, numImages(tars));
    } catch (IOException e) {
      throw new UncheckedIOException(place + ": " + e.getMessage(), e);
    }
  }

  private static void addFolder(Location folder, List<Finding> lost) throws IOException {
    if (folder.list().stream().anyMatch(file -> TAR.matcher(file.getPath().getName()).matches())) {
      lost.add(Finding.dropped("folder of tar files in that of annotations", folder.name()));
    }
  }

  private static void addFile(Location file, Map<String, Location> tars, List<Finding> lost) {
    var name = TAR.matcher(file.name());
    if (name.matches()) {
      var other = tars.putIfAbsent(name.group(1), file);
      if (other != null) {
        lost.add(
            Finding.dropped(
                "tar file of the same name as another",
                "%s beside %s".formatted(file.name(), other.name())));
      }
    } else if (OTHER_TAR.matcher(file.name()).matches()) {
      lost.add(Finding.dropped("tar file that is not packed with gzip: unpack it", file.name()));
    }
  }

  /** As img2dataset has counted them beside each tar. */
  private static OptionalLong numImages(Map<String, Location> tars) throws IOException {
    long sum = 0;
    for (var tar : tars.entrySet()) {
      var stats = tar.getValue().named(tar.getKey() + STATS);
      long successes = stats.exists() && stats.status().isFile() ? successes(stats) : -1;
      if (successes < 0) {
        return OptionalLong.empty();
      }
      sum += successes;
    }
    return OptionalLong.of(sum);
  }

  private static long successes(Location stats) throws IOException {
    try (var in = stats.open()) {
      var text = TextLines.decode(in.readNBytes(MOST_STATS));
      var successes = PythonJson.object(text).path("successes");
      return successes.isIntegralNumber() && successes.canConvertToInt()
          ? successes.intValue()
          : -1;
    } catch (IllegalArgumentException | CharacterCodingException e) {
      return -1; // only for the progress
    }
  }

  @Override
  public String summary() {
    return String.format(Locale.ROOT, "%d tar files", tars.size());
  }

  @Override
  public OptionalLong numImages() {
    return numImages;
  }

  @Override
  public List<Piece> pieces() {
    var pieces = new ArrayList<Piece>();
    if (!lost.isEmpty()) {
      pieces.add(new LostPiece(List.copyOf(lost)));
    }
    tars.forEach((name, file) -> pieces.add(new Tar(file, name + separator(name))));
    return pieces;
  }

  /** No id of one tar is that of another: a-b.tar has an image c, and so a.tar has no a-b-c. */
  private String separator(String name) {
    var next = tars.ceilingKey(name + "-");
    return next != null && next.startsWith(name + "-") ? "/" : "-";
  }

  private record Tar(Location file, String idStart) implements Piece {
    private static final long serialVersionUID = 1;

    @Override
    public Reading read() throws IOException {
      return new TarSamples(file, idStart);
    }
  }
}
