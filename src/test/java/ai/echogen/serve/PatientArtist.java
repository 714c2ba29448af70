package ai.echogen.serve;

import ai.echogen.image.Png;
import ai.echogen.image.ShownImage;
import ai.echogen.layout.Box;
import ai.echogen.layout.Layout;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/** Draws nothing, and only once it is allowed to; it finds no box. */
final class PatientArtist implements Artist {
  private static final byte[] BLANK =
      Png.encode(new BufferedImage(8, 8, BufferedImage.TYPE_INT_RGB));

  private final CountDownLatch allowed = new CountDownLatch(1);
  private final AtomicInteger numBegun = new AtomicInteger();
  private final AtomicInteger numDrawn = new AtomicInteger();
  private final boolean untilGivenUp;

  private PatientArtist(boolean untilGivenUp) {
    this.untilGivenUp = untilGivenUp;
  }

  /** One that waits for {@link #allow}. */
  static PatientArtist waiting() {
    return new PatientArtist(false);
  }

  /** One that waits, from its first drawing on, for its client to go away. */
  static PatientArtist forever() {
    return new PatientArtist(true);
  }

  void allow() {
    allowed.countDown();
  }

  /** Requests that were begun. */
  int numBegun() {
    return numBegun.get();
  }

  int numDrawn() {
    return numDrawn.get();
  }

  @Override
  public About about() {
    return new About("patient", 8, 4, "vq");
  }

  @Override
  public Words words() {
    return text -> List.of();
  }

  @Override
  public Optional<String> obstacle(Layout layout) {
    return Optional.empty();
  }

  @Override
  public List<Drawing> draw(Order order, Progress progress) {
    numBegun.incrementAndGet();
    var drawings = new ArrayList<Drawing>();
    try {
      for (int i = 0; i < order.number() && !progress.isGivenUp(); i++) {
        while (untilGivenUp && !progress.isGivenUp()) {
          Thread.sleep(5);
        }
        if (!untilGivenUp) {
          allowed.await();
        }
        drawings.add(
            new Drawing(
                BLANK,
                Collections.nCopies(
                    order.layout().layout().regions().size(), Optional.<Box>empty())));
        numDrawn.incrementAndGet();
        progress.drawn();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return drawings;
  }

  @Override
  public List<Optional<Box>> ground(ShownImage image, Layout layout) {
    return Collections.nCopies(layout.regions().size(), Optional.empty());
  }
}
