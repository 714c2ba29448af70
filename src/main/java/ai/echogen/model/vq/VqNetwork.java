package ai.echogen.model.vq;

import ai.echogen.torch.script.Script;
import ai.echogen.torch.weights.ParameterLayout;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/**
 * The VQ tokenizer's two convolution networks for one configuration: which parameters they have, by
 * Hugging Face's names, and the lines of TorchScript that apply them.
 *
 * <p>Both come from one walk through the architecture, so that they cannot disagree. The lines fill
 * the placeholders of {@code vq.script}, whose functions take parameters by their place in the
 * layout.
 */
public final class VqNetwork {
  /** What the names of all parameters begin with. */
  public static final String PREFIX = "model.vqmodel.";

  /** The codes, (number of codes, width); normalised where they are used. */
  public static final String CODEBOOK = PREFIX + "quantize.embedding.weight";

  private final VqConfig config;
  private final ParameterLayout.Builder parameters = new ParameterLayout.Builder();
  private int numParameters;
  private long keptNumbers;
  private long side;
  private StringBuilder lines = new StringBuilder();

  private final ParameterLayout layout;
  private final Map<String, String> constants;

  public VqNetwork(VqConfig config) {
    this.config = config;
    this.side = config.imageSize() / config.stem();
    encoder();
    conv("quant_conv", config.latentChannels(), config.embedDim(), Kernel.POINT);
    var encoder = takeLines();
    int codebook = add("quantize.embedding.weight", config.numEmbeddings(), config.embedDim());
    conv("post_quant_conv", config.embedDim(), config.latentChannels(), Kernel.POINT);
    decoder();
    var decoder = takeLines();
    layout = parameters.build();
    constants =
        Map.of(
            "encoder", encoder,
            "decoder", decoder,
            "codebook", Integer.toString(codebook),
            "groups", Integer.toString(config.normGroups()),
            "stem", Integer.toString(config.stem()),
            "patches", Integer.toString(config.numPatches()));
  }

  public ParameterLayout layout() {
    return layout;
  }

  /**
   * What the backward pass needs of one image's forward pass through both networks, in numbers: the
   * inputs of every convolution, norm and activation.
   */
  public long keptNumbers() {
    return keptNumbers;
  }

  /** The functions of {@code vq.script}, for weights that lie as in {@link #layout}. */
  public String source() {
    return source(layout);
  }

  /**
   * The functions of {@code vq.script}, to which others may be added.
   *
   * @param extended a layout that begins with this network's parameters
   */
  public String source(ParameterLayout extended) {
    var all = new HashMap<>(constants);
    all.put("unpack", extended.unpackFunction("unpack"));
    return Script.text(VqNetwork.class, "vq.script", all);
  }

  /** What placeholders stand for in functions that are added to {@link #source}. */
  public Map<String, String> constants() {
    return constants;
  }

  private void encoder() {
    int channels = config.baseChannels();
    int folded = config.inChannels() * config.stem() * config.stem();
    conv("encoder.conv_in", folded, channels, Kernel.SAME);
    int lowest = config.numResolutions() - 1;
    for (int resolution = 0; resolution <= lowest; resolution++) {
      var level = "encoder.down." + resolution;
      for (int block = 0; block < config.numResBlocks(); block++) {
        residual(level + ".block." + block, channels, config.channels(resolution));
        channels = config.channels(resolution);
        if (resolution == lowest) {
          attention(level + ".attn." + block, channels);
        }
      }
      if (resolution < lowest) {
        conv(level + ".downsample.conv", channels, channels, Kernel.HALVE);
      }
    }
    middle("encoder.mid", channels);
    norm("encoder.norm_out", channels);
    conv("encoder.conv_out", channels, config.latentChannels(), Kernel.SAME);
  }

  private void decoder() {
    int lowest = config.numResolutions() - 1;
    int channels = config.channels(lowest);
    conv("decoder.conv_in", config.latentChannels(), channels, Kernel.SAME);
    middle("decoder.mid", channels);
    for (int resolution = lowest; resolution >= 0; resolution--) {
      var level = "decoder.up." + (lowest - resolution); // counted from the lowest resolution
      for (int block = 0; block <= config.numResBlocks(); block++) {
        residual(level + ".block." + block, channels, config.channels(resolution));
        channels = config.channels(resolution);
        if (resolution == lowest) {
          attention(level + ".attn." + block, channels);
        }
      }
      if (resolution > 0) {
        conv(level + ".upsample.conv", channels, channels, Kernel.DOUBLE);
      }
    }
    norm("decoder.norm_out", channels);
    int folded = config.outChannels() * config.stem() * config.stem();
    conv("decoder.conv_out", channels, folded, Kernel.SAME);
  }

  private void middle(String name, int channels) {
    residual(name + ".block_1", channels, channels);
    attention(name + ".attn_1", channels);
    residual(name + ".block_2", channels, channels);
  }

  private void residual(String name, int in, int out) {
    line(in == out ? "residual" : "residual_wider");
    keep(2L * in + 4L * out); // two norms, their activations, what is between them, and the sum
    addNorm(name + ".norm1", in);
    addConv(name + ".conv1", in, out, 3);
    addNorm(name + ".norm2", out);
    addConv(name + ".conv2", out, out, 3);
    if (in != out) {
      addConv(name + ".nin_shortcut", in, out, 1);
    }
  }

  private void attention(String name, int channels) {
    if (!config.attention()) {
      return;
    }
    line("attention");
    keep(7L * channels); // norm, queries, keys, values, what they read, and the sum
    addNorm(name + ".norm", channels);
    for (var projection : new String[] {"q", "k", "v", "proj_out"}) {
      addConv(name + "." + projection, channels, channels, 1);
    }
  }

  private void norm(String name, int channels) {
    line("norm_silu");
    keep(2L * channels);
    addNorm(name, channels);
  }

  private void conv(String name, int in, int out, Kernel kernel) {
    line(kernel.function);
    if (kernel == Kernel.HALVE) {
      keep(in); // with its padding
      side /= 2;
    } else if (kernel == Kernel.DOUBLE) {
      side *= 2;
      keep(in);
    }
    keep(out);
    addConv(name, in, out, kernel.side);
  }

  /** Counts numbers that are kept of each place of the grid. */
  private void keep(long channels) {
    keptNumbers += side * side * channels;
  }

  /** Applies a function of the script to x and the parameters that are added next. */
  private void line(String function) {
    lines.append(
        String.format(Locale.ROOT, "  x = __torch__.%s(x, w, %d)\n", function, numParameters));
  }

  private String takeLines() {
    var text = lines.toString();
    lines = new StringBuilder();
    return text.stripTrailing();
  }

  private void addConv(String name, int in, int out, int side) {
    add(name + ".weight", out, in, side, side);
    add(name + ".bias", out);
  }

  private void addNorm(String name, int channels) {
    add(name + ".weight", channels);
    add(name + ".bias", channels);
  }

  private int add(String name, long... shape) {
    parameters.add(PREFIX + name, shape);
    return numParameters++;
  }

  /** The four ways in which the networks convolve. */
  private enum Kernel {
    POINT("conv1", 1),
    SAME("conv3", 3),
    HALVE("halve", 3),
    DOUBLE("double", 3);

    private final String function;
    private final int side;

    Kernel(String function, int side) {
      this.function = function;
      this.side = side;
    }
  }
}
