package ai.echogen;

import static org.assertj.core.api.Assertions.assertThat;

import ai.echogen.data.DataDoors;
import ai.echogen.data.ingest.formats.FormatDoors;
import ai.echogen.data.ingest.formats.parquet.ParquetDoors;
import ai.echogen.data.layouts.LayoutDoors;
import ai.echogen.jobs.JobDoors;
import ai.echogen.model.ModelDoors;
import ai.echogen.observe.scores.ScoreDoors;
import ai.echogen.scoring.benchmarks.BenchmarkDoors;
import ai.echogen.scoring.judges.file.JudgeDoors;
import ai.echogen.scoring.judges.http.AnswerDoors;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Damaged files of every kind that comes in. Right is: read as the door promises, or one clear
 * error that says which file it was, soon and without much memory. Short here; {@code
 * -Dechogen.fuzz=full} makes 130,000 mutants, {@code -Dechogen.fuzz.seed=N} others, {@code
 * -Dechogen.fuzz.doors=PATTERN} those of some doors.
 *
 * <p>Beside it {@code SpriteMutantsTest} and {@code CheckpointsTest} damage what is left out, or
 * passed over, by name.
 */
class FuzzTest {
  private static final boolean FULL = "full".equals(System.getProperty("echogen.fuzz"));
  private static final long SEED = Long.getLong("echogen.fuzz.seed", 1);
  private static final Pattern DOORS =
      Pattern.compile(System.getProperty("echogen.fuzz.doors", ""));
  private static final int SHORT_MUTANTS = 200; // of a door
  private static final int FULL_MUTANTS = 130_000; // of all doors
  private static final int LONGEST_MESSAGE = 8000;
  private static final int LONGEST_LIST = 100_000; // convert names every tensor that does not fit
  private static final int LONGEST_LINE = 1000; // of such a list
  private static final int PATIENCE = 20; // seconds a mutant
  private static final int MOST_MEGABYTES = 512; // a mutant, of files that have some kilobytes
  private static final int MOST_SHOWN = 4; // bad mutants of a door

  /** Makes whole files in an empty folder, and the doors that they come in by. */
  private interface Maker {
    List<Door> in(Path folder) throws Exception;
  }

  @TempDir private static Path temp;
  private static ExecutorService one = Executors.newSingleThreadExecutor();
  private static final List<Door> doors = new ArrayList<>();
  private static final PeakMemory memory = new PeakMemory();

  @BeforeAll
  static void makeWholeFiles() throws Exception {
    var makers = new TreeMap<String, Maker>();
    makers.put("answers", AnswerDoors::in);
    makers.put("benchmarks", BenchmarkDoors::in);
    makers.put("data", DataDoors::in);
    makers.put("formats", FormatDoors::in);
    makers.put("jobs", JobDoors::in);
    makers.put("judges", JudgeDoors::in);
    makers.put("layouts", LayoutDoors::in);
    makers.put("models", ModelDoors::in);
    makers.put("parquet", ParquetDoors::in);
    makers.put("scores", ScoreDoors::in);
    for (var maker : makers.entrySet()) {
      doors.addAll(maker.getValue().in(Files.createDirectory(temp.resolve(maker.getKey()))));
    }
    assertThat(doors).extracting(Door::name).doesNotHaveDuplicates();
  }

  @AfterAll
  static void end() {
    one.shutdownNow();
  }

