package ai.echogen.torch.safetensors;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.channels.FileChannel;
import java.util.function.LongConsumer;

/**
 * Writes buffers of any order and kind, and tensors of other files, as little-endian bytes, a
 * megabyte at a time.
 */
final class TensorOutput {
  private static final int SLICE = 1 << 20; // bytes

  private final FileChannel channel;
  private final LongConsumer written;
  private final ByteBuffer slice = buffer();
  private final ByteBuffer unconverted = buffer();
  private final ByteBuffer summed = buffer();

  TensorOutput(FileChannel channel, LongConsumer written) {
    this.channel = channel;
    this.written = written;
  }

  void bytes(ByteBuffer bytes) throws IOException {
    write(bytes.duplicate());
  }

  void floats(FloatBuffer values) throws IOException {
    var rest = values.duplicate();
    while (rest.hasRemaining()) {
      int count = Math.min(rest.remaining(), SLICE / Float.BYTES);
      slice.clear();
      slice.asFloatBuffer().put(rest.slice(rest.position(), count));
      rest.position(rest.position() + count);
      write(slice.limit(count * Float.BYTES));
    }
  }

  void elements(TensorSlice elements, SafetensorsType type) throws IOException {
    var from = elements.type();
    int most = SLICE / Math.max(Float.BYTES, Math.max(from.numBytes(), type.numBytes()));
    for (long done = 0; done < elements.count(); ) {
      int count = (int) Math.min(most, elements.count() - done);
      boolean asTheyAre = from == type && elements.change().isEmpty();
      var read = asTheyAre ? slice : unconverted;
      read.clear().limit(count * from.numBytes());
      elements.file().read(elements.tensor(), elements.first() + done, read);
      read.flip();
      if (elements.change().isPresent()) {
        var values = changed(elements, done, read, count);
        FloatBits.convert(values, SafetensorsType.F32, slice.clear(), type);
        slice.flip();
      } else if (!asTheyAre) {
        FloatBits.convert(read, from, slice.clear(), type);
        slice.flip();
      }
      write(slice);
      done += count;
    }
  }

  /** The elements in float32, with the change added. */
  private ByteBuffer changed(TensorSlice elements, long done, ByteBuffer read, int count) {
    FloatBits.convert(read, elements.type(), summed.clear(), SafetensorsType.F32);
    var values = new float[count];
    summed.flip().asFloatBuffer().get(values);
    elements.change().orElseThrow().addTo(elements.first() + done, values);
    summed.asFloatBuffer().put(values);
    return summed;
  }

  private void write(ByteBuffer bytes) throws IOException {
    long count = bytes.remaining();
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
    written.accept(count);
  }

  private static ByteBuffer buffer() {
    return ByteBuffer.allocateDirect(SLICE).order(ByteOrder.LITTLE_ENDIAN);
  }
}
