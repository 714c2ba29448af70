package ai.echogen.jobs;

import ai.echogen.data.RowRange;
import ai.echogen.data.layouts.CorpusCount;
import ai.echogen.data.layouts.CorpusStatistics;
import ai.echogen.data.layouts.CorpusStatistics.Category;
import ai.echogen.data.layouts.CorpusStatistics.Origin;
import ai.echogen.data.layouts.LayoutSource;
import ai.echogen.data.layouts.PhraseCount;
import ai.echogen.data.layouts.PhraseList;
import ai.echogen.data.layouts.StatisticsJson;
import ai.echogen.data.lines.LayoutLines;
import ai.echogen.data.shards.Dropped;
import ai.echogen.data.shards.ShardStore;
import ai.echogen.inference.ImageGrounder.Answer;
import ai.echogen.jobs.LayoutsJob.Settings;
import ai.echogen.jobs.cli.JobContext;
import ai.echogen.jobs.cli.TaskProgress;
import ai.echogen.jobs.draw.AnswerParts;
import ai.echogen.layout.Box;
import ai.echogen.layout.Region;
import ai.echogen.observe.Progress;
import ai.echogen.storage.Location;
import ai.echogen.storage.StagedDirectory;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.util.LongAccumulator;

/** Makes layouts on the executors, and joins their lines to one file. */
record LayoutsRun(Settings settings, JobContext context) {
  private static final int LAYOUTS_A_TASK = 1000;
  private static final Duration EVERY = Duration.ofSeconds(5);

  void run() throws IOException {
    try (var work = new StagedDirectory(Location.of(settings.out().uri() + ".parts"))) {
      var answers =
          switch (settings.source()) {
            case TEMPLATES -> made(settings.templateLayouts(phrases()), work.place());
            case RANDOM -> made(settings.randomLayouts(phrases()), work.place());
            case CORPUS -> made(settings.corpusLayouts(learnt(work.place())), work.place());
            case JSON_LINES -> chosen(work.place());
          };
      if (answers.numLines() == 0) {
        throw new IllegalArgumentException(
            "no layout could be made:\n  "
                + answers.dropped().dropped().stream()
                    .map(Dropped::toString)
                    .collect(Collectors.joining("\n  ")));
      }
      var joined = work.place().child("layouts.jsonl");
      answers.joinLines(joined);
      var leftOut = work.place().child("left-out.txt");
      answers.joinLeftOut(leftOut);
      var statistics = work.place().child("statistics.json");
      if (statistics.exists()) {
        statistics.moveTo(settings.learnt());
        context.console().println("wrote " + settings.learnt());
      }
      if (answers.numLeftOut() > 0) {
        leftOut.moveTo(settings.leftOut());
      }
      joined.moveTo(settings.out());
      tell(answers);
    }
  }

  private void tell(AnswerParts answers) {
    var console = context.console();
    answers.dropped().dropped().forEach(why -> console.println("left out: " + why));
    answers.adjusted().dropped().forEach(why -> console.println("kept with a change: " + why));
    if (answers.numLeftOut() > 0) {
      console.println("all that was left out: " + settings.leftOut());
    }
    console.printf(Locale.ROOT, "wrote %,d layouts to %s%n", answers.numLines(), settings.out());
    if (answers.numLines() < settings.count().orElse(0)) {
      console.printf(Locale.ROOT, "fewer than count=%,d%n", settings.count().orElse(0));
    }
  }

  private JavaSparkContext spark() {
    return JavaSparkContext.fromSparkContext(context.spark().sparkContext());
  }

  private PhraseList phrases() {
    if (settings.phrases().isPresent()) {
      return PhraseList.read(settings.phrases().get());
    }
    var rows = settings.rows();
    var read = context.spark().sparkContext().longAccumulator("rows read");
    try (var progress = progress("layouts: rows", rows.size(), read)) {
      var found = PhraseCount.of(spark(), rows, settings.corpus().categories(), read);
      context
          .console()
          .printf(
              Locale.ROOT,
              "layouts: %,d phrases%s%n",
              found.list().phrases().size(),
              tooLong(found.numTooLong(), "phrases"));
      return found.list();
    }
  }

