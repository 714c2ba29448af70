package ai.echogen.data.shards;

import ai.echogen.json.JsonRecord;
import ai.echogen.json.JsonText;
import ai.echogen.storage.LocalFiles;
import ai.echogen.storage.Location;
import ai.echogen.storage.StagedDirectory;
import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
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
  private static final String WAY_OUT = "the manifest is damaged: make the directory again";
  private static final Pattern FILE_NAME = Pattern.compile("data/[\\w-]+\\.parquet");
  private static final int MOST_LETTERS = 100_000; // of the columns
  private static final int MOST_OPENED = 200;
  private static final String OPENING = "<(*";
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
    byte[] text;
    try {
      text = path.read();
    } catch (FileNotFoundException e) {
      StagedDirectory.requireFinished(dir);
      throw new IllegalArgumentException(
          dir + ": not a shard directory (no manifest.json); make one with ingest or synthesize",
          e);
    }
    JsonNode tree;
    try {
      tree = JsonText.parse(text, path.toString());
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(e.getMessage() + "; " + WAY_OUT, e);
    }
    var fields = JsonRecord.of(tree, path.toString());
    var version = tree.path("version");
    if (!version.isInt() || version.intValue() < 1 || version.intValue() > VERSION) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "%s: version must be 1 to %d, got %s; use the release that wrote it, or make it"
                  + " again",
              path,
              VERSION,
              version));
    }
    return of(fields, version.intValue());
  }

  private static Manifest of(JsonRecord fields, int version) {
    var unused = fields.any("version"); // read before
    var columns = fields.text("columns");
    var job = fields.text("job");
    var settings = fields.any("settings");
    var rows = new LinkedHashMap<String, Long>();
    var given = fields.object("rows");
    given.names().forEach(split -> rows.put(split, given.whole(split, 0, Long.MAX_VALUE)));
    var files = fields.list("files", false).stream().map(Manifest::file).toList();
    var dropped = fields.list("dropped", false).stream().map(Manifest::dropped).toList();
    var adjusted = fields.list("adjusted", false).stream().map(Manifest::dropped).toList();
    checkColumns(columns, fields);
    checkRows(rows, files, fields);
    fields.nothingElse().orThrow(WAY_OUT);
    return new Manifest(version, columns, job, settings, rows, files, dropped, adjusted);
  }

  private static ShardFile file(JsonRecord fields) {
    var file =
        new ShardFile(
            fields.text("name"),
            fields.text("split"),
            fields.whole("rows", 1, Long.MAX_VALUE),
            fields.textIfAny("firstId").orElse(""),
            fields.textIfAny("lastId").orElse(""),
            fields.whole("bytes", 0, Long.MAX_VALUE),
            fields.text("sha256"));
    if (!FILE_NAME.matcher(file.name()).matches()) {
      fields.problem("name", "must be a file of data, got " + file.name());
    }
    fields.nothingElse();
    return file;
  }

  private static Dropped dropped(JsonRecord fields) {
    var examples = fields.any("examples");
    var names = new ArrayList<String>();
    examples.forEach(example -> names.add(example.asText()));
    if (!examples.isArray()) {
      fields.problem("examples", "must be a list");
    }
    var dropped =
        new Dropped(fields.text("reason"), fields.whole("count", 0, Long.MAX_VALUE), names);
    fields.nothingElse();
    return dropped;
  }

  private static void checkColumns(String columns, JsonRecord fields) {
    // Spark's parser calls itself for each level of types and of comments.
    long opened = columns.chars().filter(letter -> OPENING.indexOf(letter) >= 0).count();
    if (columns.length() > MOST_LETTERS || opened > MOST_OPENED) {
      fields.problem(
          "columns",
          String.format(
              Locale.ROOT,
              "must have at most %d letters and %d of %s, got %d and %d",
              MOST_LETTERS,
              MOST_OPENED,
              OPENING,
              columns.length(),
              opened));
      return;
    }
    try {
      if (!columns.isEmpty()) {
        var unused = StructType.fromDDL(columns);
      }
    } catch (Exception e) { // also ParseException, which its compiler does not check
      fields.problem("columns", "must be columns in SQL");
    }
  }

  /** A split has as many rows as its files, each of which is there once. */
  private static void checkRows(Map<String, Long> rows, List<ShardFile> files, JsonRecord fields) {
    var names = new HashSet<String>();
    for (var file : files) {
      if (!names.add(file.name())) {
        fields.problem("files", "must be listed once each, got %s again".formatted(file.name()));
      }
    }
    try {
      var unused = files.stream().mapToLong(ShardFile::rows).reduce(0, Math::addExact);
    } catch (ArithmeticException e) {
      fields.problem("files", "must have rows that can be counted, got more than a long holds");
      return;
    }
    var found = new LinkedHashMap<String, Long>();
    rows.keySet().forEach(split -> found.put(split, 0L));
    files.forEach(file -> found.merge(file.split(), file.rows(), Long::sum));
    if (!found.equals(rows)) {
      fields.problem("rows", "must be %s, as the files say, got %s".formatted(found, rows));
    }
  }
}
