package ai.echogen.serve;

import ai.echogen.image.ShownImage;
import ai.echogen.layout.Box;
import ai.echogen.layout.Layout;
import ai.echogen.layout.NamedLayout;
import ai.echogen.model.decoder.Decoder;
import java.util.List;
import java.util.Optional;

/** Who draws and reads for the studio: a model. Thread-safe. */
public interface Artist {
  /** What there is to say of it. */
  About about();

  /** What it cannot take of texts as they are. */
  Words words();

  /**
   * What keeps it from drawing a layout at all, such as phrases that are longer than its sequences.
   */
  Optional<String> obstacle(Layout layout);

  /**
   * Draws a layout several times, and reads the boxes of its phrases back from each drawing.
   *
   * @param progress told of each drawing; where it is given up, what was not begun is left out
   */
  List<Drawing> draw(Order order, Progress progress);

  /** Reads a box for each phrase of a layout from an image; empty where none can be read. */
  List<Optional<Box>> ground(ShownImage image, Layout layout);

  /**
   * A model, for people.
   *
   * @param imageSize side of its drawings, in pixels
   * @param codes tokens of a drawing
   * @param reads how it sees images: {@code vq} or {@code siglip}
   */
  record About(String name, int imageSize, int codes, String reads) {}

  /**
   * Drawings that are asked for: the first are those that {@code generate} makes of a layout with
   * this id.
   *
   * @param number how many
   */
  record Order(NamedLayout layout, long seed, Decoder.Sampling sampling, int number) {}

  /**
   * A drawing.
   *
   * @param png its file
   * @param boxes read back from it, one for each region; empty where none can be read
   */
  record Drawing(byte[] png, List<Optional<Box>> boxes) {}

  /** Who waits for drawings. */
  interface Progress {
    /** Another drawing is there. */
    void drawn();

    /** Whether nobody waits any more. */
    boolean isGivenUp();
  }
}
