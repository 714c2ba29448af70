package ai.echogen.jobs;

import ai.echogen.config.Check;
import ai.echogen.data.layouts.Arrangement;
import ai.echogen.data.layouts.CorpusCount;
import ai.echogen.data.layouts.CorpusLayouts;
import ai.echogen.data.layouts.CorpusStatistics;
import ai.echogen.data.layouts.GivenLayouts;
import ai.echogen.data.layouts.LayoutBounds;
import ai.echogen.data.layouts.LayoutSource;
import ai.echogen.data.layouts.PhraseList;
import ai.echogen.data.layouts.RandomLayouts;
import ai.echogen.data.layouts.StatisticsJson;
import ai.echogen.data.layouts.TemplateLayouts;
import ai.echogen.data.shards.ShardSplit;
import ai.echogen.data.shards.ShardStore;
import ai.echogen.jobs.cli.Job;
import ai.echogen.jobs.cli.JobContext;
import ai.echogen.jobs.cli.JobRunner;
import ai.echogen.jobs.draw.GenerateInput;
import ai.echogen.layout.NamedLayout;
import ai.echogen.storage.Location;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** Makes layouts without images, as JSON lines that can be drawn or trained on. */
public final class LayoutsJob extends Job<LayoutsJob.Settings> {
  /** What layouts are made of. */
  public enum Source {
    /** Arrangements that have names, filled with phrases. */
    TEMPLATES,
    /** What the layouts of shards are like. */
    CORPUS,
    /** Random boxes and phrases. */
    RANDOM,
    /** Layouts that are there. */
    JSON_LINES
  }

  /**
   * What is learnt of shards.
   *
   * @param categories most categories, or phrases, that are kept
   * @param pairs most pairs of categories that are kept
   * @param minPairs least times that a pair comes together to be kept
   * @param shrinkage boxes of all categories that count with those of one
   */
  public record Corpus(int categories, int pairs, int minPairs, double shrinkage) {
    private static final int MOST_PAIRS = 100_000;

    public Corpus {
      new Check()
          .that(
              "categories",
              categories >= 1 && categories <= PhraseList.MOST,
              String.format(Locale.ROOT, "must be 1 to %d, got %d", PhraseList.MOST, categories))
          .that(
              "pairs",
              pairs >= 0 && pairs <= MOST_PAIRS,
              String.format(Locale.ROOT, "must be 0 to %d, got %d", MOST_PAIRS, pairs))
          .that("minPairs", minPairs >= 1, "must be > 0, got " + minPairs)
          .that(
              "shrinkage", shrinkage >= 0 && shrinkage <= 1e6, "must be 0 to 1e6, got " + shrinkage)
          .orThrow();
    }

    CorpusCount count() {
      return new CorpusCount(categories, pairs, minPairs);
    }
  }

  /**
   * The section {@code layouts} of reference.conf.
   *
   * @param out file to write
   * @param count layouts to make
   * @param minArea least area of a box, as a share of the image
   * @param maxIou most that two boxes may have in common
   * @param phrases file with a phrase a line
   * @param data sample or token shards
   * @param templates arrangements to choose from; all of them if none is named
   * @param layouts JSON lines or a shard directory
   * @param statistics what an earlier run has learnt
   */
  public record Settings(
      Source source,
      Location out,
      Optional<Integer> count,
      long seed,
      int minRegions,
      int maxRegions,
      double minArea,
      double maxIou,
      Optional<Location> phrases,
      Optional<Location> data,
      String split,
      List<Arrangement> templates,
      Optional<Location> layouts,
      Optional<Location> statistics,
      Corpus corpus) {
    public Settings {
      templates = List.copyOf(templates);
      boolean isGiven = source == Source.JSON_LINES;
      boolean isLearnt = source == Source.CORPUS;
      boolean isNamed = !isGiven && !isLearnt;
      new Check()
          .that(
              "count",
              isGiven || count.isPresent(),
              "must be given, unless source=json-lines, of which all are taken without it")
          .that(
              "count",
              count.orElse(1) >= 1 && count.orElse(1) <= LayoutSource.MOST,
              String.format(
                  Locale.ROOT, "must be 1 to %d, got %d", LayoutSource.MOST, count.orElse(1)))
          .that(
              "phrases",
              !isNamed || phrases.isPresent() != data.isPresent(),
              "or data must be given, one of them: the phrases to take")
          .that("phrases", !isLearnt || phrases.isEmpty(), "is not for source=corpus")
          .that(
              "data",
              !isLearnt || data.isPresent() != statistics.isPresent(),
              "or statistics must be given, one of them: what to learn from")
          .that("data", !isGiven || data.isEmpty(), "is not for source=json-lines; give layouts=")
          .that("layouts", !isGiven || layouts.isPresent(), "must be given for source=json-lines")
          .that("layouts", isGiven || layouts.isEmpty(), "is for source=json-lines")
          .that("statistics", isLearnt || statistics.isEmpty(), "is for source=corpus")
          .that(
              "templates",
              source == Source.TEMPLATES || templates.isEmpty(),
              "is for source=templates")
          .orThrow();
      var unused = new LayoutBounds(minRegions, maxRegions, minArea, maxIou); // checks
    }

    LayoutBounds bounds() {
      return new LayoutBounds(minRegions, maxRegions, minArea, maxIou);
    }

    /** The rows to learn from. */
    ShardSplit rows() {
      return ShardStore.split(data.orElseThrow(), split, "caption", "regions");
    }

    /** The file beside {@code out} that says what was learnt. */
    Location learnt() {
      return beside(".statistics.json");
    }

    /** The file beside {@code out} that names what was left out. */
    Location leftOut() {
      return beside(".left-out.txt");
    }

    private Location beside(String ending) {
      return Location.of(out.uri().replaceFirst("\\.jsonl$", "") + ending);
    }

    LayoutSource templateLayouts(PhraseList list) {
      var arrangements =
          templates.isEmpty() ? TemplateLayouts.possible(minRegions, maxRegions) : templates;
      return new TemplateLayouts(seed, list, arrangements, minRegions, maxRegions);
    }

    LayoutSource randomLayouts(PhraseList list) {
      return new RandomLayouts(seed, list, bounds());
    }

    LayoutSource corpusLayouts(CorpusStatistics learnt) {
      return CorpusLayouts.of(learnt, seed, bounds(), corpus.shrinkage());
    }

    GivenLayouts givenLayouts() {
      return new GivenLayouts(seed, bounds(), phrases.map(PhraseList::read).orElse(null));
    }

    GenerateInput<NamedLayout> layoutInput() {
      return GenerateInput.layouts(layouts.orElseThrow(), split, Optional.empty());
    }
  }

