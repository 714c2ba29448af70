package ai.echogen.scoring.judges.file;

import ai.djl.Device;
import ai.echogen.inference.Devices;
import ai.echogen.inference.Lease;
import ai.echogen.inference.LeasePool;
import ai.echogen.scoring.judges.Detector;
import ai.echogen.scoring.judges.FeatureNetwork;
import ai.echogen.scoring.judges.TextImageScorer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Judges from files, each loaded once an executor and device and lent to its tasks. All on a device
 * together are kept to {@code spark.echogen.judgeMemory}, by default an eighth of its memory; what
 * is lent stays.
 */
public final class JudgePool {
  private static final String CAPACITY = "spark.echogen.judgeMemory";
  private static final int SHARE = 8; // of the memory, by default

  private static final Map<Device, LeasePool<JudgeFile>> POOLS = new ConcurrentHashMap<>();

  private JudgePool() {}

  /**
   * A detector.
   *
   * @throws IllegalArgumentException if it is another kind of judge, or its files are damaged, do
   *     not fit the description or are not those that the driver read
   */
  public static Lease<? extends Detector> leaseDetector(JudgeFile file) throws IOException {
    return lease(
        file, DetectorDescription.class, ModelDetector.class, "detector", ModelDetector::open);
  }

  /** A feature network; see {@link #leaseDetector}. */
  public static Lease<? extends FeatureNetwork> leaseFeatures(JudgeFile file) throws IOException {
    return lease(
        file, FeaturesDescription.class, ModelFeatures.class, "features", ModelFeatures::open);
  }

  /** A scorer of texts and images; see {@link #leaseDetector}. */
  public static Lease<? extends TextImageScorer> leaseTextImage(JudgeFile file) throws IOException {
    return lease(
        file, TextImageDescription.class, ModelTextImage.class, "text-image", ModelTextImage::open);
  }

  private interface Opener<D, J> {
    J open(D description, Path folder, Device device, JudgeFile file) throws IOException;
  }

  private static <D extends JudgeDescription, J extends AutoCloseable> Lease<J> lease(
      JudgeFile file, Class<D> description, Class<J> judge, String kind, Opener<D, J> opener)
      throws IOException {
    if (!kind.equals(file.settings().get("kind"))) {
      throw new IllegalArgumentException(
          "%s: is of the kind %s; a judge of the kind %s is wanted"
              .formatted(file.description(), file.settings().get("kind"), kind));
    }
    var device = Devices.ofTask();
    return POOLS
        .computeIfAbsent(device, where -> LeasePool.of(where, CAPACITY, SHARE))
        .lease(
            file,
            judge,
            file.bytes(),
            () ->
                file.onDisk(
                    (read, folder) -> opener.open(description.cast(read), folder, device, file)),
            made -> file.bytes());
  }
}
