package ai.echogen.jobs.model;

import ai.echogen.model.directory.JanusConfig;
import ai.echogen.model.directory.JanusDirectory;
import ai.echogen.model.vq.VqNetwork;
import ai.echogen.storage.Location;
import java.io.IOException;

/** The fingerprint of a directory's VQ tokenizer, which the codes that it makes carry. */
public final class VqPrint {
  private VqPrint() {}

  public static String of(Location directory) throws IOException {
    return directory.onDisk(
        here -> {
          var layout = new VqNetwork(JanusConfig.read(here).vq()).layout();
          try (var weights = JanusDirectory.read(here, layout)) {
            return weights.sha256();
          }
        });
  }
}
