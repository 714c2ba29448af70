package ai.echogen.jobs.draw;

import ai.echogen.data.shards.DropTally;
import ai.echogen.inference.ImageGrounder.Answer;
import ai.echogen.storage.Location;
import java.io.IOException;
import java.io.OutputStream;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaRDD;

/**
 * Answers of tasks as files of the tasks, which become one file each of lines and of what was left
 * out: neither is ever held.
 */
public final class AnswerParts {
  private static final String LINES = ".jsonl";
  private static final String LEFT_OUT = ".txt";

  private final Location folder;
  private final List<Part> parts;
  private final DropTally dropped = new DropTally();
  private final DropTally adjusted = new DropTally();
  private long numLines;
  private long numLeftOut;

  /** What one task wrote, and where: {@code name} is that of the attempt that came through. */
  private record Part(
      String name, long numLines, long numLeftOut, DropTally dropped, DropTally adjusted)
      implements Serializable {}

  private AnswerParts(Location folder, List<Part> parts) {
    this.folder = folder;
    this.parts = parts;
    for (var part : parts) {
      numLines += part.numLines();
      numLeftOut += part.numLeftOut();
      dropped.add(part.dropped());
      adjusted.add(part.adjusted());
    }
  }

  /** Runs the tasks, which write below {@code folder}. */
  public static AnswerParts write(JavaRDD<Answer> answers, Location folder) {
    return new AnswerParts(
        folder, answers.mapPartitions(part -> List.of(written(part, folder)).iterator()).collect());
  }

  private static Part written(Iterator<Answer> answers, Location folder) throws IOException {
    var task = TaskContext.get();
    var name = String.format(Locale.ROOT, "%05d-%d", task.partitionId(), task.taskAttemptId());
    var dropped = new DropTally();
    var adjusted = new DropTally();
    long numLines = 0;
    long numLeftOut = 0;
    try (var lines = folder.child(name + LINES).create();
        var leftOut = folder.child(name + LEFT_OUT).create()) {
      while (answers.hasNext()) {
        var answer = answers.next();
        if (!answer.line().isEmpty()) {
          writeLine(lines, answer.line());
          numLines++;
        }
        for (var finding : answer.findings()) {
          (finding.kept() ? adjusted : dropped).add(finding.reason(), finding.what());
          if (!finding.kept()) {
            writeLine(
                leftOut, "%s: %s: %s".formatted(answer.id(), finding.reason(), finding.what()));
            numLeftOut++;
          }
        }
      }
    }
    return new Part(name, numLines, numLeftOut, dropped, adjusted);
  }

  private static void writeLine(OutputStream out, String line) throws IOException {
    out.write((line + "\n").getBytes(StandardCharsets.UTF_8));
  }

  /** Puts the lines of all tasks into one file, in the order of the input. */
  public void joinLines(Location to) throws IOException {
    join(to, LINES);
  }

  /** Puts what all tasks left out into one file, in the order of the input. */
  public void joinLeftOut(Location to) throws IOException {
    join(to, LEFT_OUT);
  }

  private void join(Location to, String ending) throws IOException {
    try (var out = to.create()) {
      for (var part : parts) {
        try (var in = folder.child(part.name() + ending).open()) {
          in.transferTo(out);
        }
      }
    }
  }

  public long numLines() {
    return numLines;
  }

  public long numLeftOut() {
    return numLeftOut;
  }

  /** Why images were left out. */
  public DropTally dropped() {
    return dropped;
  }

  /** What was kept with a change. */
  public DropTally adjusted() {
    return adjusted;
  }
}
