package ai.echogen.serve;

import ai.echogen.image.ShownImage;
import ai.echogen.layout.Box;
import ai.echogen.layout.Layout;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/** Fails at drawing, and finds nothing. */
final class FailingArtist implements Artist {
  @Override
  public About about() {
    return new About("failing", 8, 4, "vq");
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
    throw new IllegalStateException("as a test wants it");
  }

  @Override
  public List<Optional<Box>> ground(ShownImage image, Layout layout) {
    return Collections.nCopies(layout.regions().size(), Optional.empty());
  }
}
