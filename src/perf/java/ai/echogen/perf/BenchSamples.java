package ai.echogen.perf;

import ai.echogen.data.CounterRandom;
import ai.echogen.data.synth.SceneSplit;
import ai.echogen.data.synth.ShapeScenes;
import ai.echogen.layout.Layout;
import ai.echogen.layout.Region;
import ai.echogen.model.JanusModel;
import ai.echogen.model.decoder.ImageCodes;
import ai.echogen.model.decoder.TextIds;
import ai.echogen.objectives.LayoutTokens;
import ai.echogen.tokens.Grammar;
import ai.echogen.tokens.LocationCodec;
import ai.echogen.tokens.TextTokenizer;
import ai.echogen.tokens.WordVocabulary;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Training samples without data: layouts of shape scenes, codes at random.
 *
 * @param tokenizerJson the vocabulary that their words make up
 * @param ids the same as the decoder needs it
 */
record BenchSamples(
    List<Layout> layouts, List<LayoutTokens> samples, byte[] tokenizerJson, TextIds ids) {
  /** The demo's images: 8 × 8 codes out of 1024. */
  static final ImageCodes DEMO_CODES = new ImageCodes(1024, 8, 64);

  /** Location tokens an axis. */
  static final int LOCATION_BINS = 64;

  private static final int IMAGE_SIZE = 64;
  private static final double ATTRIBUTES_SHARE = 0.5;
  private static final int MAX_WORDS = 8000;
  private static final long STREAM = 0x62656e6368L; // keeps these codes apart from other draws

  BenchSamples {
    layouts = List.copyOf(layouts);
    samples = List.copyOf(samples);
  }

  /**
   * The first {@code number} samples of a seed.
   *
   * @param rows of the token embedding, at least as many as there are words
   */
  static BenchSamples of(long seed, int number, ImageCodes images, int rows) {
    var scenes = new ShapeScenes(seed, IMAGE_SIZE, ATTRIBUTES_SHARE);
    var layouts = new ArrayList<Layout>(number);
    for (int i = 0; i < number; i++) {
      layouts.add(scenes.render(SceneSplit.TRAIN, i).layout());
    }
    var codec = new LocationCodec(LOCATION_BINS);
    var words =
        WordVocabulary.ofTexts(
            layouts.stream().flatMap(BenchSamples::texts).toList(), MAX_WORDS, codec);
    var json = words.toJson().getBytes(StandardCharsets.UTF_8);
    try (var tokenizer = TextTokenizer.of(json, "the bench's words")) {
      var grammar = Grammar.of(tokenizer, LOCATION_BINS);
      var samples = new ArrayList<LayoutTokens>(number);
      for (int i = 0; i < number; i++) {
        var layout = layouts.get(i);
        samples.add(
            new LayoutTokens(
                grammar.layoutText(layout), codes(seed, i, images), grammar.question(layout)));
      }
      var ids = JanusModel.ids(grammar, Math.max(rows, grammar.vocabularySize()));
      return new BenchSamples(layouts, samples, json, ids);
    }
  }

  /** Rows of a codebook, uniform in [-1, 1). */
  static float[] codebook(long seed, ImageCodes images) {
    var random = CounterRandom.of(seed, STREAM);
    var rows = new float[images.codebook() * images.width()];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = (float) random.nextDouble(-1, 1);
    }
    return rows;
  }

  /** Tokens of all samples, without padding. */
  long numTokens() {
    return samples.stream().mapToLong(LayoutTokens::numTokens).sum();
  }

  /** Writes a JSON object a sample and line: text, codes, question, targets. */
  void write(Path file) throws IOException {
    var json = new ObjectMapper();
    try (var out = Files.newBufferedWriter(file)) {
      for (var sample : samples) {
        out.write(
            json.writeValueAsString(
                Map.of(
                    "text", sample.text(),
                    "codes", sample.codes(),
                    "question", sample.question().ids(),
                    "targets", sample.question().targets())));
        out.newLine();
      }
    }
  }

  private static int[] codes(long seed, int sample, ImageCodes images) {
    var random = CounterRandom.of(seed, STREAM, sample);
    var codes = new int[images.perImage()];
    for (int i = 0; i < codes.length; i++) {
      codes[i] = random.nextInt(images.codebook());
    }
    return codes;
  }

  private static Stream<String> texts(Layout layout) {
    return Stream.concat(
        Stream.of(layout.caption()), layout.regions().stream().map(Region::phrase));
  }
}
