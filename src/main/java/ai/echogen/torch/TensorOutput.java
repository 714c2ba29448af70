package ai.echogen.torch;

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
    int most = SLICE / Math.max(from.numBytes(), type.numBytes());
    for (long done = 0; done < elements.count(); ) {
      int count = (int) Math.min(most, elements.count() - done);
      var read = from == type ? slice : unconverted;
      read.clear().limit(count * from.numBytes());
      elements.file().read(elements.tensor(), elements.first() + done, read);
      read.flip();
      if (from != type) {
        FloatBits.convert(read, from, slice.clear(), type);
        slice.flip();
      }
      write(slice);
      done += count;
    }
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
