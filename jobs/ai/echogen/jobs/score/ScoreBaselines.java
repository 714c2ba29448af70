package ai.echogen.jobs.score;

import ai.echogen.data.Sample;
import ai.echogen.data.shards.ShardStore;
import ai.echogen.layout.Layout;
import ai.echogen.layout.Region;
import ai.echogen.scoring.metrics.BoxBaselines;
import ai.echogen.storage.Location;
import java.util.Collections;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.sql.Row;

/** The boxes of the training split, for what can be answered without looking at a picture. */
final class ScoreBaselines {
  private static final String TRAIN = "train";

  private ScoreBaselines() {}

  /**
   * Reads the first samples of the training split, on the executors.
   *
   * @param asked layouts whose phrases will be asked for
   * @param most samples that are read
   * @return nothing if there is no such split, or none of it is to be read
   */
  static Optional<BoxBaselines> of(
      JavaSparkContext context, Location data, List<Layout> asked, int most) {
    if (most == 0 || !ShardStore.manifest(data).rows().containsKey(TRAIN)) {
      return Optional.empty();
    }
    var phrases = new HashSet<String>();
    asked.forEach(layout -> layout.regions().forEach(region -> phrases.add(region.phrase())));
    var parts =
        ShardStore.split(data, TRAIN, "caption", "regions")
            .head(most)
            .rows(context)
            .mapPartitions(new Gathering(phrases))
            .collect();
    var all = new BoxBaselines(phrases);
    parts.forEach(all::merge);
    return parts.isEmpty() ? Optional.empty() : Optional.of(all);
  }

  private record Gathering(Set<String> phrases)
      implements FlatMapFunction<Iterator<Row>, BoxBaselines> {
    @Override
    public Iterator<BoxBaselines> call(Iterator<Row> rows) {
      var boxes = new BoxBaselines(phrases);
      int number = 0;
      while (rows.hasNext()) {
        for (Region region : Sample.layout(rows.next()).regions()) {
          boxes.add(region.phrase(), region.box());
          number++;
        }
      }
      return number == 0 ? Collections.emptyIterator() : List.of(boxes).iterator();
    }
  }
}