  @Test
  void everyMutantIsReadOrRefusedByName() throws Exception {
    var outcomes = new TreeMap<String, Map<String, Integer>>();
    var bad = new ArrayList<String>();
    int numBad = 0;
    int each = FULL ? FULL_MUTANTS / doors.size() : SHORT_MUTANTS;
    for (var door : doors) {
      if (!DOORS.matcher(door.name()).find()) {
        continue;
      }
      var whole = Files.readAllBytes(door.file());
      var understood = String.valueOf(door.reader().read(door.folder()));
      long start = System.nanoTime();
      int shown = 0;
      for (int i = 0; i < each; i++) {
        var mutant = Mutants.of(whole, door.form(), SEED, i);
        Files.write(door.file(), mutant);
        var outcome = outcome(door, whole, mutant, understood);
        outcomes
            .computeIfAbsent(door.name(), name -> new TreeMap<>())
            .merge(outcome.split(":")[0], 1, Integer::sum);
        if (outcome.startsWith("BAD")) {
          numBad++;
          if (shown++ < MOST_SHOWN) {
            bad.add("%s, mutant %d: %s".formatted(door.name(), i, outcome));
          }
        }
      }
      Files.write(door.file(), whole);
      System.out.printf(
          "fuzz %-24s %s, %d ms%n",
          door.name(), outcomes.get(door.name()), (System.nanoTime() - start) / 1_000_000);
    }
    assertThat(bad).as("%d bad", numBad).isEmpty();
  }

  private static String outcome(Door door, byte[] whole, byte[] mutant, String understood)
      throws InterruptedException, IOException {
    memory.reset();
    var outcome = outcome(door, understood);
    long megabytes = memory.megabytes();
    if (megabytes > MOST_MEGABYTES) {
      return "BAD: took %d MB: %s".formatted(megabytes, outcome);
    }
    boolean isReadPast =
        outcome.equals("the same")
            && door.promise() == Door.Promise.STRICT
            && !meaning(mutant).equals(meaning(whole));
    return isReadPast ? "BAD: a value was read past: " + meaning(mutant) : outcome;
  }

  private static String outcome(Door door, String understood) throws InterruptedException {
    Callable<Object> task = () -> door.reader().read(door.folder());
    var future = one.submit(task);
    try {
      var read = String.valueOf(future.get(PATIENCE, TimeUnit.SECONDS));
      if (read.equals(understood)) {
        return "the same";
      }
      boolean isSealed = door.promise() == Door.Promise.SEALED;
      return isSealed ? "BAD: another content in silence" : "another content";
    } catch (TimeoutException e) {
      future.cancel(true);
      one = Executors.newSingleThreadExecutor();
      return "BAD: no end after %d s".formatted(PATIENCE);
    } catch (ExecutionException e) {
      return refusal(door, e.getCause());
    }
  }

  private static String refusal(Door door, Throwable thrown) {
    boolean isOurs =
        thrown instanceof IllegalArgumentException || thrown instanceof UncheckedIOException;
    var message = String.valueOf(thrown.getMessage());
    if (!isOurs) {
      var at = thrown.getStackTrace().length > 0 ? thrown.getStackTrace()[0] : "";
      return "BAD: %s at %s".formatted(thrown, at);
    }
    boolean lists = message.lines().allMatch(line -> line.length() <= LONGEST_LINE);
    if (message.length() > (door.listing() && lists ? LONGEST_LIST : LONGEST_MESSAGE)) {
      return "BAD: a message of %d letters".formatted(message.length());
    }
    boolean isNamed =
        message.contains(String.valueOf(door.file().getFileName()))
            || message.contains(door.folder().toString());
    return isNamed && !message.contains("null:") ? "refused" : "BAD: names no file: " + message;
  }

  /** The values of JSON, whichever way they are written; numbers as float32. */
  private static String meaning(byte[] json) {
    try {
      return Mutants.values(json).stream().map(FuzzTest::meaning).collect(Collectors.joining("\n"));
    } catch (IOException e) {
      return "no JSON";
    }
  }

  private static String meaning(JsonNode value) {
    if (value.isArray()) {
      var items = new ArrayList<String>();
      value.forEach(item -> items.add(meaning(item)));
      return items.toString();
    }
    if (value.isObject()) {
      var fields = new TreeMap<String, String>();
      value.properties().forEach(field -> fields.put(field.getKey(), meaning(field.getValue())));
      return fields.toString();
    }
    return value.isNumber() ? Float.toString(value.floatValue()) : value.toString();
  }
}
