package ai.echogen.jobs;

import ai.echogen.jobs.cli.Job;
import ai.echogen.jobs.cli.JobContext;
import ai.echogen.jobs.cli.JobRunner;
import ai.echogen.jobs.cli.RunDirectory;
import ai.echogen.jobs.train.CycleRLSettings;
import ai.echogen.jobs.train.CycleRun;
import ai.echogen.jobs.train.TokenData;
import ai.echogen.model.JanusModel;
import ai.echogen.model.directory.JanusConfig;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Cycle RL: layout → image → layout; the agreement of the two layouts is the reward. */
public final class CycleRLJob extends Job<CycleRLSettings> {
  public CycleRLJob() {
    super(
        "cycle-rl",
        "Trains a model on its own drawings: what it reads from them is the reward.",
        CycleRLSettings.class);
  }

  public static void main(String[] args) {
    JobRunner.main(new CycleRLJob(), args);
  }

  @Override
  public List<String> plan(CycleRLSettings settings) throws IOException {
    var config = settings.init().onDisk(List.of(JanusConfig.FILE), JanusModel::readConfig);
    var layouts = settings.layouts();
    if (settings.train().eval().isOn()) {
      var unused = settings.heldOutLayouts(); // checks
    }
    if (settings.policy().anchor().isOn()) {
      var data =
          new TokenData(
              settings.data().orElseThrow(), Optional.empty(), Optional.of(settings.init()));
      var unused = data.require("train"); // checks
      data.requireSameTokenizer();
    }
    long drawings = (long) settings.train().batch() * settings.cycle().group();
    long rounds = settings.train().steps() / settings.cycle().innerEpochs();
    return List.of(
        "prompts            %s"
            .formatted(
                layouts
                    .map(
                        given ->
                            String.format(
                                Locale.ROOT,
                                "%,d of %s",
                                given.feed().size(),
                                settings.prompts().get()))
                    .orElse("random shape scenes")),
        String.format(
            Locale.ROOT,
            "drawings a step    %,d: %,d prompts, %,d each",
            drawings,
            settings.train().batch(),
            settings.cycle().group()),
        String.format(
            Locale.ROOT,
            "drawings in all    %,d, of %,d codes each",
            drawings * rounds,
            config.codes().perImage()));
  }

  @Override
  public Optional<RunDirectory> directory(CycleRLSettings settings) {
    return settings.replay().isPresent()
        ? Optional.empty()
        : Optional.of(settings.resume().in(settings.out()));
  }

  @Override
  public List<String> measure(CycleRLSettings settings, JobContext context) throws Exception {
    return new CycleRun(settings, context).measure();
  }

  @Override
  public void run(CycleRLSettings settings, JobContext context) throws Exception {
    var run = new CycleRun(settings, context);
    if (settings.replay().isPresent()) {
      run.replay(settings.replay().get());
    } else {
      run.run();
    }
  }
}
