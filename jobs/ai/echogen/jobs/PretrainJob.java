package ai.echogen.jobs;

import ai.echogen.config.Check;
import ai.echogen.jobs.cli.Job;
import ai.echogen.jobs.cli.JobContext;
import ai.echogen.jobs.cli.JobRunner;
import ai.echogen.jobs.cli.RunDirectory;
import ai.echogen.jobs.cli.TrainingRun;
import ai.echogen.model.JanusModel;
import ai.echogen.model.decoder.AttentionForm;
import ai.echogen.model.decoder.Decoder;
import ai.echogen.model.decoder.DecoderConfig;
import ai.echogen.model.decoder.LoraConfig;
import ai.echogen.model.decoder.Precision;
import ai.echogen.model.decoder.TextIds;
import ai.echogen.model.directory.GroundingFeatures;
import ai.echogen.model.directory.JanusConfig;
import ai.echogen.model.vision.VisionConfig;
import ai.echogen.objectives.PmtpMemory;
import ai.echogen.objectives.PmtpObjective;
import ai.echogen.objectives.djo.DjoObjective;
import ai.echogen.storage.Location;
import ai.echogen.train.TrainerSettings;
import ai.echogen.train.TrainingMemory;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Pre-trains the transformer on token shards: both tasks, one model. */
public final class PretrainJob extends Job<PretrainJob.Settings> {
  /** The training stages of this job. */
  public enum StageName {
    /** Both tasks on real samples. */
    PMTP,
    /** What is drawn flows into what is read, from a pre-trained model on. */
    DJO
  }

  /**
   * @param data token shards
   * @param tokenizer directory of the VQ tokenizer that made the codes; that of {@code init} if
   *     absent
   * @param init model directory to start from; a new model if absent
   * @param out directory of the run
   * @param pauseAt step to stop at, to be resumed later
   * @param form attention form; see {@link AttentionForm}
   * @param precision what the transformer computes in
   * @param causalShare last share of the steps in plain causal form, so that other software can run
   *     the model
   * @param locationBins bins an axis of the location tokens
   * @param maxWords most words of the vocabulary
   * @param newWords whether words of the data that the tokenizer of {@code init} lacks get tokens
   * @param absentShare share of the samples that are also asked for something that is not there
   * @param grounding what grounding reads of an image
   * @param visionEncoder whether there is a vision encoder that grounding does not read through
   * @param lora adapter that is trained in place of the whole model
   * @param pmtp of the stage pmtp
   * @param djo of the stage djo, which runs in the form that {@code init} was finished in
   * @param train how
   */
  public record Settings(
      StageName stage,
      Location data,
      Optional<Location> tokenizer,
      Optional<Location> init,
      Location out,
      TrainingRun.Resume resume,
      Optional<Long> pauseAt,
      AttentionForm form,
      Precision precision,
      double causalShare,
      int locationBins,
      int maxWords,
      boolean newWords,
      double absentShare,
      DecoderConfig model,
      GroundingFeatures grounding,
      boolean visionEncoder,
      VisionConfig vision,
      LoraConfig lora,
      PmtpObjective.Settings pmtp,
      DjoObjective.Settings djo,
      TrainerSettings train) {
    public Settings {
      new Check()
          .that(
              "causalShare",
              causalShare >= 0 && causalShare <= 1,
              "must be in [0, 1], got " + causalShare)
          .that("locationBins", locationBins >= 2, "must be >= 2, got " + locationBins)
          .that(
              "absentShare",
              absentShare >= 0 && absentShare <= 1,
              "must be in [0, 1], got " + absentShare)
          .that("maxWords", maxWords > 0, "must be > 0, got " + maxWords)
          .that(
              "tokenizer",
              tokenizer.isPresent() || init.isPresent(),
              "must be given, unless init is")
          .that(
              "train.eval.accuracy",
              !train.eval().accuracy() || !lora.isOn() && grounding == GroundingFeatures.VQ,
              "is measured of whole models that read codes: not with lora or grounding=siglip")
          .that(
              "lora.rank", !lora.isOn() || init.isPresent(), "adapts a model: give it as init=DIR")
          .that(
              "init",
              stage == StageName.PMTP || init.isPresent(),
              "must be given for stage=djo: the model to go on from")
          .that(
              "grounding",
              stage == StageName.PMTP || grounding == GroundingFeatures.VQ,
              "must be vq for stage=djo, got siglip")
          .that(
              "form",
              grounding == GroundingFeatures.VQ || form == AttentionForm.SEPARATE,
              "must be separate with grounding=siglip, got " + form.key())
          .orThrow();
    }

    /** The form that the finished model is run in. */
    public AttentionForm finalForm() {
      return causalShare > 0 || form.isPlainCausal() ? AttentionForm.SEPARATE : form;
    }

    TokenData tokenData() {
      return new TokenData(data, tokenizer, init);
    }

    /**
     * What a model and a step come to, for people.
     *
     * @param longest of the samples
     * @param threads that train
     */
    List<String> sizes(Decoder decoder, PmtpMemory.Lengths longest, int threads) {
      var codes = decoder.codes();
      long parameters = decoder.parameters().layout().size();
      long trained = decoder.trainedLayout().size();
      var lines = new ArrayList<String>();
      lines.add(
          String.format(
              Locale.ROOT,
              "parameters         %,d (with a vocabulary of %,d), %,d of them trained",
              parameters,
              decoder.ids().vocabulary(),
              trained));
      lines.add(
          String.format(
              Locale.ROOT,
              "image tokens       %,d of %,d codes",
              codes.perImage(),
              codes.codebook()));
      lines.add(
          String.format(
              Locale.ROOT, "image tokens a step %,d", (long) train.batch() * codes.perImage()));
      long pass = PmtpMemory.of(decoder, pmtp).bytes(train.samplesAMicroShard(), longest);
      long frozen = lora.isOn() ? parameters : 0;
      lines.addAll(TrainingMemory.of(train, trained, frozen, threads, pass).lines());
      return lines;
    }

    /** Whether init may get new words: an adapter has no rows for them. */
    boolean learnsWords() {
      return init.isPresent() && newWords && !lora.isOn();
    }

    boolean hasVision() {
      return visionEncoder || grounding == GroundingFeatures.SIGLIP;
    }

    long firstCausalStep() {
      return form.isPlainCausal() ? train.steps() : Math.round(train.steps() * (1 - causalShare));
    }
  }

  public PretrainJob() {
    super(
        "pretrain", "Trains the transformer on token shards (stage=pmtp or djo).", Settings.class);
  }

  public static void main(String[] args) {
    JobRunner.main(new PretrainJob(), args);
  }

  @Override
  public List<String> plan(Settings settings) throws IOException {
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
  public List<String> measure(Settings settings, JobContext context) throws Exception {
    return new PretrainRun(settings, context).measure();
  }

  @Override
  public Optional<RunDirectory> directory(Settings settings) {
    return Optional.of(settings.resume().in(settings.out()));
  }

  @Override
  public void run(Settings settings, JobContext context) throws Exception {
    new PretrainRun(settings, context).run();
  }
}
