package ai.echogen.scoring.benchmarks;

import static java.nio.charset.StandardCharsets.UTF_8;

import ai.echogen.data.lines.TextLines;
import ai.echogen.storage.Location;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.util.LongAccumulator;

/**
 * Judged cases as files, one a task, in the directory of the scores while they are made: what a run
 * that was killed had finished is not judged again.
 *
 * <p>A part appears whole or not at all. Its last line says how many cases it has.
 *
 * @param folder of the parts, which executors write and the driver reads; its name tells apart what
 *     is of other settings, data or models
 */
public record KeptParts(Location folder) {
  private static final String ENDING = ".jsonl";
  private static final String END = "end ";
  private static final int MOST_BYTES = 1 << 28; // of a line

  /**
   * Runs the works whose part is not there yet, and reads all.
   *
   * @param judged counts cases as tasks end, those that were there before too
   */
  public List<Judged> run(
      JavaSparkContext context, List<? extends PartWork> works, LongAccumulator judged)
      throws IOException {
    folder.makeDirectories();
    var there = names();
    var missing = new ArrayList<Numbered>();
    for (int i = 0; i < works.size(); i++) {
      if (!there.contains(name(i))) {
        missing.add(new Numbered(name(i), works.get(i)));
      }
    }
    if (!missing.isEmpty()) {
      var to = folder;
      context
          .parallelize(missing, missing.size())
          .foreach(part -> judged.add(write(part.work(), to.child(part.name()))));
    }
    var all = new ArrayList<Judged>();
    for (int i = 0; i < works.size(); i++) {
      all.addAll(read(folder.child(name(i))));
    }
    return all;
  }

  /** How many parts are there already. */
  public int numDone() throws IOException {
    return names().size();
  }

  private record Numbered(String name, PartWork work) implements java.io.Serializable {}

  private static long write(PartWork work, Location file) throws IOException {
    var lines = new StringBuilder();
    long count = 0;
    for (var cases = work.judge(); cases.hasNext(); count++) {
      lines.append(JudgedLines.line(cases.next())).append('\n');
    }
    file.replace((lines + END + count + "\n").getBytes(UTF_8));
    return count;
  }

  private static List<Judged> read(Location file) throws IOException {
    var all = new ArrayList<Judged>();
    try (var in = file.open()) {
      var lines = new TextLines(in, 0, 0, MOST_BYTES);
      while (lines.next()) {
        if (lines.text().equals(END + all.size())) {
          return all;
        }
        all.add(
            JudgedLines.parse(
                lines.text(), String.format(Locale.ROOT, "%s: %d", file, lines.number())));
      }
    } catch (FileNotFoundException e) {
      throw new IllegalArgumentException(
          file
              + ": an executor wrote it and the driver has not got it: out must lie where all"
              + " executors and the driver see it",
          e);
    }
    throw new IllegalArgumentException(file + ": is not whole; remove it and run again");
  }

  private Set<String> names() throws IOException {
    var names = new HashSet<String>();
    for (var entry : folder.list()) {
      if (entry.getPath().getName().endsWith(ENDING)
          && !Location.isPart(entry.getPath().getName())) {
        names.add(entry.getPath().getName());
      }
    }
    return names;
  }

  private static String name(int number) {
    return String.format(Locale.ROOT, "%05d%s", number, ENDING);
  }
}
