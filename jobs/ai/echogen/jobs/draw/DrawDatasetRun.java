package ai.echogen.jobs.draw;

import static java.nio.charset.StandardCharsets.UTF_8;

import ai.echogen.data.shards.FoundSample;
import ai.echogen.data.shards.Manifest;
import ai.echogen.data.shards.Provenance;
import ai.echogen.data.shards.ShardStore;
import ai.echogen.jobs.cli.JobContext;
import ai.echogen.jobs.cli.ResumableShards;
import ai.echogen.jobs.cli.SamplePictures;
import ai.echogen.jobs.cli.ShardReport;
import ai.echogen.jobs.cli.TaskProgress;
import ai.echogen.jobs.model.ModelFingerprint;
import ai.echogen.jobs.model.ModelTexts;
import ai.echogen.layout.NamedLayout;
import ai.echogen.observe.Progress;
import ai.echogen.storage.Location;
import ai.echogen.storage.StagedDirectory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/**
 * Draws layouts into a shard directory, and says in {@code kept.json} what was kept and how well
 * drawings agreed. A run that was killed is gone on with.
 */
public record DrawDatasetRun(DrawDatasetSettings settings, JobContext context) {
  private static final String JOB = "draw-dataset";
  private static final String TALLIES = "agreement"; // a folder, until there is kept.json

  public void run() throws IOException {
    var layouts = settings.input();
    var about = about();
    var name = "layouts=" + settings.layouts();
    layouts.check(ModelTexts.of(settings.model()), context.spark(), name, context.console());
    if (settings.grounder().isPresent()) {
      layouts.check(ModelTexts.of(settings.reader()), context.spark(), name, context.console());
    }
    var manifest =
        ResumableShards.write(
            JOB,
            settings.out(),
            about + layoutsPrint(),
            context,
            staged -> draw(layouts, staged, about));
    var tallies = settings.out().child(TALLIES);
    var tally = tally(tallies);
    settings.out().child("kept.json").write(kept(tally));
    tallies.delete();
    SamplePictures.write(context.spark(), settings.out(), settings.outSplit());
    context.console().print(tally.table().console());
    ShardReport.print(manifest, settings.out(), context.console());
  }

  /** The settings, and which models they name. */
  private ObjectNode about() throws IOException {
    var about = (ObjectNode) context.provenance().get("settings");
    about.put("model_fingerprint", ModelFingerprint.of(settings.model()));
    if (settings.grounder().isPresent()) {
      about.put("grounder_fingerprint", ModelFingerprint.of(settings.reader()));
    }
    return about;
  }

  /** What the layouts are, wherever they lie. */
  private String layoutsPrint() throws IOException {
    return settings.layouts().isDirectory("layouts")
        ? ShardStore.manifest(settings.layouts()).fingerprint(settings.split())
        : settings.layouts().sha256();
  }

  private Manifest draw(
      GenerateInput<NamedLayout> layouts, StagedDirectory staged, ObjectNode about)
      throws IOException {
    var spark = context.spark();
    var done = spark.sparkContext().longAccumulator("layouts drawn");
    var tallies = staged.place().child(TALLIES);
    var map = new BestDrawing(settings.drawing(), settings.rule(), settings.batch(), tallies, done);
    var label =
        String.format(Locale.ROOT, "%s: layouts, %,d drawings each", JOB, settings.drawings());
    try (var progress =
        new TaskProgress(
            new Progress(context.console(), label, layouts.size(), Duration.ofSeconds(5)), done)) {
      var rows =
          layouts
              .read(spark, settings.batch(), settings.drawings())
              .mapPartitionsWithIndex(map, true);
      return ShardStore.resume(
          spark.createDataFrame(rows, FoundSample.SCHEMA),
          staged,
          new Provenance(JOB, about.toString(), List.of()));
    } catch (IllegalArgumentException e) {
      var tally = tally(tallies);
      if (tally.numLayouts() > 0 && tally.numKept() == 0) {
        throw noneKept(tally, e);
      }
      throw e;
    }
  }

  private IllegalArgumentException noneKept(AgreementTally tally, Exception e) {
    return new IllegalArgumentException(
        String.format(
            Locale.ROOT,
            "no drawing of %,d layouts agreed with its layout by keep=%s: the best of %,d drawings"
                + " agrees by %.3f in the mean; lower keep, or give more drawings or a better"
                + " model",
            tally.numLayouts(),
            settings.keep(),
            settings.drawings(),
            tally.meanOfBest()),
        e);
  }

  private static AgreementTally tally(Location folder) throws IOException {
    var tally = new AgreementTally();
    for (var part : folder.list()) {
      if (!Location.isPart(part.getPath().getName())) {
        tally.add(AgreementTally.read(folder.child(part.getPath().getName())));
      }
    }
    return tally;
  }

  private byte[] kept(AgreementTally tally) {
    var json = tally.json();
    json.put("drawings", settings.drawings()).put("keep", settings.keep());
    json.put("agreement", settings.agreement().name().toLowerCase(Locale.ROOT).replace('_', '-'));
    json.set("provenance", context.provenance());
    return (json.toPrettyString() + "\n").getBytes(UTF_8);
  }
}
