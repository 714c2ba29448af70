package ai.echogen.model.convert;

import ai.echogen.config.Listed;
import ai.echogen.model.decoder.LoraParameters;
import ai.echogen.model.directory.LoraDirectory;
import ai.echogen.torch.safetensors.SafetensorsModel;
import ai.echogen.torch.safetensors.TensorSlice;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * An adapter in PEFT's form, to be merged into the weights that it was trained on: W + scale · B A,
 * with the scale that {@link PeftConfig} gives each matrix. Only A and B are in memory.
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

  /** A or B as it is stored. */
  private record Half(List<Long> shape, float[] values) {}

  private final Map<String, Pair> pairs;
  private final List<String> notes;

  private AdapterFiles(Map<String, Pair> pairs, List<String> notes) {
    this.pairs = pairs;
    this.notes = notes;
  }

  /**
   * Reads an adapter.
   *
   * @throws IllegalArgumentException if it is not a plain LoRA, or listing the tensors that have no
   *     partner, another name, another rank than the configuration gives them, or no place in it
   */
  public static AdapterFiles open(Path directory) throws IOException {
    var config = PeftConfig.read(directory);
    var halves = new TreeMap<String, Half>();
    var modules = new TreeSet<String>();
    var problems = new ArrayList<String>();
    try (var weights = SafetensorsModel.ofFile(weights(directory))) {
      for (var name : weights.names()) {
        var matcher = TENSOR.matcher(name);
        if (matcher.matches()) {
          var file = weights.file(name);
          var values = file.floats(name);
          modules.add(matcher.group(1));
          halves.put(
              matcher.group(1) + " " + matcher.group(2),
              new Half(file.tensor(name).shape(), values));
          if (!areFinite(values)) {
            problems.add(name + " has values that are infinite or no numbers");
          }
        } else {
          problems.add(name + " is not known");
        }
      }
    }
    var pairs = new TreeMap<String, Pair>();
    for (var module : modules) {
      var a = halves.get(module + " A");
      var b = halves.get(module + " B");
      if (a == null || b == null) {
        problems.add(module + " has no " + (a == null ? "lora_A" : "lora_B"));
        continue;
      }
      long rank = config.rank(module);
      if (a.shape().size() != 2
          || b.shape().size() != 2
          || a.shape().get(0) != rank
          || b.shape().get(1) != rank) {
        problems.add(
            String.format(
                Locale.ROOT,
                "%s has A %s and B %s, but %s gives it rank %d",
                module,
                a.shape(),
                b.shape(),
                LoraDirectory.CONFIG,
                rank));
      }
      config
          .excludedBy(module)
          .ifPresent(
              field ->
                  problems.add(
                      "%s has tensors, but by %s it is not adapted".formatted(module, field)));
      pairs.put(
          module + ".weight", new Pair(a.values(), b.values(), (int) rank, config.scale(module)));
    }
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException(directory + ":\n  " + Listed.lines(problems));
    }
    return new AdapterFiles(pairs, config.unmatched(modules));
  }

  private static boolean areFinite(float[] values) {
    for (float value : values) {
      if (!Float.isFinite(value)) {
        return false;
      }
    }
    return true;
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
          "the adapter does not fit the model:\n  " + Listed.lines(problems));
    }
    var merged = new LinkedHashMap<String, NamedTensor>();
    tensors.forEach((name, tensor) -> merged.put(name, merged(name, tensor)));
    return merged;
  }

  /** For a person. */
  List<String> notes() {
    var ranks = pairs.values().stream().mapToInt(Pair::rank).summaryStatistics();
    var lines = new ArrayList<String>();
    lines.add(
        String.format(
            Locale.ROOT,
            "merges an adapter of rank %s into %d matrices",
            ranks.getMin() < ranks.getMax()
                ? ranks.getMin() + " to " + ranks.getMax()
                : String.valueOf(ranks.getMax()),
            pairs.size()));
    lines.addAll(notes);
    return lines;
  }

  private static Path weights(Path directory) {
    var file = directory.resolve(LoraDirectory.WEIGHTS);
    if (!Files.exists(file)) {
      throw new IllegalArgumentException(
          "%s: has no %s; save the adapter as safetensors"
              .formatted(directory, LoraDirectory.WEIGHTS));
    }
    return file;
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
