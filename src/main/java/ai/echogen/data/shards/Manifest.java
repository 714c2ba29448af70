package ai.echogen.data.shards;

import ai.echogen.storage.LocalFiles;
import ai.echogen.storage.Location;
import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.types.StructType;

/**
 * What a shard directory holds: {@code manifest.json}, whose keys are these components.
 *
 * @param version of the directory's form; {@link #VERSION} is the newest this code reads
 * @param columns the rows' columns as SQL DDL
 * @param job the job that made the directory
 * @param settings the job's resolved settings
 * @param rows rows of each split
 * @param files every data file, by name
 * @param dropped what was left out, by reason
 * @param adjusted what was kept with a change, by reason
 */
public record Manifest(
    int version,
    String columns,
    String job,
    JsonNode settings,
    Map<String, Long> rows,
    List<ShardFile> files,
    List<Dropped> dropped,
    List<Dropped> adjusted) {
  /** The form that this code writes. */
  public static final int VERSION = 1;

  static final String NAME = "manifest.json";
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  public Manifest {
    rows = Collections.unmodifiableMap(new LinkedHashMap<>(rows));
    files = List.copyOf(files);
    dropped = List.copyOf(dropped);
    adjusted = List.copyOf(adjusted);
  }

  /** The rows' columns. */
  @JsonIgnore
  public StructType schema() {
    return StructType.fromDDL(columns);
  }

  /** Rows of all splits. */
  @JsonIgnore
  public long totalRows() {
    return rows.values().stream().mapToLong(Long::longValue).sum();
  }

  /** The files of a split, in the order of their ids. */
  public List<ShardFile> files(String split) {
    return files.stream().filter(f -> f.split().equals(split)).toList();
  }

  /** The same for the same bytes in a split's files, wherever they lie. */
  public String fingerprint(String split) {
    var digest = LocalFiles.newSha256();
    for (var file : files(split)) {
      digest.update((file.name() + " " + file.sha256() + "\n").getBytes(StandardCharsets.UTF_8));
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  static JsonNode parseSettings(String json) {
    try {
      return JSON.readTree(json);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a job's settings are not JSON: " + json, e);
    }
  }

  void write(Location dir) throws IOException {
    dir.child(NAME).write((JSON.writeValueAsString(this) + "\n").getBytes(StandardCharsets.UTF_8));
  }

  static Manifest read(Location dir) throws IOException {
    var path = dir.child(NAME);
    JsonNode tree;
    try {
      tree = JSON.readTree(path.read());
    } catch (FileNotFoundException e) {
      throw new IllegalArgumentException(
          dir + ": not a shard directory (no manifest.json); make one with ingest or synthesize",
          e);
    } catch (JsonProcessingException e) {
      throw unusable(path, "not JSON: " + e.getOriginalMessage(), e);
    }
    var version = tree.path("version").asInt(0);
    if (version < 1 || version > VERSION) {
      throw new IllegalArgumentException(
          "%s: version must be 1 to %d, got %s; use the release that wrote it, or make it again"
              .formatted(path, VERSION, tree.path("version")));
    }
    try {
      return JSON.treeToValue(tree, Manifest.class);
    } catch (JsonProcessingException e) {
      throw unusable(path, e.getOriginalMessage(), e);
    }
  }

  private static IllegalArgumentException unusable(Location path, String why, Exception cause) {
    return new IllegalArgumentException(
        path + ": damaged manifest (" + why + "); make the directory again", cause);
  }
}
