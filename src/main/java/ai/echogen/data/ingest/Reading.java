package ai.echogen.data.ingest;

import ai.echogen.data.shards.Finding;
import java.io.Closeable;
import java.io.IOException;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a task reads of a piece of annotations: an image at a time, since each may hold a file. */
public interface Reading extends Closeable {
  /**
   * The next image, or null after the last.
   *
   * @throws IOException if storage fails; annotations that cannot be used are findings
   */
  @Nullable SourceImage next() throws IOException;

  /** What belongs to no image; complete after the last. */
  List<Finding> lost();

  @Override
  default void close() throws IOException {}

  /** What has been read already. */
  static Reading of(List<SourceImage> images, List<Finding> lost) {
    return new Reading() {
      private final Iterator<SourceImage> rest = images.iterator();

      @Override
      public @Nullable SourceImage next() {
        return rest.hasNext() ? rest.next() : null;
      }

      @Override
      public List<Finding> lost() {
        return lost;
      }
    };
  }
}
