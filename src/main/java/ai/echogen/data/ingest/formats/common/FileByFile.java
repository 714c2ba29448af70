package ai.echogen.data.ingest.formats.common;

import ai.echogen.data.ingest.Reading;
import ai.echogen.data.ingest.SourceImage;
import ai.echogen.data.shards.Finding;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads a file, or a few that belong together, when the images of those before are taken. */
public final class FileByFile<T> implements Reading {
  /** Reads what one of the files says of its images. */
  public interface File<T> {
    /**
     * Adds its images.
     *
     * @param lost takes what belongs to no image
     * @throws IOException if storage fails
     */
    void read(T file, Deque<SourceImage> images, List<Finding> lost) throws IOException;
  }

  private final Iterator<T> rest;
  private final File<T> file;
  private final Deque<SourceImage> images = new ArrayDeque<>();
  private final List<Finding> lost = new ArrayList<>();

  public FileByFile(List<T> files, File<T> file) {
    this.rest = files.iterator();
    this.file = file;
  }

  @Override
  public @Nullable SourceImage next() throws IOException {
    while (images.isEmpty() && rest.hasNext()) {
      file.read(rest.next(), images, lost);
    }
    return images.poll();
  }

  @Override
  public List<Finding> lost() {
    return lost;
  }
}
