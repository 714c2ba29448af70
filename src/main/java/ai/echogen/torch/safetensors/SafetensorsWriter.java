package ai.echogen.torch.safetensors;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.LongConsumer;
import java.util.function.Supplier;

/**
 * Streams tensors into safetensors files, byte for byte those of the reference writer: data in the
 * order of type (widest first) and name, header padded with spaces to a multiple of 8.
 *
 * <p>A file is written to a temporary sibling, forced to the disk and renamed: it is there whole or
 * not at all. Equal tensors give equal bytes. Not for use by several threads.
 */
public final class SafetensorsWriter {
  private final SortedMap<String, Source> sources = new TreeMap<>();

  /**
   * Adds a float32 tensor.
   *
   * @param values asked once for each write; what remains in it is written, its position stays
   */
  public SafetensorsWriter add(String name, List<Long> shape, Supplier<FloatBuffer> values) {
    return add(new Source(name, SafetensorsType.F32, shape, out -> out.floats(values.get())));
  }

  /**
   * Adds a tensor of any type.
   *
   * @param bytes asked once for each write; little-endian, row-major
   */
  public SafetensorsWriter add(
      String name, SafetensorsType type, List<Long> shape, Supplier<ByteBuffer> bytes) {
    return add(new Source(name, type, shape, out -> out.bytes(bytes.get())));
  }

  /**
   * Adds a tensor whose elements lie in other files, one run after the other. They are copied in
   * slices of a megabyte: as bytes where the types are equal, else converted ({@link FloatBits}).
   */
  public SafetensorsWriter add(
      String name, SafetensorsType type, List<Long> shape, List<TensorSlice> elements) {
    for (var slice : elements) {
      if (slice.type() != type && !(slice.type().isFloat() && type.isFloat())) {
        throw new IllegalArgumentException(
            "%s: cannot convert %s to %s".formatted(name, slice.type(), type));
      }
    }
    return add(
        new Source(
            name,
            type,
            shape,
            out -> {
              for (var slice : elements) {
                out.elements(slice, type);
              }
            }));
  }

  /** Data bytes of all tensors. */
  public long numBytes() {
    return sources.values().stream().mapToLong(Source::numBytes).sum();
  }

  /** Names of the files that {@link #writeModel} writes, the index last. */
  public List<String> fileNames(long maxShardBytes) {
    var names = new ArrayList<>(SafetensorsModel.fileNames(shards(maxShardBytes).size()));
    if (names.size() > 1) {
      names.add(SafetensorsModel.INDEX);
    }
    return names;
  }

  /** Writes all tensors to one file. */
  public void write(Path file) throws IOException {
    write(file, count -> {});
  }

  /** As {@link #write(Path)}; {@code written} is told of data bytes as they are written. */
  public void write(Path file, LongConsumer written) throws IOException {
    write(file, sources.values(), written);
  }

  /**
   * Writes a model directory's weights as Hugging Face lays them out: {@code model.safetensors} if
   * they fit, else {@code model-00001-of-0000N.safetensors} and {@code
   * model.safetensors.index.json}.
   *
   * @param maxShardBytes data bytes a file; a larger tensor gets a file of its own
   * @return the files, in order, the index last
   */
  public List<Path> writeModel(Path directory, long maxShardBytes) throws IOException {
    return writeModel(directory, maxShardBytes, count -> {});
  }

  /**
   * As {@link #writeModel(Path, long)}.
   *
   * @param written told of data bytes as they are written
   */
  public List<Path> writeModel(Path directory, long maxShardBytes, LongConsumer written)
      throws IOException {
    var shards = shards(maxShardBytes);
    var names = SafetensorsModel.fileNames(shards.size());
    SafetensorsModel.checkHoldsNoOther(directory, names);
    List<Path> files = new ArrayList<>();
    for (int i = 0; i < shards.size(); i++) {
      var file = directory.resolve(names.get(i));
      write(file, shards.get(i), written);
      files.add(file);
    }
    if (shards.size() > 1) {
      var index = directory.resolve(SafetensorsModel.INDEX);
      replace(index, channel -> writeFully(channel, utf8(index(shards, names))));
      files.add(index);
    }
    return files;
  }

