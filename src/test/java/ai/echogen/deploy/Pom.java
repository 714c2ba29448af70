package ai.echogen.deploy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;

/** What {@code pom.xml} says. */
public final class Pom {
  private Pom() {}

  /** The project's version. */
  public static String version() {
    return text("version");
  }

  /** The first element of this name, such as {@code spark.version}. */
  public static String text(String element) {
    var found = Pattern.compile("<%s>([^<]*)</".formatted(Pattern.quote(element))).matcher(pom());
    if (!found.find()) {
      throw new IllegalArgumentException("pom.xml has no " + element);
    }
    return found.group(1);
  }

  /** The flavour of libtorch that the profile for CUDA takes. */
  public static String cudaFlavor() {
    var pom = pom();
    var found =
        Pattern.compile("<libtorch.flavor>([^<]*)</")
            .matcher(pom.substring(pom.indexOf("<id>cuda")));
    if (!found.find()) {
      throw new IllegalArgumentException("the profile cuda has no libtorch.flavor");
    }
    return found.group(1);
  }

  private static String pom() {
    try {
      return Files.readString(Path.of("pom.xml"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