  private static String tooLong(long number, String what) {
    return number == 0
        ? ""
        : String.format(
            Locale.ROOT,
            "; %,d regions were not used, whose %s have more than %d letters",
            number,
            what,
            PhraseList.LONGEST);
  }

  /** Counted and written down, or read. */
  private CorpusStatistics learnt(Location work) throws IOException {
    if (settings.statistics().isPresent()) {
      return StatisticsJson.read(settings.statistics().get());
    }
    var data = settings.data().orElseThrow();
    var rows = settings.rows();
    var origin =
        new Origin(
            data.uri(), settings.split(), ShardStore.manifest(data).fingerprint(settings.split()));
    var read = context.spark().sparkContext().longAccumulator("rows read");
    var label = String.format(Locale.ROOT, "layouts: rows, each %d times", CorpusCount.PASSES);
    try (var progress = progress(label, rows.size() * CorpusCount.PASSES, read)) {
      var learnt = settings.corpus().count().count(spark(), rows, origin, read);
      work.child("statistics.json").write(StatisticsJson.of(learnt));
      context.console().println(summary(learnt));
      return learnt;
    }
  }

  private static String summary(CorpusStatistics learnt) {
    long regions = learnt.boxes().count();
    long named = learnt.categories().stream().mapToLong(Category::count).sum();
    return String.format(
        Locale.ROOT,
        "layouts: learnt from %,d images: %,d categories, those of %.1f%% of %,d regions; %,d"
            + " pairs%s",
        learnt.images(),
        learnt.categories().size(),
        regions == 0 ? 0.0 : 100.0 * named / regions,
        regions,
        learnt.pairs().size(),
        tooLong(learnt.longTexts(), "categories"));
  }

  private AnswerParts made(LayoutSource source, Location work) {
    long count = settings.count().orElseThrow();
    var done = context.spark().sparkContext().longAccumulator("layouts made");
    var sent = spark().broadcast(source);
    var tasks = RowRange.tasks(count, LAYOUTS_A_TASK);
    try (var progress = progress("layouts: made", count, done)) {
      var answers =
          spark()
              .parallelize(tasks, tasks.size())
              .flatMap(
                  task ->
                      LongStream.range(task.from(), task.to())
                          .mapToObj(index -> answer(sent.value().layout(index), done))
                          .iterator());
      return AnswerParts.write(answers, work.child("parts"));
    } finally {
      sent.destroy();
    }
  }

  /** Layouts that are there, in the order of a hash of their ids; the first of them. */
  private AnswerParts chosen(Location work) {
    var given = settings.givenLayouts();
    var done = context.spark().sparkContext().longAccumulator("layouts written");
    var unwatched = context.spark().sparkContext().longAccumulator("layouts read");
    var sorted =
        settings
            .layoutInput()
            .read(context.spark(), LAYOUTS_A_TASK, 1)
            .map(named -> answer(given.layout(named), unwatched))
            .keyBy(answer -> given.order(answer.id()))
            .sortByKey()
            .values();
    JavaRDD<Answer> kept = sorted.filter(answer -> !answer.line().isEmpty());
    if (settings.count().isPresent()) {
      long count = settings.count().get();
      kept = kept.zipWithIndex().filter(numbered -> numbered._2() < count).keys();
    }
    try (var progress = progress("layouts: written", Progress.UNKNOWN, done)) {
      var leftOut = sorted.filter(answer -> answer.line().isEmpty());
      var all = kept.union(leftOut).map(answer -> counted(answer, done));
      return AnswerParts.write(all, work.child("parts"));
    }
  }

  private TaskProgress progress(String label, long total, LongAccumulator done) {
    return new TaskProgress(new Progress(context.console(), label, total, EVERY), done);
  }

  private static Answer counted(Answer answer, LongAccumulator done) {
    done.add(1);
    return answer;
  }

  private static Answer answer(LayoutSource.Made made, LongAccumulator done) {
    var line =
        made.layout()
            .map(
                layout -> {
                  List<Optional<Box>> boxes =
                      layout.regions().stream().map(Region::box).map(Optional::of).toList();
                  return LayoutLines.line(made.id(), layout, boxes);
                })
            .orElse("");
    done.add(1);
    return new Answer(made.id(), line, made.findings());
  }
}
