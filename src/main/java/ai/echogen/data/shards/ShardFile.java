package ai.echogen.data.shards;

import java.io.Serializable;

/**
 * One Parquet file of a shard directory.
 *
 * @param name relative to the directory, such as {@code data/train-00000-of-00004.parquet}
 * @param firstId the smallest id in it; rows are sorted by id
 * @param lastId the largest id in it
 * @param sha256 lower-case hexadecimal digest of its bytes
 */
public record ShardFile(
    String name, String split, long rows, String firstId, String lastId, long bytes, String sha256)
    implements Serializable {}
