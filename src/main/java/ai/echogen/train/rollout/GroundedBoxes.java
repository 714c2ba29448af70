package ai.echogen.train.rollout;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.echogen.inference.Grounder;
import ai.echogen.layout.Box;
import ai.echogen.layout.Layout;
import ai.echogen.model.decoder.AttentionForm;
import ai.echogen.model.decoder.Decoder;
import ai.echogen.model.decoder.DecoderConfig;
import ai.echogen.model.decoder.ImageCodes;
import ai.echogen.model.decoder.LoraConfig;
import ai.echogen.model.decoder.Precision;
import ai.echogen.model.decoder.TextIds;
import ai.echogen.objectives.LayoutTokens;
import ai.echogen.objectives.Objective;
import ai.echogen.tokens.Grammar;
import ai.echogen.tokens.TextTokenizer;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads the boxes of phrases from the codes of images, with the weights as they are: of each item
 * as many images at once as it has, since the last bits depend on that.
 *
 * @param tokenizer {@code tokenizer.json} of the text tokenizer
 * @param form in which the model is run
 * @param precision what it computes in
 */
public record GroundedBoxes(
    DecoderConfig model,
    ImageCodes codes,
    TextIds ids,
    AttentionForm form,
    Precision precision,
    String tokenizer,
    int locationBins)
    implements MapSource<LayoutTokens, GroundedBoxes.Images, ArrayList<ArrayList<Box>>> {
  /** Images by their codes, and the layouts whose phrases are looked for. */
  public record Images(List<int[]> codes, List<Layout> layouts) implements Serializable {}

  @Override
  public String key() {
    return "boxes of held-out images";
  }

  @Override
  public MapPhase<Images, ArrayList<ArrayList<Box>>> open(
      Objective<LayoutTokens> objective, Device device) {
    var text =
        TextTokenizer.of(tokenizer.getBytes(StandardCharsets.UTF_8), "the model's tokenizer");
    var decoder = decoder(Optional.empty());
    return new Opened(text, decoder, new Grounder(decoder, grammar(text), Optional.empty()));
  }

  /** The transformer, or one with an adapter; the caller closes it. */
  Decoder decoder(Optional<LoraConfig> lora) {
    return new Decoder(model, codes, ids, form, precision, Optional.empty(), lora);
  }

  /** What writes the model's sequences. */
  Grammar grammar(TextTokenizer text) {
    return Grammar.of(text, locationBins, model.room(codes.perImage()));
  }

  private record Opened(TextTokenizer text, Decoder decoder, Grounder grounder)
      implements MapPhase<Images, ArrayList<ArrayList<Box>>> {
    @Override
    public ArrayList<ArrayList<Box>> map(NDArray weights, long step, Images images) {
      var all = new ArrayList<ArrayList<Box>>();
      for (var boxes : grounder.ground(weights, images.codes(), images.layouts())) {
        var read = new ArrayList<@Nullable Box>();
        boxes.forEach(box -> read.add(box.orElse(null)));
        all.add(read);
      }
      return all;
    }

    @Override
    public void close() {
      decoder.close();
      text.close();
    }
  }
}
