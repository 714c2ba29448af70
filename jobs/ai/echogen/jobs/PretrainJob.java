package ai.echogen.jobs;

import ai.echogen.jobs.cli.Job;
import ai.echogen.jobs.cli.JobContext;
import ai.echogen.jobs.cli.JobRunner;
import ai.echogen.jobs.cli.RunDirectory;
import ai.echogen.jobs.train.PretrainRun;
import ai.echogen.jobs.train.PretrainSettings;
import ai.echogen.model.JanusModel;
import ai.echogen.model.decoder.Decoder;
import ai.echogen.model.decoder.TextIds;
import ai.echogen.model.directory.JanusConfig;
import ai.echogen.objectives.PmtpMemory;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Pre-trains the transformer on token shards: both tasks, one model. */
public final class PretrainJob extends Job<PretrainSettings> {
  public PretrainJob() {
    super(
        "pretrain",
        "Trains the transformer on token shards (stage=pmtp or djo).",
        PretrainSettings.class);
  }

  public static void main(String[] args) {
    JobRunner.main(new PretrainJob(), args);
  }

  @Override
  public List<String> plan(PretrainSettings settings) throws IOException {
    var source = settings.init().or(settings::tokenizer).orElseThrow();
    var read =
        source.onDisk(
            List.of(JanusConfig.FILE),
            settings.init().isPresent() ? JanusModel::readConfig : JanusConfig::read);
    var data = settings.tokenData();
    long samples = data.require("train");
    if (settings.train().eval().isOn()) {
      data.require(settings.train().eval().split());
    }
    data.requireSameTokenizer();
    boolean isNew = settings.init().isEmpty();
    var ids = new TextIds(isNew ? settings.maxWords() : read.vocabulary(), 0, 0, 0, 0, 0, 0);
    int bins = isNew ? settings.locationBins() : read.locationBins();
    try (var decoder =
        new Decoder(
            read.decoder().orElse(settings.model()),
            read.codes(),
            ids,
            settings.form(),
            Optional.empty(),
            settings.lora().ifOn())) {
      var lines = new ArrayList<String>();
      lines.add(String.format(Locale.ROOT, "training samples   %,d", samples));
      if (settings.learnsWords()) {
        lines.add(
            "words of the data that the tokenizer of init lacks get tokens, if it is one of whole words");
      }
      if (isNew) {
        lines.add(
            "with the largest vocabulary and texts that there may be (--dry-run=measure: with those of the data):");
      }
      int cores = Runtime.getRuntime().availableProcessors();
      lines.addAll(settings.sizes(decoder, PmtpMemory.Lengths.most(bins), cores));
      return lines;
    }
  }

  @Override
  public List<String> measure(PretrainSettings settings, JobContext context) throws Exception {
    return new PretrainRun(settings, context).measure();
  }

  @Override
  public Optional<RunDirectory> directory(PretrainSettings settings) {
    return Optional.of(settings.resume().in(settings.out()));
  }

  @Override
  public void run(PretrainSettings settings, JobContext context) throws Exception {
    new PretrainRun(settings, context).run();
  }
}
