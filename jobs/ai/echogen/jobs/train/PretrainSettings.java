package ai.echogen.jobs.train;

import ai.echogen.config.Check;
import ai.echogen.jobs.cli.TrainingRun;
import ai.echogen.model.decoder.AttentionForm;
import ai.echogen.model.decoder.Decoder;
import ai.echogen.model.decoder.DecoderConfig;
import ai.echogen.model.decoder.LoraConfig;
import ai.echogen.model.decoder.Precision;
import ai.echogen.model.directory.GroundingFeatures;
import ai.echogen.model.vision.VisionConfig;
import ai.echogen.objectives.PmtpMemory;
import ai.echogen.objectives.PmtpObjective;
import ai.echogen.objectives.djo.DjoObjective;
import ai.echogen.storage.Location;
import ai.echogen.train.TrainerSettings;
import ai.echogen.train.TrainingMemory;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The section {@code pretrain} of reference.conf.
 *
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
public record PretrainSettings(
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
  /** The training stages of this job. */
  public enum StageName {
    /** Both tasks on real samples. */
    PMTP,
    /** What is drawn flows into what is read, from a pre-trained model on. */
    DJO
  }

  public PretrainSettings {
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
            "tokenizer", tokenizer.isPresent() || init.isPresent(), "must be given, unless init is")
        .that(
            "train.eval.accuracy",
            !train.eval().accuracy() || !lora.isOn() && grounding == GroundingFeatures.VQ,
            "is measured of whole models that read codes: not with lora or grounding=siglip")
        .that("lora.rank", !lora.isOn() || init.isPresent(), "adapts a model: give it as init=DIR")
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

  public TokenData tokenData() {
    return new TokenData(data, tokenizer, init);
  }

  /**
   * What a model and a step come to, for people.
   *
   * @param longest of the samples
   * @param threads that train
   */
  public List<String> sizes(Decoder decoder, PmtpMemory.Lengths longest, int threads) {
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
  public boolean learnsWords() {
    return init.isPresent() && newWords && !lora.isOn();
  }

  boolean hasVision() {
    return visionEncoder || grounding == GroundingFeatures.SIGLIP;
  }

  long firstCausalStep() {
    return form.isPlainCausal() ? train.steps() : Math.round(train.steps() * (1 - causalShare));
  }
}
