package ai.echogen.model.decoder;

import ai.echogen.torch.weights.ParameterLayout;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * An adapter's parameters under PEFT's names, and the TorchScript that applies them.
 *
 * <p>Order: layer by layer, {@link LoraConfig#MODULES} in order, A before B. A, (rank, inputs), is
 * {@code base_model.model.model.language_model.layers.0.self_attn.q_proj.lora_A.weight}; B,
 * (outputs, rank), ends in {@code lora_B.weight}.
 */
public final class LoraParameters {
  /** What PEFT puts before the names of the model that it wraps. */
  public static final String PREFIX = "base_model.model.";

  /** A linear layer as a part of the native code's matrices: chunk of the layer, and rows there. */
  private record Module(String name, int chunk, long firstRow, long outputs, long inputs) {}

  private final LoraConfig lora;
  private final DecoderConfig decoder;
  private final int numChunks;
  private final Precision precision;
  private final List<Module> modules;
  private final ParameterLayout layout;

  /**
   * @param numChunks chunks of the decoder, behind which the adapter's tensors lie
   */
  LoraParameters(LoraConfig lora, DecoderConfig decoder, int numChunks, Precision precision) {
    this.lora = lora;
    this.decoder = decoder;
    this.numChunks = numChunks;
    this.precision = precision;
    this.modules = modules(decoder);
    var names = new ParameterLayout.Builder();
    for (int i = 0; i < decoder.layers(); i++) {
      for (var module : adapted()) {
        var name = PREFIX + "model.language_model.layers." + i + "." + module.name();
        names.add(name + ".lora_A.weight", lora.rank(), module.inputs());
        names.add(name + ".lora_B.weight", module.outputs(), lora.rank());
      }
    }
    layout = names.build();
  }

  public LoraConfig config() {
    return lora;
  }

  public ParameterLayout layout() {
    return layout;
  }

  /** Tensors of one layer. */
  int tensorsALayer() {
    return 2 * adapted().size();
  }

  /** What the decoder's script adds to its matrix products. */
  Map<String, String> constants() {
    var constants = new HashMap<String, String>();
    var keys = List.of("adapt_qkv", "adapt_o", "adapt_gate_up", "adapt_down");
    for (int chunk = 0; chunk < keys.size(); chunk++) {
      var input = chunk % 2 == 0 ? "n" : "y"; // the variable that the product takes
      constants.put(
          keys.get(chunk),
          isAdapted(chunk) ? " + __torch__.%s(w, i, %s)".formatted(keys.get(chunk), input) : "");
    }
    return constants;
  }

  /** {@code unpack_adapter}, a function a matrix that is adapted, and {@code merge}. */
  String source() {
    var text = new StringBuilder(layout.unpackFunction("unpack_adapter"));
    var keys = List.of("adapt_qkv", "adapt_o", "adapt_gate_up", "adapt_down");
    for (int chunk = 0; chunk < keys.size(); chunk++) {
      if (isAdapted(chunk)) {
        text.append(function(keys.get(chunk), chunk));
      }
    }
    return text.append(merge()).toString();
  }

  private boolean isAdapted(int chunk) {
    return adapted().stream().anyMatch(module -> module.chunk() == chunk);
  }

  private List<Module> adapted() {
    return modules.stream()
        .filter(module -> lora.targets().contains(module.name().replaceAll(".*\\.", "")))
        .toList();
  }

  /** The parts of one matrix side by side; zeros where a part is not adapted. */
  private String function(String key, int chunk) {
    var parts = new ArrayList<String>();
    for (var module : modules) {
      if (module.chunk() != chunk) {
        continue;
      }
      int at = 2 * adapted().indexOf(module);
      parts.add(
          at < 0
              ? String.format(
                  Locale.ROOT,
                  "torch.zeros([x.size(0), x.size(1), %d], dtype=%s, device=x.device)",
                  module.outputs(),
                  precision.scalarType())
              : String.format(
                  Locale.ROOT,
                  "torch.linear(torch.linear(x, w[at + %d]), w[at + %d]) * %s",
                  at,
                  at + 1,
                  lora.scale()));
    }
    return String.format(
        Locale.ROOT,
        """
        def %s(w: List[Tensor], i: int, x: Tensor) -> Tensor:
          at = %d + %d * i
          return torch.cat([%s], -1)
        """,
        key,
        numChunks,
        tensorsALayer(),
        String.join(", ", parts));
  }

  /** W += scale · B A, in place. */
  private String merge() {
    var text = new StringBuilder();
    text.append("def merge(base: Tensor, adapter: Tensor) -> List[Tensor]:\n");
    text.append("  w = __torch__.unpack(base)\n");
    text.append("  a = __torch__.unpack_adapter(adapter)\n");
    text.append(String.format(Locale.ROOT, "  for i in range(%d):\n", decoder.layers()));
    for (int k = 0; k < adapted().size(); k++) {
      var module = adapted().get(k);
      text.append(
          String.format(
              Locale.ROOT,
              "    at = %d * i + %d\n    _ = w[%d * i + %d].narrow(0, %d, %d).addmm_(a[at + 1], a[at], alpha=%s)\n",
              tensorsALayer(),
              2 * k,
              DecoderParameters.MATRICES_A_LAYER,
              module.chunk(),
              module.firstRow(),
              module.outputs(),
              lora.scale()));
    }
    return text.append("  return [base]\n").toString();
  }

  private static List<Module> modules(DecoderConfig decoder) {
    long d = decoder.hidden();
    long f = decoder.intermediate();
    long queries = (long) decoder.heads() * decoder.headWidth();
    long keys = (long) decoder.keyValueHeads() * decoder.headWidth();
    return List.of(
        new Module("self_attn.q_proj", 0, 0, queries, d),
        new Module("self_attn.k_proj", 0, queries, keys, d),
        new Module("self_attn.v_proj", 0, queries + keys, keys, d),
        new Module("self_attn.o_proj", 1, 0, d, queries),
        new Module("mlp.gate_proj", 2, 0, f, d),
        new Module("mlp.up_proj", 2, f, f, d),
        new Module("mlp.down_proj", 3, 0, d, f));
  }
}
