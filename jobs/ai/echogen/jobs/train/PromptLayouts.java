package ai.echogen.jobs.train;

import ai.echogen.data.feed.Feed;
import ai.echogen.data.feed.LineFeed;
import ai.echogen.data.feed.ShardFeed;
import ai.echogen.jobs.cli.JobContext;
import ai.echogen.jobs.model.ModelTexts;
import ai.echogen.layout.NamedLayout;
import ai.echogen.objectives.rows.NamedLayoutRows;
import ai.echogen.storage.Location;
import java.io.IOException;
import java.util.List;

/** Prompts of Cycle RL: the layouts of a split of shards, or of a file of JSON lines. */
public sealed interface PromptLayouts {
  /**
   * Opens them; a file is read once, and checked.
   *
   * @param key the setting that names them
   * @param split of a shard directory
   * @throws IllegalArgumentException listing what is wrong with them
   */
  static PromptLayouts of(Location place, String key, String split) throws IOException {
    return place.isDirectory(key)
        ? new InShards(place, split, ShardFeed.of(place, split, new NamedLayoutRows()))
        : new InLines(place, LineFeed.of(place));
  }

  Feed<NamedLayout> feed();

  /** The first ones, at most so many. */
  List<NamedLayout> head(long count) throws IOException;

  /** Says what a model cannot take of them as they are; of a file, the first ones. */
  void check(ModelTexts texts, JobContext context) throws IOException;

  /** Of shards. */
  record InShards(Location place, String split, ShardFeed<NamedLayout> feed)
      implements PromptLayouts {
    @Override
    public List<NamedLayout> head(long count) throws IOException {
      return feed.head(count).read();
    }

    @Override
    public void check(ModelTexts texts, JobContext context) {
      texts.check(context.spark(), place, split, context.console());
    }
  }

  /** Of a file. */
  record InLines(Location place, LineFeed feed) implements PromptLayouts {
    private static final int CHECKED = 100_000;

    @Override
    public List<NamedLayout> head(long count) {
      return feed.head(count);
    }

    @Override
    public void check(ModelTexts texts, JobContext context) {
      var layouts = feed.head(CHECKED).stream().map(NamedLayout::layout).toList();
      texts.check(layouts, "prompts=" + place, context.console());
    }
  }
}
