package ai.echogen.data.shards;

import java.util.List;

/**
 * Where a shard directory comes from.
 *
 * @param job the job that made it, such as {@code synthesize}
 * @param settingsJson its resolved settings, one JSON object
 * @param dropped what the job left out before it wrote; rows left out while writing carry {@link
 *     ShardStore#FINDINGS} instead
 */
public record Provenance(String job, String settingsJson, List<Dropped> dropped) {
  public Provenance {
    dropped = List.copyOf(dropped);
  }
}