  private SafetensorsWriter add(Source source) {
    if (sources.putIfAbsent(source.name(), source) != null) {
      throw new IllegalStateException("tensor " + source.name() + " is added twice");
    }
    return this;
  }

  /** Fills shards in the order of names. */
  private List<List<Source>> shards(long maxShardBytes) {
    if (maxShardBytes < 1) {
      throw new IllegalArgumentException("maxShardBytes must be at least 1, got " + maxShardBytes);
    }
    List<List<Source>> shards = new ArrayList<>();
    shards.add(new ArrayList<>());
    long filled = 0;
    for (var source : sources.values()) {
      if (filled > 0 && source.numBytes() > maxShardBytes - filled) {
        shards.add(new ArrayList<>());
        filled = 0;
      }
      shards.get(shards.size() - 1).add(source);
      filled += source.numBytes();
    }
    return shards;
  }

  private static void write(Path file, Collection<Source> sources, LongConsumer written)
      throws IOException {
    var ordered = sources.stream().sorted(Source.IN_FILE).toList();
    replace(
        file,
        channel -> {
          writeFully(channel, header(ordered));
          var out = new TensorOutput(channel, written);
          for (var source : ordered) {
            long before = channel.position();
            source.content().writeTo(out);
            if (channel.position() - before != source.numBytes()) {
              throw new IllegalStateException(
                  String.format(
                      Locale.ROOT,
                      "%s: %s of shape %s needs %d bytes, its source gave %d",
                      file,
                      source.name(),
                      source.shape(),
                      source.numBytes(),
                      channel.position() - before));
            }
          }
        });
  }

  private static ByteBuffer header(List<Source> ordered) {
    var root = new ObjectMapper().createObjectNode();
    root.putObject(SafetensorsHeader.METADATA).put("format", "pt");
    long offset = 0;
    for (var source : ordered) {
      var entry = root.putObject(source.name()).put("dtype", source.type().name());
      var shape = entry.putArray("shape");
      source.shape().forEach(shape::add);
      entry.putArray("data_offsets").add(offset).add(offset + source.numBytes());
      offset += source.numBytes();
    }
    byte[] json = root.toString().getBytes(StandardCharsets.UTF_8);
    int padded = (json.length + 7) / 8 * 8;
    var header = ByteBuffer.allocate(8 + padded).order(ByteOrder.LITTLE_ENDIAN);
    header.putLong(padded).put(json);
    while (header.hasRemaining()) {
      header.put((byte) ' ');
    }
    return header.flip();
  }

  private static String index(List<List<Source>> shards, List<String> names) throws IOException {
    var fileOfTensor = new TreeMap<String, String>();
    long numBytes = 0;
    for (int i = 0; i < shards.size(); i++) {
      for (var source : shards.get(i)) {
        fileOfTensor.put(source.name(), names.get(i));
        numBytes += source.numBytes();
      }
    }
    return SafetensorsModel.index(fileOfTensor, numBytes);
  }

  private static void replace(Path file, Writing writing) throws IOException {
    var temporary = file.resolveSibling(file.getFileName() + ".tmp");
    try {
      try (var channel =
          FileChannel.open(
              temporary,
              StandardOpenOption.CREATE,
              StandardOpenOption.TRUNCATE_EXISTING,
              StandardOpenOption.WRITE)) {
        writing.writeTo(channel);
        channel.force(true);
      }
      Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(temporary);
    }
  }

  private static ByteBuffer utf8(String text) {
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
  }

  private static void writeFully(FileChannel channel, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }

  private interface Writing {
    void writeTo(FileChannel channel) throws IOException;
  }

  private interface Content {
    void writeTo(TensorOutput out) throws IOException;
  }

  private record Source(String name, SafetensorsType type, List<Long> shape, Content content) {
    static final Comparator<Source> IN_FILE =
        Comparator.comparing(Source::type).reversed().thenComparing(Source::name);

    Source {
      shape = List.copyOf(shape);
    }

    long numBytes() {
      return SafetensorsHeader.numBytes(type, shape)
          .orElseThrow(() -> new IllegalStateException(name + ": no file holds shape " + shape));
    }
  }
}