  public LayoutsJob() {
    super(
        "layouts",
        "Makes layouts without images: from templates, learnt from shards, random, or chosen.",
        Settings.class);
  }

  public static void main(String[] args) {
    JobRunner.main(new LayoutsJob(), args);
  }

  @Override
  public List<String> plan(Settings settings) {
    var lines = new ArrayList<String>();
    switch (settings.source()) {
      case TEMPLATES, RANDOM -> lines.add(phrases(settings));
      case CORPUS -> lines.add(corpus(settings));
      case JSON_LINES -> {
        var unused = settings.givenLayouts(); // checks
        lines.add(
            String.format(
                Locale.ROOT,
                "reads  %,d layouts of %s",
                settings.layoutInput().size(),
                settings.layouts().orElseThrow()));
      }
    }
    boolean learns = settings.source() == Source.CORPUS && settings.data().isPresent();
    Stream.concat(
            Stream.of(settings.out(), settings.leftOut()),
            learns ? Stream.of(settings.learnt()) : Stream.of())
        .forEach(LayoutsJob::requireFree);
    var number = settings.count().map(n -> String.format(Locale.ROOT, "%,d", n)).orElse("all");
    lines.add("writes " + number + " layouts to " + settings.out());
    if (learns) {
      lines.add("writes what was learnt to " + settings.learnt());
    }
    return lines;
  }

  private static String phrases(Settings settings) {
    if (settings.data().isPresent()) {
      return String.format(
          Locale.ROOT,
          "takes  the %,d most frequent phrases of %,d rows of %s",
          settings.corpus().categories(),
          settings.rows().size(),
          settings.data().get());
    }
    var file = settings.phrases().orElseThrow();
    var list = PhraseList.read(file);
    var unused =
        settings.source() == Source.RANDOM
            ? settings.randomLayouts(list)
            : settings.templateLayouts(list); // checks
    return String.format(
        Locale.ROOT,
        "takes  %,d phrases of %s%s",
        list.phrases().size(),
        file,
        list.numRepeated() == 0
            ? ""
            : String.format(Locale.ROOT, "; %,d lines repeat one", list.numRepeated()));
  }

  private static String corpus(Settings settings) {
    if (settings.data().isPresent()) {
      return String.format(
          Locale.ROOT, "learns from %,d rows of %s", settings.rows().size(), settings.data().get());
    }
    var learnt = StatisticsJson.read(settings.statistics().orElseThrow());
    var unused = settings.corpusLayouts(learnt); // checks
    return String.format(
        Locale.ROOT,
        "takes  %,d categories and %,d pairs of %s, learnt from %s",
        learnt.categories().size(),
        learnt.pairs().size(),
        settings.statistics().get(),
        learnt.origin().data());
  }

  private static void requireFree(Location file) {
    try {
      if (file.exists()) {
        throw new IllegalArgumentException(
            file + ": is there already; give another out, or remove it first");
      }
    } catch (IOException e) {
      throw new UncheckedIOException(file + ": " + e.getMessage(), e);
    }
  }

  @Override
  public void run(Settings settings, JobContext context) throws IOException {
    new LayoutsRun(settings, context).run();
  }
}
