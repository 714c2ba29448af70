package ai.echogen.jobs.train;

import ai.echogen.data.Sample;
import ai.echogen.data.feed.ShardFeed;
import ai.echogen.data.shards.ShardStore;
import ai.echogen.data.shards.TokenShards;
import ai.echogen.jobs.cli.JobContext;
import ai.echogen.jobs.cli.RunFiles;
import ai.echogen.jobs.cli.TrainingRun;
import ai.echogen.jobs.cli.Trial;
import ai.echogen.model.decoder.AttentionForm;
import ai.echogen.model.decoder.Decoder;
import ai.echogen.model.decoder.ImageCodes;
import ai.echogen.model.directory.JanusConfig;
import ai.echogen.objectives.LayoutTokens;
import ai.echogen.objectives.ObjectiveSource;
import ai.echogen.objectives.PmtpMemory;
import ai.echogen.objectives.PmtpSource;
import ai.echogen.objectives.TransformerSource;
import ai.echogen.objectives.djo.DjoObjective;
import ai.echogen.objectives.rows.NamedLayoutRows;
import ai.echogen.tokens.LocationCodec;
import ai.echogen.tokens.WordVocabulary;
import ai.echogen.torch.Tensors;
import ai.echogen.train.EvalSettings;
import ai.echogen.train.cluster.Evaluator;
import ai.echogen.train.cluster.GroundingEvaluator;
import ai.echogen.train.cluster.HeldOutEvaluator;
import ai.echogen.train.cluster.Supply;
import ai.echogen.train.cluster.Training;
import ai.echogen.train.rollout.GroundedBoxes;
import ai.echogen.train.rollout.Prompts;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.apache.spark.sql.SparkSession;

/** One run of pre-training: what it starts from, the stage, the samples, and what it leaves. */
public record PretrainRun(PretrainSettings settings, JobContext context) {
  private static final int GROUNDED_AT_ONCE = 32;
  private static final int PHRASES_OF = 1000; // samples
  private static final int MOST_PHRASES = 256;
  private static final int SURVEYED = 1000; // samples
  private static final int MOST_NAMED = 20; // words

  public void run() throws Exception {
    try (var files = new RunFiles(settings.resume().in(settings.out()), context);
        var opened = open()) {
      sayNewWords(opened.newWords());
      opened.start().texts().check(context.spark(), settings.data(), "train", context.console());
      context
          .console()
          .printf(
              Locale.ROOT,
              "%,d training samples, %,d tokens in the vocabulary%n",
              opened.samples().size(),
              opened.start().grammar().vocabularySize());
      var supply = announcing(Supply.of(opened.samples()));
      new TrainingRun(
              settings.stage().name(), settings.train(), settings.resume(), settings.pauseAt())
          .train(
              context,
              files,
              subject(opened, settings.firstCausalStep(), supply),
              weights -> opened.output().finish(files, weights));
    }
  }

  /** What a little of it says of the whole; nothing of it stays. */
  public List<String> measure() throws Exception {
    var lines = new ArrayList<String>();
    var trial = new Trial(settings.train(), settings.out(), context);
    long steps = settings.train().steps();
    long causal = isDjo() ? 0 : steps - Math.min(steps, Math.max(0, settings.firstCausalStep()));
    for (boolean isCausal : List.of(false, true)) {
      long some = isCausal ? causal : steps - causal;
      if (some > 0) {
        try (var opened = open()) {
          if (lines.isEmpty()) {
            lines.addAll(sizes(opened));
          }
          var form = isCausal ? AttentionForm.SEPARATE : opened.decoder().form();
          var supply = Supply.of(opened.samples());
          trial.measure(form.key(), some, subject(opened, isCausal ? 0 : steps, supply));
        }
      }
    }
    lines.addAll(trial.lines());
    return lines;
  }

  /** Owns what it is started from. */
  private record Opened(
      StartModel start,
      List<String> newWords,
      Decoder decoder,
      ShardFeed<LayoutTokens> samples,
      ModelOutput output)
      implements AutoCloseable {
    @Override
    public void close() {
      decoder.close();
      start.close();
    }
  }

  private Opened open() throws IOException {
    Tensors.setThreadsPerTask(1);
    var grown = start();
    var start = grown.model();
    try {
      settings.tokenData().requireSameTokenizer(start.fingerprint());
      var rows =
          settings.absentShare() > 0 ? start.rows(settings.absentShare(), phrases()) : start.rows();
      var samples = ShardFeed.of(settings.data(), "train", rows);
      var decoder =
          start.decoder(
              isDjo() ? finalForm() : settings.form(), settings.precision(), settings.lora());
      var output = new ModelOutput(start, decoder, settings.lora(), settings.init(), context);
      return new Opened(start, grown.words(), decoder, samples, output);
    } catch (IOException | RuntimeException e) {
      start.close();
      throw e;
    }
  }

  private StartModel.Grown start() throws IOException {
    if (settings.init().isEmpty()) {
      var fresh = StartModel.fresh(settings, words(context.spark()));
      return new StartModel.Grown(fresh, List.of());
    }
    var start = StartModel.of(settings.init().get(), finalForm(), settings.grounding());
    try {
      return settings.learnsWords() && start.takesWords()
          ? start.with(words(context.spark()).words(), settings.train().seed())
          : new StartModel.Grown(start, List.of());
    } catch (RuntimeException e) {
      start.close();
      throw e;
    }
  }

  private void sayNewWords(List<String> words) {
    if (!words.isEmpty()) {
      context
          .console()
          .printf(
              Locale.ROOT,
              "%,d words are new to init, and get tokens of their own: %s%s%n",
              words.size(),
              String.join(", ", words.subList(0, Math.min(words.size(), MOST_NAMED))),
              words.size() > MOST_NAMED ? ", …" : "");
    }
  }

