package ai.echogen.jobs;

import ai.echogen.data.shards.DropTally;
import ai.echogen.data.shards.Dropped;
import ai.echogen.data.shards.Finding;
import ai.echogen.inference.ImageGrounder;
import ai.echogen.inference.ImageGrounder.Answer;
import ai.echogen.inference.ImageGrounder.Asked;
import ai.echogen.jobs.cli.JobContext;
import ai.echogen.jobs.cli.TaskProgress;
import ai.echogen.observe.Progress;
import ai.echogen.storage.StagedDirectory;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;

/** Reads boxes from images into {@code boxes.jsonl}, and names each image it could not use. */
record GroundRun(GenerateJob.Settings settings, JobContext context) {
  void run(GenerateInput<Asked> images) throws IOException {
    var spark = context.spark();
    long read;
    DropTally dropped;
    DropTally adjusted;
    try (var staged = new StagedDirectory(settings.out())) {
      var answers = answers(spark, images);
      dropped = tally(answers, finding -> !finding.kept());
      adjusted = tally(answers, Finding::kept);
      var lines = answers.stream().map(Answer::line).filter(line -> !line.isEmpty()).toList();
      read = lines.size();
      if (lines.isEmpty()) {
        throw new IllegalArgumentException(
            "no image could be used:\n  "
                + dropped.dropped().stream()
                    .map(Dropped::toString)
                    .collect(Collectors.joining("\n  ")));
      }
      staged.place().child("boxes.jsonl").write(text(lines.stream()));
      if (read < answers.size()) {
        staged.place().child("left-out.txt").write(text(leftOut(answers)));
      }
      staged.publish();
    }
    dropped.dropped().forEach(why -> context.console().println("left out: " + why));
    adjusted.dropped().forEach(why -> context.console().println("kept with a change: " + why));
    context.console().printf("wrote boxes of %,d images to %s%n", read, settings.out());
  }

  /** An answer is a line of text: those of millions of images fit into the driver's memory. */
  private List<Answer> answers(SparkSession spark, GenerateInput<Asked> images) {
    var done = spark.sparkContext().longAccumulator("images read");
    var grounder =
        new ImageGrounder(settings.model(), settings.form().orElse(null), settings.batch(), done);
    var every = Duration.ofSeconds(5);
    try (var progress =
        new TaskProgress(
            new Progress(context.console(), "generate: images read", images.size(), every), done)) {
      return images.read(spark, settings.batch(), 1).mapPartitions(grounder).collect();
    }
  }

  private static DropTally tally(List<Answer> answers, Predicate<Finding> which) {
    var tally = new DropTally();
    answers.stream()
        .flatMap(answer -> answer.findings().stream())
        .filter(which)
        .forEach(finding -> tally.add(finding.reason(), finding.what()));
    return tally;
  }

  private static Stream<String> leftOut(List<Answer> answers) {
    return answers.stream()
        .flatMap(
            answer ->
                answer.findings().stream()
                    .filter(finding -> !finding.kept())
                    .map(f -> "%s: %s: %s".formatted(answer.id(), f.reason(), f.what())));
  }

  private static byte[] text(Stream<String> lines) {
    return lines
        .map(line -> line + "\n")
        .collect(Collectors.joining())
        .getBytes(StandardCharsets.UTF_8);
  }
}
