package ai.echogen.data.augment;

import ai.echogen.data.CounterRandom;
import ai.echogen.image.Picture;
import ai.echogen.image.Png;
import java.io.Serializable;
import java.util.List;

/** Photographs to paste on, which every executor holds as small PNG files. */
public final class BackgroundBank implements Serializable {
  private static final long serialVersionUID = 1;

  private final List<byte[]> files;

  BackgroundBank(List<byte[]> files) {
    this.files = List.copyOf(files);
  }

  /** Without a photograph. */
  public static BackgroundBank empty() {
    return new BackgroundBank(List.of());
  }

  /** How many photographs there are. */
  public int size() {
    return files.size();
  }

  boolean isEmpty() {
    return files.isEmpty();
  }

  /** A square part of one of them, as it is or mirrored; both by chance. */
  Picture draw(int size, CounterRandom random) {
    var whole = Picture.of(Png.decode(files.get(random.nextInt(files.size()))));
    int shorter = Math.min(whole.width(), whole.height());
    int side = random.nextInt(Math.min(size, shorter), shorter);
    var area =
        new Picture.Area(
            random.nextInt(whole.width() - side + 1),
            random.nextInt(whole.height() - side + 1),
            side,
            side);
    var square = whole.crop(area).scaled(size, size);
    return random.nextInt(2) == 0 ? square : square.mirrored();
  }
}