  private TrainingRun.Subject<LayoutTokens> subject(
      Opened opened, long firstCausalStep, Supply<LayoutTokens> supply) throws IOException {
    var output = opened.output();
    return new TrainingRun.Subject<>(
        source(output, firstCausalStep),
        supply,
        output.initial(settings.train().seed()),
        output.files(),
        fingerprints(opened.start()),
        evaluators(opened.start()),
        OptionalLong.of(lastOfAnotherForm()));
  }

  /** The finished model is one that has learnt in the form that it is run in. */
  private long lastOfAnotherForm() {
    long change = settings.firstCausalStep();
    return isDjo() || change >= settings.train().steps() ? 0 : change;
  }

  /** Of the model for these data, and the memory that it is computed to need. */
  private List<String> sizes(Opened opened) throws IOException {
    var first = opened.samples().head(SURVEYED).read();
    var longest = PmtpMemory.Lengths.longest(first);
    int threads = Training.numThreads(context.spark(), settings.train());
    var lines = new ArrayList<String>();
    lines.add(
        String.format(
            Locale.ROOT,
            "as measured, with %d threads, texts of up to %d and questions of up to %d tokens in %,d samples:",
            threads,
            longest.text(),
            longest.question(),
            first.size()));
    lines.addAll(settings.sizes(opened.decoder(), longest, threads));
    return lines;
  }

  /** What the first samples are asked for: what others may be asked for in vain. */
  private List<String> phrases() throws IOException {
    var layouts =
        ShardFeed.of(settings.data(), "train", new NamedLayoutRows()).head(PHRASES_OF).read();
    return Prompts.phrases(layouts, MOST_PHRASES);
  }

  private List<Evaluator<LayoutTokens>> evaluators(StartModel start) throws IOException {
    var eval = settings.train().eval();
    if (!eval.isOn()) {
      return List.of();
    }
    var samples = ShardFeed.of(settings.data(), eval.split(), start.rows());
    var losses = new HeldOutEvaluator<>(samples, settings.train().batch(), eval.samples());
    return eval.accuracy()
        ? List.of(
            losses,
            new GroundingEvaluator(
                start.grounding(finalForm(), settings.precision()),
                heldOut(eval, start.config().codes())))
        : List.of(losses);
  }

  /** Held-out images in batches; those of the settings are few. */
  private List<GroundedBoxes.Images> heldOut(EvalSettings eval, ImageCodes codes) {
    var rows =
        ShardStore.split(settings.data(), eval.split(), "id", "caption", "regions", "codes")
            .head(eval.samples())
            .read();
    var batches = new ArrayList<GroundedBoxes.Images>();
    for (int from = 0; from < rows.size(); from += GROUNDED_AT_ONCE) {
      var part = rows.subList(from, Math.min(rows.size(), from + GROUNDED_AT_ONCE));
      batches.add(
          new GroundedBoxes.Images(
              part.stream()
                  .map(row -> TokenShards.codes(row, codes.perImage(), codes.codebook()))
                  .toList(),
              part.stream().map(row -> TokenShards.trim(Sample.layout(row))).toList()));
    }
    return batches;
  }

  private Map<String, String> fingerprints(StartModel start) {
    var fingerprints = new TreeMap<String, String>();
    fingerprints.put("data", ShardStore.manifest(settings.data()).fingerprint("train"));
    fingerprints.put("tokenizer", start.fingerprint());
    if (settings.init().isPresent()) {
      fingerprints.put("init", start.weights().sha256());
    }
    return fingerprints;
  }

  private ObjectiveSource<LayoutTokens> source(ModelOutput output, long firstCausalStep) {
    var djo = settings.djo();
    long steps = settings.train().steps();
    return isDjo()
        ? new TransformerSource<>(
            output.spec(),
            (model, frozen, reference) -> new DjoObjective(model, djo, steps, frozen),
            null)
        : new PmtpSource(output.spec(), settings.pmtp(), firstCausalStep);
  }

  /** The same samples; says when the form changes, and with it what the loss is. */
  private <S> Supply<S> announcing(Supply<S> samples) {
    long change = settings.firstCausalStep();
    if (isDjo() || change <= 0 || change >= settings.train().steps()) {
      return samples;
    }
    var exchange = settings.train().exchange();
    long told = exchange.inRounds() ? change - change % exchange.innerSteps() : change;
    return (training, metrics) -> {
      var portion = samples.next(training, metrics);
      if (training.step() == told) {
        context
            .console()
            .printf(
                Locale.ROOT,
                "from step %d on the form is separate (causalShare=%s, that of the finished model): "
                    + "the loss jumps there, as the model has not learnt in it yet, and falls again%n",
                change,
                settings.causalShare());
      }
      return training.step() < told
          ? portion.map(p -> new Supply.Portion<>(p.feed(), Math.min(told, p.until()), p.isWhole()))
          : portion;
    };
  }

  private boolean isDjo() {
    return settings.stage() == PretrainSettings.StageName.DJO;
  }

  /** The form that the finished model is run in: DJO goes on in that of its start. */
  private AttentionForm finalForm() throws IOException {
    return isDjo()
        ? settings.init().orElseThrow().onDisk(List.of(JanusConfig.FILE), JanusConfig::read).form()
        : settings.finalForm();
  }

  private WordVocabulary words(SparkSession spark) {
    return CaptionWords.count(
        spark, settings.data(), settings.maxWords(), new LocationCodec(settings.locationBins()));
  }
}
