package ai.echogen.deploy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Runs scripts of {@code deploy/}. */
public final class Shell {
  /** A program that prints its own name and its words, a line each. */
  public static final String ECHO = "#!/bin/sh\necho \"${0##*/}\"\nprintf '%s\\n' \"$@\"\n";

  /** What the tests' own environment must not change. */
  private static final List<String> FOREIGN =
      List.of("MASTER", "SPARK_HOME", "HADOOP_CONF_DIR", "YARN_CONF_DIR", "ECHOGEN_CLUSTER");

  private Shell() {}

  /** How a script ended, and all that it said. */
  public record Result(int code, String output) {
    public List<String> lines() {
      return output.lines().toList();
    }
  }

  /** Runs a script with bash. */
  public static Result run(
      Path folder, Map<String, String> environment, Path script, List<String> words) {
    var command =
        Stream.concat(Stream.of("bash", script.toAbsolutePath().toString()), words.stream())
            .toList();
    var builder =
        new ProcessBuilder(command)
            .directory(folder.toAbsolutePath().toFile())
            .redirectErrorStream(true);
    FOREIGN.forEach(builder.environment()::remove);
    builder.environment().putAll(environment);
    try {
      var process = builder.start();
      process.getOutputStream().close();
      var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return new Result(process.waitFor(), output);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** Writes a program. */
  public static Path program(Path file, String text) throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
    if (!file.toFile().setExecutable(true)) {
      throw new IOException(file + ": cannot be made executable");
    }
    return file;
  }
}
