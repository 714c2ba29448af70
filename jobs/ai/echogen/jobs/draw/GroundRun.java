package ai.echogen.jobs.draw;

import ai.echogen.data.shards.Dropped;
import ai.echogen.inference.ImageGrounder;
import ai.echogen.inference.ImageGrounder.Asked;
import ai.echogen.jobs.cli.JobContext;
import ai.echogen.jobs.cli.TaskProgress;
import ai.echogen.jobs.model.ModelTexts;
import ai.echogen.observe.Progress;
import ai.echogen.storage.Location;
import ai.echogen.storage.StagedDirectory;
import java.io.IOException;
import java.time.Duration;
import java.util.Locale;
import java.util.stream.Collectors;
import org.apache.spark.sql.SparkSession;

/** Reads boxes from images into {@code boxes.jsonl}, and names each image it could not use. */
public record GroundRun(GenerateSettings settings, JobContext context) {
  public void run(GenerateInput<Asked> images) throws IOException {
    var spark = context.spark();
    AnswerParts answers;
    var name = "images=" + settings.images().orElseThrow();
    images.check(ModelTexts.of(settings.model()), spark, name, context.console());
    try (var staged = new StagedDirectory(settings.out())) {
      var parts = staged.place().child("parts");
      answers = answers(spark, images, parts);
      if (answers.numLines() == 0) {
        throw new IllegalArgumentException(
            "no image could be used:\n  "
                + answers.dropped().dropped().stream()
                    .map(Dropped::toString)
                    .collect(Collectors.joining("\n  ")));
      }
      answers.joinLines(staged.place().child("boxes.jsonl"));
      if (answers.numLeftOut() > 0) {
        answers.joinLeftOut(staged.place().child("left-out.txt"));
      }
      parts.delete();
      DrawRun.about(staged.place(), settings, context);
      staged.publish();
    }
    var console = context.console();
    answers.dropped().dropped().forEach(why -> console.println("left out: " + why));
    answers.adjusted().dropped().forEach(why -> console.println("kept with a change: " + why));
    console.printf(
        Locale.ROOT, "wrote boxes of %,d images to %s%n", answers.numLines(), settings.out());
    if (answers.numLeftOut() > 0) {
      console.printf(
          Locale.ROOT,
          "%,d images were left out: %s%n",
          answers.numLeftOut(),
          settings.out().child("left-out.txt"));
    }
  }

  private AnswerParts answers(SparkSession spark, GenerateInput<Asked> images, Location parts) {
    var done = spark.sparkContext().longAccumulator("images read");
    var grounder = new ImageGrounder(settings.model(), settings.mode(), settings.batch(), done);
    var every = Duration.ofSeconds(5);
    try (var progress =
        new TaskProgress(
            new Progress(context.console(), "generate: images read", images.size(), every), done)) {
      var answers = images.read(spark, settings.batch(), 1).mapPartitions(grounder);
      return AnswerParts.write(answers, parts);
    }
  }
}
