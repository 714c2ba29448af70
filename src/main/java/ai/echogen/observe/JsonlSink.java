package ai.echogen.observe;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.LinkOption.NOFOLLOW_LINKS;
import static java.nio.file.StandardOpenOption.APPEND;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.WRITE;

import ai.echogen.json.JsonText;
import ai.echogen.storage.WholeFile;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Keeps metrics as JSON lines: one flat object a step, {@code step} (integer), {@code time}
 * (seconds since 1970), then the values by name. NaN and infinities are strings ({@code "NaN"},
 * {@code "Infinity"}, {@code "-Infinity"}). Each line is flushed, so that a killed run loses at
 * most the line it was writing.
 */
public final class JsonlSink implements MetricSink {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path file;
  private final Writer writer;

  private JsonlSink(Path file, Writer writer) {
    this.file = file;
    this.writer = writer;
  }

  /** One line of the file; {@code time} is in seconds since 1970. */
  public record Entry(long step, double time, Map<String, Double> values) {}

  /**
   * Starts the file anew; what an earlier run left there is gone.
   *
   * @throws IllegalArgumentException if something else than a file is there
   */
  public static JsonlSink create(Path file) {
    return open(file, 0);
  }

  /**
   * Goes on after {@code resumedStep}: later lines, and a last line that was cut short, are
   * removed.
   *
   * @throws IllegalArgumentException if the file holds a line that is not one of ours, or is none
   */
  public static JsonlSink resume(Path file, long resumedStep) {
    var keep = 0L;
    for (var line : lines(file)) {
      if (line.entry().step() > resumedStep) {
        break;
      }
      keep = line.end();
    }
    return open(file, keep);
  }

  /**
   * The whole lines of a file, in order.
   *
   * @throws IllegalArgumentException if the file is missing, or one of its lines is not one of ours
   */
  public static List<Entry> read(Path file) {
    if (!Files.exists(file)) {
      throw new IllegalArgumentException(file + ": no such metrics file");
    }
    return lines(file).stream().map(Line::entry).toList();
  }

  @Override
  public void log(long step, Map<String, Double> values) {
    var object = JSON.createObjectNode();
    object.put("step", step);
    object.put("time", System.currentTimeMillis() / 1000.0);
    values.forEach(
        (name, value) -> {
          if (object.has(name)) {
            throw new IllegalStateException("no metric may be called " + name);
          }
          JsonNumbers.put(object, name, value);
        });
    try {
      writer.write(object + "\n");
      writer.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(file + ": " + e.getMessage(), e);
    }
  }

  @Override
  public void close() {
    try {
      writer.close();
    } catch (IOException e) {
      throw new UncheckedIOException(file + ": " + e.getMessage(), e);
    }
  }

  private static JsonlSink open(Path file, long keep) {
    if (Files.exists(file, NOFOLLOW_LINKS) && !Files.isRegularFile(file, NOFOLLOW_LINKS)) {
      throw new IllegalArgumentException( // what a link leads to is not ours to shorten
          file + ": must be a regular file; move it away");
    }
    try {
      WholeFile.makeFolder(file);
      try (var channel = FileChannel.open(file, CREATE, WRITE)) {
        channel.truncate(keep);
      }
      return new JsonlSink(file, Files.newBufferedWriter(file, UTF_8, APPEND));
    } catch (IOException e) {
      throw new UncheckedIOException(file + ": " + e.getMessage(), e);
    }
  }

  /** An entry, and the offset of the byte after it. */
  private record Line(Entry entry, long end) {}

  private static List<Line> lines(Path file) {
    List<Line> lines = new ArrayList<>();
    try {
      var bytes = Files.exists(file) ? Files.readAllBytes(file) : new byte[0];
      var start = 0;
      for (var at = 0; at < bytes.length; at++) {
        if (bytes[at] == '\n') {
          var entry = parse(new String(bytes, start, at - start, UTF_8));
          if (entry == null) {
            throw new IllegalArgumentException(
                String.format(
                    Locale.ROOT,
                    "%s: %d: expected {\"step\": …, \"time\": …, values}; move the file away to start a new one",
                    file,
                    lines.size() + 1));
          }
          start = at + 1;
          lines.add(new Line(entry, start));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(file + ": " + e.getMessage(), e);
    }
    return lines;
  }

  private static @Nullable Entry parse(String line) {
    try {
      var object = JsonText.parse(line.getBytes(UTF_8), "a line");
      var step = object.path("step");
      boolean isStep = step.isIntegralNumber() && step.canConvertToLong();
      if (!isStep || !object.path("time").isNumber()) {
        return null;
      }
      Map<String, Double> values = new LinkedHashMap<>();
      object
          .fields()
          .forEachRemaining(
              field -> {
                if (!field.getKey().equals("step") && !field.getKey().equals("time")) {
                  values.put(field.getKey(), JsonNumbers.value(field.getValue()));
                }
              });
      return new Entry(step.longValue(), object.path("time").doubleValue(), values);
    } catch (IllegalArgumentException e) { // a NumberFormatException is one
      return null;
    }
  }
}
