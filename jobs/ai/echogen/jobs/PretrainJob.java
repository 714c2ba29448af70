package ai.echogen.jobs;

import ai.echogen.config.Check;
import ai.echogen.jobs.cli.Job;
import ai.echogen.jobs.cli.JobContext;
import ai.echogen.jobs.cli.JobRunner;
import ai.echogen.jobs.cli.RunDirectory;
import ai.echogen.jobs.cli.TrainingRun;
import ai.echogen.layout.Layout;
import ai.echogen.model.JanusModel;
import ai.echogen.model.decoder.AttentionForm;
import ai.echogen.model.decoder.Decoder;
import ai.echogen.model.decoder.DecoderConfig;
import ai.echogen.model.decoder.LoraConfig;
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
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

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
   * @param causalShare last share of the steps in plain causal form, so that other software can run
   *     the model
   * @param locationBins bins an axis of the location tokens
   * @param maxWords most words of the vocabulary
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
      double causalShare,
      int locationBins,
      int maxWords,
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
    var codes = read.codes();
    int vocabulary = settings.init().isPresent() ? read.vocabulary() : settings.maxWords();
    var ids = new TextIds(vocabulary, 0, 0, 0, 0, 0, 0);
    try (var decoder =
        new Decoder(
            read.decoder().orElse(settings.model()),
            codes,
            ids,
            settings.form(),
            Optional.empty(),
            settings.lora().ifOn())) {
      long parameters = decoder.parameters().layout().size();
      long trained = decoder.trainedLayout().size();
      var lines =
          List.of(
              "parameters         %,d (with a vocabulary of %,d), %,d of them trained"
                  .formatted(parameters, vocabulary, trained),
              "image tokens       %,d of %,d codes".formatted(codes.perImage(), codes.codebook()),
              "image tokens a step %,d"
                  .formatted((long) settings.train().batch() * codes.perImage()));
      int bins = settings.init().isPresent() ? read.locationBins() : settings.locationBins();
      long pass =
          PmtpMemory.of(decoder, settings.pmtp())
              .bytes(settings.train().samplesAMicroShard(), longest(bins));
      long frozen = settings.lora().isOn() ? parameters : 0;
      int cores = Runtime.getRuntime().availableProcessors();
      var memory = TrainingMemory.of(settings.train(), trained, frozen, cores, pass);
      return Stream.concat(lines.stream(), memory.lines().stream()).toList();
    }
  }

  /** A sample with as many regions as there may be: what data holds is not read beforehand. */
  private static PmtpMemory.Lengths longest(int locationBins) {
    int region = locationBins == 0 ? 22 : 6; // a box in digits with its marks, or four locations
    int asked = locationBins == 0 ? 16 : 4;
    int regions = Layout.MAX_REGIONS;
    return new PmtpMemory.Lengths(regions * region, regions * region, regions * asked);
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
