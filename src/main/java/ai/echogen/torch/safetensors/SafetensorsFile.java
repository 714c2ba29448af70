package ai.echogen.torch.safetensors;

import ai.echogen.config.Listed;
import ai.echogen.storage.FileContent;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Reads a safetensors file tensor by tensor; the whole file is never in memory.
 *
 * <pre>
 * 8 bytes  N, length of the header, little-endian
 * N bytes  header, JSON ({@link SafetensorsHeader})
 * rest     the tensors, little-endian, row-major, without gaps
 * </pre>
 *
 * Files and float tensors may be larger than 2 GiB. Needs no DJL, whose own reader ends the JVM on
 * BF16. Safe for many threads until it is closed.
 */
public final class SafetensorsFile implements AutoCloseable {
  static final int MOST_LISTED = 50; // problems

  /**
   * Some 300,000 tensors. The format allows three times as much, which as a tree would fill a heap.
   */
  private static final long MAX_HEADER = 32_000_000;

  private static final int SLICE = 1 << 20; // bytes widened at a time

  private final Path path;
  private final FileChannel channel;
  private final SafetensorsHeader header;

  private SafetensorsFile(Path path, FileChannel channel, SafetensorsHeader header) {
    this.path = path;
    this.channel = channel;
    this.header = header;
  }

