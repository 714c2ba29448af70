package ai.echogen.data.ingest;

import ai.echogen.data.shards.Finding;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
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

  /** What has been read already; an image is let go when it is given out. */
  static Reading of(List<SourceImage> images, List<Finding> lost) {
    return new Reading() {
      private final Queue<SourceImage> rest = new ArrayDeque<>(images);

      @Override
      public @Nullable SourceImage next() {
        return rest.poll();
      }

      @Override
      public List<Finding> lost() {
        return lost;
      }
    };
  }
}
