package ai.echogen.image;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import javax.imageio.IIOException;
import javax.imageio.stream.MemoryCacheImageInputStream;

/**
 * A file in memory that refuses who goes on reading behind its end: a reader that takes what is
 * missing for zeros would work for minutes on a few bytes that claim to be a large picture.
 */
final class EndingImageStream extends MemoryCacheImageInputStream {
  /** Readers look some bytes ahead, and behind the end of each part. */
  private static final int PATIENCE = 1000;

  private int ends;

  EndingImageStream(byte[] file) {
    super(new ByteArrayInputStream(file));
  }

  @Override
  public int read() throws IOException {
    return noticed(super.read());
  }

  @Override
  public int read(byte[] into, int from, int length) throws IOException {
    return noticed(super.read(into, from, length));
  }

  private int noticed(int read) throws IIOException {
    if (read < 0 && ++ends > PATIENCE) {
      throw new IIOException(ImageFile.CUT_SHORT);
    }
    return read;
  }
}
