package ai.echogen.scoring.benchmarks;

import static java.nio.charset.StandardCharsets.UTF_8;

import ai.echogen.data.lines.TextLines;
import ai.echogen.storage.LocalFiles;
import ai.echogen.storage.Location;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.util.LongAccumulator;

/**
 * Judged cases as files, one a task, in the directory of the scores while they are made: what a run
 * that was killed had finished is not judged again.
 *
 * <p>A part appears whole or not at all. Its last line says how many cases it has, and what the
 * SHA-256 of the lines before it is: one that was changed since is refused.
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
    var lines = new ArrayList<String>();
    for (var cases = work.judge(); cases.hasNext(); ) {
      lines.add(JudgedLines.line(cases.next()));
    }
    long count = lines.size();
    lines.add(end(lines));
    file.replace((String.join("\n", lines) + "\n").getBytes(UTF_8));
    return count;
  }

  /** What stands behind the lines of a whole part. */
  private static String end(List<String> lines) {
    var digest = LocalFiles.newSha256();
    lines.forEach(line -> digest.update((line + "\n").getBytes(UTF_8)));
    return "%s%s %s".formatted(END, lines.size(), HexFormat.of().formatHex(digest.digest()));
  }

  private static List<Judged> read(Location file) throws IOException {
    var all = new ArrayList<Judged>();
    for (var line : lines(file)) {
      all.add(JudgedLines.parse(line, String.format(Locale.ROOT, "%s: %d", file, all.size() + 1)));
    }
    return all;
  }

  /** The lines of a part that is as it was written, without the last. */
  private static List<String> lines(Location file) throws IOException {
    var all = new ArrayList<String>();
    try (var in = file.open()) {
      var lines = new TextLines(in, 0, 0, MOST_BYTES);
      while (lines.next()) {
        all.add(lines.text());
      }
    } catch (FileNotFoundException e) {
      throw new IllegalArgumentException(
          file
              + ": an executor wrote it and the driver has not got it: out must lie where all"
              + " executors and the driver see it",
          e);
    }
    var end = all.isEmpty() ? "" : all.remove(all.size() - 1);
    if (!end.equals(end(all))) {
      throw new IllegalArgumentException(file + ": is not whole; remove it and run again");
    }
    return all;
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
