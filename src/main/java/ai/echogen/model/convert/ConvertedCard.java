package ai.echogen.model.convert;

import ai.echogen.model.directory.JanusConfig;
import ai.echogen.model.directory.JanusParameters;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The model card of a converted checkpoint. */
final class ConvertedCard {
  private ConvertedCard() {}

  /**
   * The card's Markdown.
   *
   * @param shapes the tensors written, by Hugging Face's names
   * @param sha256 of the source's config.json
   */
  static String text(
      Checkpoint source,
      Target target,
      WeightType type,
      Map<String, List<Long>> shapes,
      long numBytes,
      String sha256) {
    var parts = new StringBuilder();
    long total = 0;
    for (var part : JanusParameters.parts(shapes).entrySet()) {
      parts.append(format("| %s | %,d |%n", part.getKey(), part.getValue()));
      total += part.getValue();
    }
    return format(
        """
        # %s

        A Janus model, converted by `./echogen convert` from `%s` (%s).
        This is %s; the weights are %s, %,d bytes.

        | part | parameters |
        |---|---|
        %s| **all** | **%,d** |

        %s

        SHA-256 of the source's `%s`: `%s`
        """,
        plain(source.name()),
        plain(source.name()),
        source.layout().title(),
        target.title(),
        type.key(),
        numBytes,
        parts,
        total,
        sizes(source.sizes()),
        JanusConfig.FILE,
        sha256);
  }

  /** A directory's name in which nothing is Markdown. */
  private static String plain(String name) {
    return name.replaceAll("[^\\p{L}\\p{N} .-]", "_");
  }

  private static String sizes(JanusConfig config) {
    var text = new StringBuilder();
    config
        .decoder()
        .ifPresent(
            decoder ->
                text.append(
                    format(
                        "- language model: %d layers, width %d, feed-forward %d, "
                            + "%d heads (%d for keys and values), %,d tokens%n",
                        decoder.layers(),
                        decoder.hidden(),
                        decoder.intermediate(),
                        decoder.heads(),
                        decoder.keyValueHeads(),
                        config.vocabulary())));
    config
        .vision()
        .ifPresent(
            vision ->
                text.append(
                    format(
                        "- vision encoder: %d layers, width %d, "
                            + "patches of %d in images of %d pixels%n",
                        vision.layers(), vision.hidden(), vision.patchSize(), vision.imageSize())));
    text.append(
        format(
            "- VQ tokenizer: %,d codes of width %d, %d × %d an image of %d pixels",
            config.vq().numEmbeddings(),
            config.vq().embedDim(),
            config.vq().numPatches(),
            config.vq().numPatches(),
            config.vq().imageSize()));
    if (!config.extras().isEmpty()) {
      text.append(format("%n- beyond Janus: %s", String.join(", ", config.extras())));
    }
    return text.toString();
  }

  private static String format(String pattern, Object... values) {
    return String.format(Locale.ROOT, pattern, values);
  }
}
