package ai.echogen.train.cycle;

import ai.echogen.data.CounterRandom;
import ai.echogen.data.feed.Batching;
import ai.echogen.data.feed.Feed;
import ai.echogen.data.feed.FeedReader;
import ai.echogen.layout.Box;
import ai.echogen.layout.Layout;
import ai.echogen.layout.NamedLayout;
import ai.echogen.layout.Region;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Prompts from data: shards or JSON lines, with their own boxes or with random ones. */
public final class FeedPrompts implements PromptStream {
  /** Whose boxes. */
  public enum Boxes {
    /** Those of the data. */
    GIVEN,
    /** Random ones for the same phrases; captions that speak of places will not fit them. */
    RANDOM
  }

  private static final long BOXES = 0x626f786573L;
  private static final double SMALLEST = 0.15;
  private static final double LARGEST = 0.6;

  private final FeedReader<NamedLayout> reader;
  private final Boxes boxes;
  private final long seed;
  private final int count;

  /**
   * @param count prompts a step
   */
  public FeedPrompts(Feed<NamedLayout> feed, Boxes boxes, long seed, int count) throws IOException {
    this.reader = feed.open(new Batching(count, 1, seed));
    this.boxes = boxes;
    this.seed = seed;
    this.count = count;
  }

  @Override
  public List<NamedLayout> at(long step, int number) throws IOException {
    if (number != count) {
      throw new IllegalStateException(
          String.format(Locale.ROOT, "made for %d prompts a step, not %d", count, number));
    }
    var given = reader.read(step, 0);
    if (boxes == Boxes.GIVEN) {
      return given;
    }
    var random = new ArrayList<NamedLayout>();
    for (int i = 0; i < given.size(); i++) {
      random.add(withRandomBoxes(given.get(i), CounterRandom.of(seed, BOXES, step, i)));
    }
    return random;
  }

  private static NamedLayout withRandomBoxes(NamedLayout named, CounterRandom random) {
    var regions = new ArrayList<Region>();
    for (var region : named.layout().regions()) {
      float width = (float) random.nextDouble(SMALLEST, LARGEST);
      float height = (float) random.nextDouble(SMALLEST, LARGEST);
      float x = (float) random.nextDouble(0, 1 - width);
      float y = (float) random.nextDouble(0, 1 - height);
      var box = new Box(x, y, Math.min(1, x + width), Math.min(1, y + height));
      regions.add(new Region(region.phrase(), region.category(), box));
    }
    return new NamedLayout(named.id(), new Layout(named.layout().caption(), regions));
  }

  @Override
  public void close() {
    reader.close();
  }
}
