package ai.echogen.model.convert;

import ai.echogen.model.decoder.LoraConfig;
import ai.echogen.model.decoder.LoraParameters;
import ai.echogen.model.directory.LoraDirectory;
import ai.echogen.torch.safetensors.SafetensorsModel;
import ai.echogen.torch.safetensors.TensorSlice;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * An adapter in PEFT's form, to be merged into the weights that it was trained on: W + alpha / rank
 * · B A. Only A and B are in memory.
 */
public final class AdapterFiles {
  private static final Pattern TENSOR =
      Pattern.compile(Pattern.quote(LoraParameters.PREFIX) + "(.*)\\.lora_([AB])\\.weight");

  /** A and B of one matrix, row-major. */
  private record Pair(float[] a, float[] b, int rank, double scale) {
    /** (outputs, inputs) elements of scale · B A, added from a place on. */
    void addTo(long first, float[] values) {
      int inputs = a.length / rank;
      for (int i = 0; i < values.length; i++) {
        int row = (int) ((first + i) / inputs);
        int column = (int) ((first + i) % inputs);
        double sum = 0;
        for (int k = 0; k < rank; k++) {
          sum += (double) b[row * rank + k] * a[k * inputs + column];
        }
        values[i] += (float) (scale * sum);
      }
    }
  }

  private final LoraConfig config;
  private final Map<String, Pair> pairs;

  private AdapterFiles(LoraConfig config, Map<String, Pair> pairs) {
    this.config = config;
    this.pairs = pairs;
  }

  /**
   * Reads an adapter.
   *
   * @throws IllegalArgumentException if it is not a plain LoRA, or listing the tensors that have no
   *     partner or another name
   */
  public static AdapterFiles open(Path directory) throws IOException {
    var config = LoraDirectory.readConfig(directory);
    var halves = new TreeMap<String, float[]>();
    var problems = new ArrayList<String>();
    try (var weights = SafetensorsModel.ofFile(directory.resolve(LoraDirectory.WEIGHTS))) {
      for (var name : weights.names()) {
        var matcher = TENSOR.matcher(name);
        if (matcher.matches()) {
          halves.put(
              matcher.group(1) + ".weight " + matcher.group(2), weights.file(name).floats(name));
        } else {
          problems.add(name + " is not known");
        }
      }
    }
    var pairs = new TreeMap<String, Pair>();
    for (var half : halves.keySet()) {
      var name = half.substring(0, half.length() - 2);
      var a = halves.get(name + " A");
      var b = halves.get(name + " B");
      if (a == null || b == null) {
        problems.add(name + " has no " + (a == null ? "lora_A" : "lora_B"));
      } else {
        pairs.put(name, new Pair(a, b, config.rank(), config.scale()));
      }
    }
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException(directory + ":\n  " + String.join("\n  ", problems));
    }
    return new AdapterFiles(config, pairs);
  }

  /**
   * The same tensors, the adapted ones with their change.
   *
   * @throws IllegalArgumentException listing the matrices that the model lacks or has in other
   *     sizes
   */
  Map<String, NamedTensor> mergedInto(Map<String, NamedTensor> tensors) {
    var problems = new ArrayList<String>();
    pairs.forEach(
        (name, pair) -> {
          var tensor = tensors.get(name);
          var shape =
              List.of((long) pair.b().length / pair.rank(), (long) pair.a().length / pair.rank());
          if (tensor == null) {
            problems.add("the model has no " + name);
          } else if (!tensor.shape().equals(shape)) {
            problems.add("%s is %s, the adapter's %s".formatted(name, tensor.shape(), shape));
          }
        });
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException(
          "the adapter does not fit the model:\n  " + String.join("\n  ", problems));
    }
    var merged = new LinkedHashMap<String, NamedTensor>();
    tensors.forEach((name, tensor) -> merged.put(name, merged(name, tensor)));
    return merged;
  }

  /** For a person. */
  String note() {
    return "merges an adapter of rank %d into %d matrices".formatted(config.rank(), pairs.size());
  }

  private NamedTensor merged(String name, NamedTensor tensor) {
    var pair = pairs.get(name);
    if (pair == null) {
      return tensor;
    }
    // A source's tensor may lie as a part of another one: the change counts from the part's start.
    var slices = new ArrayList<TensorSlice>();
    long before = 0;
    for (var slice : tensor.elements()) {
      long shift = before - slice.first();
      slices.add(slice.plus((first, values) -> pair.addTo(first + shift, values)));
      before += slice.count();
    }
    return new NamedTensor(name, tensor.shape(), slices);
  }
}
