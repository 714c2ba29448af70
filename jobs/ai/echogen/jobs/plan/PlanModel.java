package ai.echogen.jobs.plan;

import static ai.echogen.jobs.plan.PlanTaken.number;
import static ai.echogen.jobs.plan.PlanTaken.origin;

import ai.echogen.model.JanusModel;
import ai.echogen.model.decoder.DecoderConfig;
import ai.echogen.model.decoder.ImageCodes;
import ai.echogen.model.directory.GroundingFeatures;
import ai.echogen.model.directory.JanusConfig;
import ai.echogen.model.directory.JanusParameters;
import ai.echogen.model.vision.VisionParameters;
import ai.echogen.objectives.PmtpMemory.Lengths;
import ai.echogen.train.plan.PlannedModel;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The model of a plan, and its samples: of a directory, given, or assumed.
 *
 * @param config of {@code init} or {@code tokenizer}, if one of them is given
 */
record PlanModel(
    PlanSettings settings, PlanSettings defaults, Optional<JanusConfig> config, PlanTaken taken) {
  private static final int VOCABULARY = 8000;
  private static final int LOCATION_BINS = 64;
  private static final int CODE_WIDTH = 8;
  private static final int MANY_CODES = 256;
  private static final int SMALL_CODEBOOK = 1024;
  private static final int LARGE_CODEBOOK = 16_384;

  /** Reads the configuration that the settings name. */
  static Optional<JanusConfig> read(PlanSettings settings) throws IOException {
    var place = settings.init().or(settings::tokenizer);
    if (place.isEmpty()) {
      return Optional.empty();
    }
    boolean isModel = settings.init().isPresent();
    return Optional.of(
        place
            .get()
            .onDisk(
                List.of(JanusConfig.FILE), isModel ? JanusModel::readConfig : JanusConfig::read));
  }

  PlannedModel model() {
    var ofInit = init().flatMap(JanusConfig::decoder);
    var decoder = ofInit.orElse(settings.model());
    taken.add(
        "transformer",
        sizes(decoder),
        ofInit.isPresent() ? "init" : origin(decoder.equals(defaults.model())));
    if (groundsByVision()) {
      taken.add("grounding reads", "codes", "assumed: grounding=vq, though init has siglip");
    }
    return new PlannedModel(decoder, codes(), vocabulary(), locationBins(), settings.lora().ifOn());
  }

  /** Whether the model to start from reads images through its vision encoder. */
  boolean groundsByVision() {
    return init().map(config -> config.grounding() == GroundingFeatures.SIGLIP).orElse(false);
  }

  /** A sample in the mean. */
  Lengths usual(PlannedModel model) {
    var texts = settings.texts();
    var regions = Lengths.of(texts.regions(), model.locationBins());
    var usual = new Lengths(regions.text() + texts.caption(), regions.question(), regions.asked());
    taken.add(
        "time is that of",
        tokens(usual),
        String.format(
            Locale.ROOT,
            "%s: %d regions, caption of %d",
            origin(texts.equals(defaults.texts())),
            texts.regions(),
            texts.caption()));
    return usual;
  }

  /** A sample as long as there may be. */
  Lengths longest(PlannedModel model) {
    var longest = Lengths.most(model.locationBins());
    taken.add("memory is that of", tokens(longest), "as pretrain --dry-run: ten regions, the most");
    return longest;
  }

  /** Number of parameters by part, those that are not trained included. */
  Map<String, Long> parts(PlannedModel model) {
    var parts = new LinkedHashMap<String, Long>();
    if (init().isPresent()) {
      parts.putAll(JanusParameters.parts(JanusParameters.shapes(init().get())));
      return parts;
    }
    if (settings.visionEncoder()) {
      var vision = new VisionParameters(settings.vision(), model.decoder().hidden());
      parts.put("vision encoder and aligner", vision.layout().size());
    }
    config.ifPresent(
        read ->
            parts.putAll(
                JanusParameters.parts(JanusParameters.shapes(JanusConfig.tokenizer(read.vq())))));
    var shapes = new LinkedHashMap<String, List<Long>>();
    for (var parameter : model.parameters().layout().parameters()) {
      shapes.put(parameter.name(), parameter.shape());
    }
    parts.putAll(JanusParameters.parts(shapes));
    return parts;
  }

  private Optional<JanusConfig> init() {
    return config.filter(read -> settings.init().isPresent());
  }

  private int vocabulary() {
    var ofInit = init().map(JanusConfig::vocabulary);
    int rows = settings.vocabulary().or(() -> ofInit).orElse(VOCABULARY);
    taken.add(
        "vocabulary",
        number(rows),
        source(
            settings.vocabulary().isPresent(),
            "assumed: pretrain's maxWords; Janus' is vocabulary=102400"));
    return rows;
  }

  private int locationBins() {
    var ofInit = init().map(JanusConfig::locationBins);
    int bins = settings.locationBins().or(() -> ofInit).orElse(LOCATION_BINS);
    taken.add(
        "boxes",
        bins == 0 ? "digits" : number(bins) + " location tokens an axis",
        source(
            settings.locationBins().isPresent(),
            "assumed: pretrain's; Janus' digits are locationBins=0"));
    return bins;
  }

  private String source(boolean isGiven, String assumed) {
    return isGiven ? "given" : init().isPresent() ? "init" : assumed;
  }

  private ImageCodes codes() {
    if (config.isPresent()) {
      var codes = config.get().codes();
      taken.add("picture", codes(codes), settings.init().isPresent() ? "init" : "tokenizer");
      return codes;
    }
    var images = settings.images();
    int perImage = images.codes().orElse(settings.vision().numPatches());
    int usual = perImage < MANY_CODES ? SMALL_CODEBOOK : LARGE_CODEBOOK;
    var codes = new ImageCodes(images.codebook().orElse(usual), CODE_WIDTH, perImage);
    taken.add(
        "picture",
        codes(codes),
        images.codes().isPresent() && images.codebook().isPresent()
            ? "given"
            : "assumed: a code for each patch of vision; codebook of Janus, or ours for few codes");
    return codes;
  }

  private static String codes(ImageCodes codes) {
    return String.format(Locale.ROOT, "%,d codes of %,d", codes.perImage(), codes.codebook());
  }

  private static String sizes(DecoderConfig sizes) {
    return String.format(
        Locale.ROOT,
        "%d layers of %,d, feed-forward %,d, %d heads",
        sizes.layers(),
        sizes.hidden(),
        sizes.intermediate(),
        sizes.heads());
  }

  private static String tokens(Lengths lengths) {
    return String.format(
        Locale.ROOT,
        "text of %d, question of %d, %d of them asked",
        lengths.text(),
        lengths.question(),
        lengths.asked());
  }
}
