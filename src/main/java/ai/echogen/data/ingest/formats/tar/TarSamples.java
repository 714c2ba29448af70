package ai.echogen.data.ingest.formats.tar;

import ai.echogen.data.IdSet;
import ai.echogen.data.ingest.Reading;
import ai.echogen.data.ingest.SourceImage;
import ai.echogen.data.shards.Finding;
import ai.echogen.storage.Location;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The samples of a tar of WebDataset, one at a time: files one after another whose names are the
 * same up to the first dot of the last part of their path.
 */
final class TarSamples implements Reading {
  private final String tar;
  private final String idStart;
  private final List<Finding> lost = new ArrayList<>();
  private final IdSet ids = new IdSet();
  private final TarFile file;
  private @Nullable TarSample sample;
  private @Nullable String waiting; // a file of the next sample
  private boolean isRepeated; // the sample has the key of another one

  /**
   * Opens a tar.
   *
   * @param idStart what the ids of its images begin with
   * @throws IOException if storage fails
   */
  TarSamples(Location place, String idStart) throws IOException {
    this.tar = place.name();
    this.idStart = idStart;
    this.file = TarFile.open(place, lost);
  }

  @Override
  public @Nullable SourceImage next() throws IOException {
    var name = waiting == null ? file.next() : waiting;
    waiting = null;
    for (; name != null; name = file.next()) {
      var key = key(name);
      if (key.isEmpty()) {
        continue;
      }
      if (sample == null || !sample.key().equals(key)) {
        var done = finished();
        sample = begin(key);
        if (done != null) {
          waiting = name;
          return done;
        }
      }
      if (!isRepeated) {
        var ending = name.substring(name.lastIndexOf('/') + 1).toLowerCase(Locale.ROOT);
        sample.add(ending.substring(ending.indexOf('.') + 1), name, file);
      }
    }
    if (sample != null && !file.isWhole()) {
      lost.add(
          Finding.dropped(
              "sample cut off where its tar file is damaged", file.place(sample.key())));
      sample = null;
    }
    return finished();
  }

  /** The name up to the dot; empty for hidden files, and for those without an ending. */
  private static String key(String name) {
    int start = name.lastIndexOf('/') + 1;
    int dot = name.indexOf('.', start);
    return dot > start ? name.substring(0, dot) : "";
  }

  private TarSample begin(String key) {
    isRepeated = !ids.add(id(key));
    if (isRepeated) {
      lost.add(
          Finding.dropped(
              "sample whose key is another's, or whose files are not together", file.place(key)));
    }
    return new TarSample(key);
  }

  private @Nullable SourceImage finished() {
    var done = sample;
    sample = null;
    return done == null || isRepeated
        ? null
        : done.image(id(done.key()), tar, file.place(done.key()), lost).orElse(null);
  }

  private String id(String key) {
    return idStart + (key.startsWith("./") ? key.substring(2) : key).replace('/', '-');
  }

  @Override
  public List<Finding> lost() {
    return lost;
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
