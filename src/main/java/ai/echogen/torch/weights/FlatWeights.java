package ai.echogen.torch.weights;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.echogen.config.Listed;
import ai.echogen.torch.safetensors.SafetensorsFile;
import ai.echogen.torch.safetensors.SafetensorsModel;
import ai.echogen.torch.safetensors.SafetensorsWriter;
import ai.echogen.torch.weights.ParameterLayout.Parameter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Locale;

/** Moves weights between one flat float32 tensor (P) and named tensors on disk. */
public final class FlatWeights {
  private static final long SPAN = 1 << 22; // weights hashed or read at a time

  private FlatWeights() {}

  /** A flat tensor of zeros for a layout, attached to {@code manager}. */
  public static NDArray zeros(NDManager manager, ParameterLayout layout) {
    return manager.zeros(new Shape(layout.size()), DataType.FLOAT32);
  }

  /** Writes one parameter's values into its place. */
  public static void set(NDArray flat, Parameter parameter, float[] values) {
    if (values.length != parameter.size()) {
      throw new IllegalStateException(
          String.format(
              Locale.ROOT,
              "%s has %d values, got %d",
              parameter.name(),
              parameter.size(),
              values.length));
    }
    try (var scope = flat.getManager().newSubManager()) {
      flat.set(span(parameter.offset(), parameter.size()), scope.create(values));
    }
  }

  /** What is done with bytes that must not be kept. */
  public interface Bytes<T> {
    T use(ByteBuffer bytes);
  }

  /** Lends a range's little-endian bytes, where they lie. At most 2 GiB. */
  public static <T> T lend(NDArray flat, long first, long count, Bytes<T> bytes) {
    try (var scope = flat.getManager().newSubManager()) {
      var slice = flat.get(span(first, count));
      slice.attach(scope);
      return bytes.use(slice.toByteBuffer(true).order(ByteOrder.LITTLE_ENDIAN));
    }
  }

  /** Writes a range. */
  public static void set(NDArray flat, long first, float[] values) {
    try (var scope = flat.getManager().newSubManager()) {
      flat.set(span(first, values.length), scope.create(values));
    }
  }

  /** Writes a range from little-endian bytes. */
  public static void set(NDArray flat, long first, ByteBuffer bytes) {
    long count = bytes.remaining() / Float.BYTES;
    try (var scope = flat.getManager().newSubManager()) {
      var values = scope.create(bytes, new Shape(count), DataType.FLOAT32);
      flat.set(span(first, count), values);
    }
  }

  /** One parameter's values, row-major, as a little-endian copy. */
  public static FloatBuffer values(NDArray flat, Parameter parameter) {
    return bytes(flat, parameter.offset(), parameter.size()).asFloatBuffer();
  }

  /**
   * Reads every parameter of a layout from a model's weights.
   *
   * @throws IllegalArgumentException listing all parameters that are missing or have another shape
   */
  public static NDArray read(NDManager manager, ParameterLayout layout, SafetensorsModel weights)
      throws IOException {
    var problems = new ArrayList<String>();
    for (var parameter : layout.parameters()) {
      if (!weights.has(parameter.name())) {
        problems.add(parameter.name() + " is missing");
        continue;
      }
      var found = weights.file(parameter.name()).tensor(parameter.name()).dimensions();
      var wanted = parameter.shape().stream().mapToLong(Long::longValue).toArray();
      if (!Arrays.equals(found, wanted)) {
        problems.add(
            "%s has shape %s, the configuration says %s"
                .formatted(parameter.name(), Arrays.toString(found), Arrays.toString(wanted)));
      }
    }
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException(
          "the weights do not fit the configuration:\n  " + Listed.lines(problems));
    }
    var flat = zeros(manager, layout);
    for (var parameter : layout.parameters()) {
      read(flat, parameter, weights.file(parameter.name()), parameter.name());
    }
    return flat;
  }

  /**
   * Reads one parameter from a file, slice by slice: a tensor of a large model is more than a heap
   * should hold.
   *
   * @param name of the tensor in the file
   */
  public static void read(NDArray flat, Parameter parameter, SafetensorsFile file, String name)
      throws IOException {
    for (long at = 0; at < parameter.size(); at += SPAN) {
      var slice = FloatBuffer.allocate((int) Math.min(SPAN, parameter.size() - at));
      file.copyTo(name, at, slice);
      set(flat, parameter.offset() + at, slice.array());
    }
  }

  /** Adds every parameter to a writer, with {@code prefix} before its name. */
  public static void add(
      SafetensorsWriter writer, ParameterLayout layout, NDArray flat, String prefix) {
    for (var parameter : layout.parameters()) {
      writer.add(prefix + parameter.name(), parameter.shape(), () -> values(flat, parameter));
    }
  }

  /** SHA-256 of the weights' little-endian bytes, in hexadecimal. */
  public static String sha256(NDArray flat) {
    try {
      var digest = MessageDigest.getInstance("SHA-256");
      for (long at = 0; at < flat.size(); at += SPAN) {
        digest.update(bytes(flat, at, Math.min(SPAN, flat.size() - at)));
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /** A range's little-endian bytes, as a copy. At most 2 GiB. */
  public static ByteBuffer bytes(NDArray flat, long first, long count) {
    try (var scope = flat.getManager().newSubManager()) {
      var slice = flat.get(span(first, count));
      slice.attach(scope);
      return slice.toByteBuffer(false).order(ByteOrder.LITTLE_ENDIAN);
    }
  }

  private static NDIndex span(long first, long count) {
    return new NDIndex("{}:{}", first, first + count);
  }
}