  /**
   * Opens a local file and checks its header.
   *
   * @throws IllegalArgumentException listing everything that is wrong with the file
   */
  public static SafetensorsFile open(Path path) throws IOException {
    if (!Files.exists(path)) {
      throw new IllegalArgumentException(path + ": no such file");
    }
    if (Files.exists(path) && !Files.isRegularFile(path)) { // a pipe may never come to an end
      throw new IllegalArgumentException(path + ": must be a regular file");
    }
    var channel = FileChannel.open(path, StandardOpenOption.READ);
    try {
      return new SafetensorsFile(path, channel, header(path, channel));
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  /** All tensors, in the order of their bytes. */
  public List<SafetensorsTensor> tensors() {
    return List.copyOf(header.tensors().values());
  }

  public boolean has(String name) {
    return header.tensors().containsKey(name);
  }

  /**
   * One tensor's place.
   *
   * @throws IllegalArgumentException if the file has no tensor of that name
   */
  public SafetensorsTensor tensor(String name) {
    var tensor = header.tensors().get(name);
    if (tensor == null) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "%s: has no tensor %s among its %d",
              path,
              name,
              header.tensors().size()));
    }
    return tensor;
  }

  /** Free text that the writer left, such as {@code format=pt}. */
  public Map<String, String> metadata() {
    return Map.copyOf(header.metadata());
  }

  /** A tensor's bytes in a new direct little-endian buffer; at most 2 GiB. */
  public ByteBuffer read(String name) throws IOException {
    var tensor = tensor(name);
    if (tensor.numBytes() > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "%s: %s has %d bytes, more than one buffer holds; read it in slices with copyTo",
              path,
              name,
              tensor.numBytes()));
    }
    var bytes = ByteBuffer.allocateDirect((int) tensor.numBytes()).order(ByteOrder.LITTLE_ENDIAN);
    readFully(bytes, tensor.begin());
    return bytes.flip();
  }

  /** A tensor of F64, F32, F16 or BF16 as float32. */
  public float[] floats(String name) throws IOException {
    var floats = new float[arrayLength(tensor(name))];
    copyTo(name, 0, FloatBuffer.wrap(floats));
    return floats;
  }

  /** A tensor of integers or booleans, such as token ids. */
  public int[] ints(String name) throws IOException {
    var tensor = tensor(name);
    int length = arrayLength(tensor);
    var bytes = read(name);
    return switch (tensor.type()) {
      case BOOL, U8 -> IntStream.range(0, length).map(i -> bytes.get(i) & 0xff).toArray();
      case I8 -> IntStream.range(0, length).map(bytes::get).toArray();
      case I16 -> IntStream.range(0, length).map(i -> bytes.getShort(2 * i)).toArray();
      case U16 -> IntStream.range(0, length).map(i -> bytes.getChar(2 * i)).toArray();
      case I32 -> IntStream.range(0, length).map(i -> bytes.getInt(4 * i)).toArray();
      case I64 ->
          IntStream.range(0, length).map(i -> Math.toIntExact(bytes.getLong(8 * i))).toArray();
      default -> throw wrongType(tensor, "an integer");
    };
  }

  /**
   * Fills a buffer with float32 values of a tensor of F64, F32, F16 or BF16.
   *
   * @param first index of the first element to copy
   * @param target its remaining elements are filled; its position moves to its limit
   */
  public void copyTo(String name, long first, FloatBuffer target) throws IOException {
    var tensor = tensor(name);
    if (first < 0 || target.remaining() > tensor.numElements() - first) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "%s: %s has %d elements, asked for %d from %d",
              path,
              name,
              tensor.numElements(),
              target.remaining(),
              first));
    }
    int size = tensor.type().numBytes();
    var slice =
        ByteBuffer.allocateDirect((int) Math.min(SLICE, (long) target.remaining() * size))
            .order(ByteOrder.LITTLE_ENDIAN);
    long from = tensor.begin() + first * size;
    while (target.hasRemaining()) {
      slice.clear().limit((int) Math.min(slice.capacity(), (long) target.remaining() * size));
      readFully(slice, from);
      from += slice.flip().limit();
      widen(tensor, slice, target);
    }
  }

  /** Fills what remains of a buffer with a tensor's bytes from one of its elements on. */
  void read(String name, long first, ByteBuffer target) throws IOException {
    var tensor = tensor(name);
    readFully(target, tensor.begin() + first * tensor.type().numBytes());
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }

  private void widen(SafetensorsTensor tensor, ByteBuffer slice, FloatBuffer target) {
    if (tensor.type() == SafetensorsType.F32) {
      target.put(slice.asFloatBuffer());
      return;
    }
    if (!tensor.type().isFloat()) {
      throw wrongType(tensor, "a floating-point");
    }
    while (slice.hasRemaining()) {
      target.put(Float.intBitsToFloat(FloatBits.next(slice, tensor.type())));
    }
  }

  private int arrayLength(SafetensorsTensor tensor) {
    if (tensor.numElements() > Integer.MAX_VALUE - 8) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "%s: %s has %d elements, more than one array holds; read it in slices with copyTo",
              path,
              tensor.name(),
              tensor.numElements()));
    }
    return (int) tensor.numElements();
  }

  private IllegalArgumentException wrongType(SafetensorsTensor tensor, String wanted) {
    return new IllegalArgumentException(
        "%s: %s must have %s type, got %s".formatted(path, tensor.name(), wanted, tensor.type()));
  }

  private void readFully(ByteBuffer target, long from) throws IOException {
    readFully(path, channel, target, from);
  }

  private static void readFully(Path path, FileChannel channel, ByteBuffer target, long from)
      throws IOException {
    long at = from;
    while (target.hasRemaining()) {
      int count = channel.read(target, at);
      if (count < 0) {
        throw new EOFException(path + ": was cut at byte " + at + " after it was opened");
      }
      at += count;
    }
  }

  private static SafetensorsHeader header(Path path, FileChannel channel) throws IOException {
    long fileSize = channel.size();
    if (fileSize < 8) {
      throw new IllegalArgumentException(
          path + ": is not a safetensors file: has " + fileSize + " bytes, needs at least 8");
    }
    var length = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
    readFully(path, channel, length, 0);
    long headerLength = length.getLong(0);
    long longest = Math.min(MAX_HEADER, fileSize - 8);
    if (headerLength < 0 || headerLength > longest) {
      var start = ByteBuffer.allocate((int) Math.min(FileContent.BYTES, fileSize));
      readFully(path, channel, start, 0);
      var mistaken = FileContent.mistaken(start.array());
      if (mistaken.isPresent()) {
        throw new IllegalArgumentException(path + ": " + mistaken.get());
      }
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "%s: is not a whole safetensors file: the header must have at most %d bytes, got %s",
              path,
              longest,
              Long.toUnsignedString(headerLength)));
    }
    var json = ByteBuffer.allocate((int) headerLength);
    readFully(path, channel, json, 8);
    var header =
        SafetensorsHeader.parse(json.array(), 8 + headerLength, fileSize - 8 - headerLength);
    if (!header.problems().isEmpty()) {
      throw new IllegalArgumentException(
          header.problems().size() == 1
              ? "%s: is damaged or cut: %s".formatted(path, header.problems().get(0))
              : "%s: is damaged or cut:\n  %s"
                  .formatted(path, Listed.lines(header.problems(), MOST_LISTED)));
    }
    return header;
  }
}
