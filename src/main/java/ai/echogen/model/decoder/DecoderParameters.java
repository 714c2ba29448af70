package ai.echogen.model.decoder;

import ai.echogen.model.vision.VisionConfig;
import ai.echogen.model.vision.VisionParameters;
import ai.echogen.torch.weights.ParameterLayout;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The transformer's parameters: Hugging Face names, their order in the flat tensor, and the chunks
 * in which the native code reads them.
 *
 * <p>Order: the layers' matrices, then the other matrices, then everything that weight decay leaves
 * alone (embeddings, norms, biases, extras, the vision encoder). Query, key and value matrices lie
 * side by side, as do gate and up, so that each group is one matrix to the native code and stays
 * three, or two, named tensors to everybody else.
 */
public final class DecoderParameters {
  /** A run of neighbouring parameters that is one tensor of this shape to the native code. */
  public record Chunk(String key, long offset, List<Long> shape) {
    public long size() {
      return shape.stream().reduce(1L, Math::multiplyExact);
    }
  }

  /**
   * A linear map of a layer, as it is applied: rows of a chunk, without its neighbours.
   *
   * @param name as it ends a parameter's name, such as {@code self_attn.q_proj}
   * @param offset of its first weight in the flat tensor
   * @param rows outputs
   * @param columns inputs
   */
  public record LayerMatrix(String name, long offset, long rows, long columns) {
    public long size() {
      return rows * columns;
    }
  }

  private static final Pattern LAYER_MATRIX =
      Pattern.compile("model\\.language_model\\.layers\\.\\d+\\.(.*_proj)\\.weight");

  /** Chunks a layer at the start of {@link #chunks}: q·k·v, o, gate·up, down. */
  public static final int MATRICES_A_LAYER = 4;

  private final DecoderConfig config;
  private final ParameterLayout.Builder names = new ParameterLayout.Builder();
  private final List<Chunk> chunks = new ArrayList<>();
  private final Map<String, Integer> indices = new LinkedHashMap<>();
  private final long endOfMatrices;
  private final ParameterLayout layout;
  private long offset;

  /**
   * @param vision the vision encoder, whose parameters lie behind the decoder's; absent where the
   *     decoder reads images by their codes
   */
  public DecoderParameters(
      DecoderConfig config, ImageCodes codes, int vocabulary, Optional<VisionConfig> vision) {
    this.config = config;
    long d = config.hidden();
    for (int i = 0; i < config.layers(); i++) {
      addLayerMatrices("model.language_model.layers." + i + ".", d);
    }
    one("aligner", "model.generation_aligner.fc1.weight", d, codes.width());
    for (int i = 0; i < config.alignerDepth() - 1; i++) {
      one("", "model.generation_aligner.hidden_layers." + i + ".weight", d, d);
    }
    one("head", "model.generation_head.proj_out.weight", d, d);
    one("vision_head", "model.generation_head.vision_head.weight", codes.codebook(), d);
    one("lm_head", "lm_head.weight", vocabulary, d);
    endOfMatrices = offset;
    one("embed_tokens", "model.language_model.embed_tokens.weight", vocabulary, d);
    one("code_embeddings", "model.generation_embeddings.weight", codes.codebook(), codes.width());
    norms("attention_norm", "input_layernorm", d);
    norms("feed_norm", "post_attention_layernorm", d);
    one("final_norm", "model.language_model.norm.weight", d);
    one("aligner_bias", "model.generation_aligner.fc1.bias", d);
    for (int i = 0; i < config.alignerDepth() - 1; i++) {
      one("", "model.generation_aligner.hidden_layers." + i + ".bias", d);
    }
    one("head_bias", "model.generation_head.proj_out.bias", d);
    one("vision_head_bias", "model.generation_head.vision_head.bias", codes.codebook());
    if (config.bigramShift()) {
      one("bigram", "echogen.bigram_shift", d);
    }
    if (config.imagePositions()) {
      one("positions", "echogen.image_positions", codes.perImage() + 1L, d);
    }
    vision.ifPresent(this::vision);
    layout = names.build();
  }

