package ai.echogen.jobs.model;

import ai.echogen.storage.LocalFiles;
import ai.echogen.storage.Location;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/** Which model a result is of: a hash of the names and the bytes of its weight files. */
public final class ModelFingerprint {
  private static final String WEIGHTS = ".safetensors";

  private ModelFingerprint() {}

  /** In hexadecimal; the files stream by. */
  public static String of(Location model) throws IOException {
    var digest = LocalFiles.newSha256();
    for (var entry : model.list()) {
      var name = entry.getPath().getName();
      if (name.endsWith(WEIGHTS)) {
        var line = name + " " + model.child(name).sha256() + "\n";
        digest.update(line.getBytes(StandardCharsets.UTF_8));
      }
    }
    return HexFormat.of().formatHex(digest.digest());
  }
}
