package ai.echogen.storage;

import java.net.URI;
import java.util.Set;

/**
 * What can be relied on when a file is written or a directory is renamed.
 *
 * <p>The scheme decides, and not what a file system says of itself: Hadoop 3.3 has no question to
 * ask for a rename at once (that it knows etags says S3A, which copies, and ABFS, which may not).
 * Of a scheme that is on no list the worse is assumed both times.
 */
enum StoreKind {
  /** A directory is renamed at once; of several who create a file, one does. */
  FILES,

  /**
   * A file is there, whole, from the moment it is closed, also in the place of another; a directory
   * is renamed by copying one file after the other, and two can create the same file.
   */
  OBJECTS,

  /** Neither a directory's rename nor the writing of a file is taken to happen at once. */
  UNKNOWN;

  private static final Set<String> FILE_SYSTEMS = Set.of("file", "hdfs", "webhdfs", "swebhdfs");
  private static final Set<String> OBJECT_STORES = Set.of("s3a", "s3n", "s3", "gs");

  static StoreKind of(URI place) {
    var scheme = String.valueOf(place.getScheme());
    if (FILE_SYSTEMS.contains(scheme)) {
      return FILES;
    }
    return OBJECT_STORES.contains(scheme) ? OBJECTS : UNKNOWN;
  }
}