  public ParameterLayout layout() {
    return layout;
  }

  public List<Chunk> chunks() {
    return List.copyOf(chunks);
  }

  /** Every layer's q, k, v, o, gate, up and down, in the order in which they lie. */
  public List<LayerMatrix> layerMatrices() {
    var matrices = new ArrayList<LayerMatrix>();
    for (var parameter : layout.parameters()) {
      var name = LAYER_MATRIX.matcher(parameter.name());
      if (name.matches()) {
        var shape = parameter.shape();
        matrices.add(
            new LayerMatrix(name.group(1), parameter.offset(), shape.get(0), shape.get(1)));
      }
    }
    return matrices;
  }

  /** End of the layers' matrices, which start at 0: what Muon may take. */
  public long endOfLayerMatrices() {
    var last = chunks.get(MATRICES_A_LAYER * config.layers() - 1);
    return last.offset() + last.size();
  }

  /** End of all matrices that weight decay applies to. */
  public long endOfMatrices() {
    return endOfMatrices;
  }

  /** TorchScript of {@code unpack(flat)}: the chunks as views of the flat tensor. */
  String unpackFunction() {
    var sizes = chunks.stream().map(Chunk::size).toList();
    var text = new StringBuilder("def unpack(flat: Tensor) -> List[Tensor]:\n");
    text.append("  parts = torch.split_with_sizes(flat, %s)\n".formatted(sizes));
    text.append("  views = annotate(List[Tensor], [])\n");
    for (int i = 0; i < chunks.size(); i++) {
      text.append(
          String.format(
              Locale.ROOT, "  views.append(parts[%d].view(%s))\n", i, chunks.get(i).shape()));
    }
    return text.append("  return views\n").toString();
  }

  /** Places of the named chunks, for the constants of the TorchScript text. */
  Map<String, String> constants() {
    var constants = new LinkedHashMap<String, String>();
    indices.forEach((key, index) -> constants.put(key, Integer.toString(index)));
    constants.putIfAbsent("bigram", "0");
    constants.putIfAbsent("positions", "0");
    return constants;
  }

  private void addLayerMatrices(String prefix, long d) {
    long queries = (long) config.heads() * config.headWidth();
    long keys = (long) config.keyValueHeads() * config.headWidth();
    long f = config.intermediate();
    chunk("", queries + 2 * keys, d);
    names.add(prefix + "self_attn.q_proj.weight", queries, d);
    names.add(prefix + "self_attn.k_proj.weight", keys, d);
    names.add(prefix + "self_attn.v_proj.weight", keys, d);
    one("", prefix + "self_attn.o_proj.weight", d, queries);
    chunk("", 2 * f, d);
    names.add(prefix + "mlp.gate_proj.weight", f, d);
    names.add(prefix + "mlp.up_proj.weight", f, d);
    one("", prefix + "mlp.down_proj.weight", d, f);
  }

  private void vision(VisionConfig vision) {
    var key = "vision"; // of the first; the others follow
    for (var parameter : new VisionParameters(vision, config.hidden()).layout().parameters()) {
      one(key, parameter.name(), parameter.shape().stream().mapToLong(Long::longValue).toArray());
      key = "";
    }
  }

  private void norms(String key, String name, long d) {
    for (int i = 0; i < config.layers(); i++) {
      one(i == 0 ? key : "", "model.language_model.layers." + i + "." + name + ".weight", d);
    }
  }

  private void one(String key, String name, long... shape) {
    chunk(key, shape);
    names.add(name, shape);
  }

  private void chunk(String key, long... shape) {
    var dimensions = java.util.Arrays.stream(shape).boxed().toList();
    var chunk = new Chunk(key, offset, dimensions);
    if (!key.isEmpty()) {
      indices.put(key, chunks.size());
    }
    chunks.add(chunk);
    offset += chunk.size();
  }
}
