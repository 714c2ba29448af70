package ai.echogen.serve;

import ai.echogen.layout.Box;
import ai.echogen.layout.Layout;
import ai.echogen.layout.Region;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Layouts to begin with, in words of data sets that models are trained on. */
final class Examples {
  private static final List<Layout> LAYOUTS =
      List.of(
          new Layout(
              "three objects, a fir, a lemon and a book, the fir is left of the lemon",
              List.of(
                  region("fir", 0.08f, 0.12f, 0.46f, 0.62f),
                  region("lemon", 0.56f, 0.16f, 0.86f, 0.46f),
                  region("book", 0.5f, 0.6f, 0.9f, 0.92f))),
          new Layout(
              "two objects, a red circle and a blue square",
              List.of(
                  region("red circle", 0.1f, 0.14f, 0.48f, 0.52f),
                  region("blue square", 0.52f, 0.48f, 0.92f, 0.88f))),
          new Layout(
              "a red dog and a blue ball",
              List.of(
                  region("red dog", 0.08f, 0.3f, 0.56f, 0.9f),
                  region("blue ball", 0.62f, 0.56f, 0.92f, 0.86f))),
          new Layout(
              "a dog and a cat on the grass",
              List.of(
                  region("dog", 0.06f, 0.3f, 0.5f, 0.92f),
                  region("cat", 0.56f, 0.42f, 0.94f, 0.92f))));

  private Examples() {}

  /** The first of which every model knows every word. */
  static Optional<Layout> of(List<Artist> artists) {
    return LAYOUTS.stream()
        .filter(layout -> artists.stream().allMatch(artist -> isKnown(layout, artist.words())))
        .findFirst();
  }

  private static boolean isKnown(Layout layout, Words words) {
    return Stream.concat(Stream.of(layout.caption()), layout.regions().stream().map(Region::phrase))
        .allMatch(text -> words.lacking(text).isEmpty());
  }

  private static Region region(String phrase, float x0, float y0, float x1, float y1) {
    return new Region(phrase, phrase, new Box(x0, y0, x1, y1));
  }
}
