package ai.echogen.data.ingest.formats.parquet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.echogen.data.ingest.Annotations;
import ai.echogen.data.ingest.SourceImage;
import ai.echogen.data.ingest.formats.common.ReadAnnotations;
import ai.echogen.data.shards.Finding;
import ai.echogen.storage.Location;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.schema.Type;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ParquetAnnotationsTest {
  private static final String REASON = "rows of a Parquet file that cannot be read";
  private static final ParquetFile TEXTS =
      ParquetFile.of("optional binary text (UTF8); optional binary other (UTF8);");

  @TempDir private Path temp;

  /** Says each row as JSON, in place of a caption. */
  private record Echo(List<String> columns, List<String> idColumns) implements RecordFormat {
    private static final long serialVersionUID = 1;

    static RecordFormat all(ParquetFooter footer) {
      return new Echo(footer.schema().getFields().stream().map(Type::getName).toList(), List.of());
    }

    static RecordFormat text(ParquetFooter footer) {
      footer.require("echo", "text", ParquetFooter.Kind.TEXT);
      return new Echo(List.of("text"), List.of());
    }

    static RecordFormat ids(ParquetFooter footer) {
      return new Echo(List.of("text"), List.of("text"));
    }

    @Override
    public String id(JsonNode row) {
      return row.path("text").asText();
    }

    @Override
    public Optional<SourceImage> image(JsonNode row, RecordPlace place, List<Finding> lost) {
      if (row.path("text").asText().equals("bad")) {
        lost.add(Finding.dropped("bad row", place.toString()));
        return Optional.empty();
      }
      var image = new SourceImage(place.id(), "", 0, 0);
      image.setCaption(row.toString());
      return Optional.of(image);
    }
  }

  @Test
  void valuesOfAllTypesBecomeNodes() throws IOException {
    ParquetFile.of(
            """
            optional int32 i; optional int64 l; optional float f; optional double d;
            optional boolean yes; optional binary text (UTF8); optional binary word (ENUM);
            optional binary bytes; optional int32 small (UINT_32); optional int64 large (UINT_64);
            optional int32 price (DECIMAL(9, 2)); optional binary cost (DECIMAL(9, 1));
            optional int64 time (TIMESTAMP_MILLIS);
            optional group struct { optional binary name (UTF8); optional int32 n; }
            """)
        .write(
            temp.resolve("a.parquet"),
            """
            {"i":-7,"l":9000000000,"f":0.5,"d":1e300,"yes":true,"text":"größe","word":"cat",
             "bytes":"abc","small":-1,"large":-1,"price":-1250,"cost":"\\u0001","time":5,
             "struct":{"name":"x"}}\
            """,
            "{\"d\":NaN,\"struct\":{}}",
            "{}");
    assertThat(rows(Echo::all))
        .containsExactly(
            "{\"i\":-7,\"l\":9000000000,\"f\":0.5,\"d\":1.0E300,\"yes\":true,\"text\":\"größe\","
                + "\"word\":\"cat\",\"bytes\":\"YWJj\",\"small\":4294967295,"
                + "\"large\":18446744073709551615,\"price\":-12.5,\"cost\":0.1,\"time\":5,"
                + "\"struct\":{\"name\":\"x\"}}",
            "{\"d\":NaN,\"struct\":{}}".replace("NaN", "\"NaN\""),
            "{}");
  }

  @Test
  void listsOfAllFormsAndMapsAreRead() throws IOException {
    ParquetFile.of(
            """
            optional group three (LIST) { repeated group list { optional int32 element; } }
            optional group boxes (LIST) { repeated group list { optional group element (LIST)
              { repeated group list { optional double element; } } } }
            optional group two (LIST) { repeated int32 array; }
            optional group deep (LIST) { repeated group array (LIST) { repeated int32 array; } }
            optional group structs (LIST) { repeated group array { optional int32 a; } }
            optional group tuples (LIST) { repeated group tuples_tuple { optional int32 a; } }
            optional group pairs (LIST) {
              repeated group pair { optional int32 a; optional int32 b; } }
            optional group hive (LIST) { repeated group bag { optional int32 array_element; } }
            repeated int32 bare;
            repeated group plain { optional int32 a; repeated int32 many; }
            """)
        .write(
            temp.resolve("a.parquet"),
            """
            {"three":[1,null,3],"boxes":[[1,2.5],null,[]],"two":[4,5],"deep":[[1],[2,3]],
             "structs":[{"a":1},{}],"tuples":[{"a":2}],"pairs":[{"a":1,"b":2}],"hive":[1,2],
             "bare":[7,8],"plain":[{"a":1,"many":[1,2]},{}]}\
            """,
            "{\"three\":[],\"boxes\":null}");
    assertThat(rows(Echo::all))
        .containsExactly(
            "{\"three\":[1,null,3],\"boxes\":[[1.0,2.5],null,[]],\"two\":[4,5],"
                + "\"deep\":[[1],[2,3]],\"structs\":[{\"a\":1},{}],\"tuples\":[{\"a\":2}],"
                + "\"pairs\":[{\"a\":1,\"b\":2}],\"hive\":[1,2],\"bare\":[7,8],"
                + "\"plain\":[{\"a\":1,\"many\":[1,2]},{}]}",
            "{\"three\":[]}");
  }

  @Test
  void mapsAreObjects() throws IOException {
    ParquetFile.of(
            "optional group m (MAP) { repeated group key_value "
                + "{ required binary key (UTF8); optional int32 value; } }")
        .write(
            temp.resolve("a.parquet"),
            "{\"m\":{\"key_value\":[{\"key\":\"a\",\"value\":1},{\"key\":\"b\"}]}}");
    assertThat(rows(Echo::all)).containsExactly("{\"m\":{\"a\":1,\"b\":null}}");
  }

  @Test
  void filesAreReadByTheirPathsAndHiddenOnesPassedOver() throws IOException {
    for (var name : List.of("b", "a/c", "a-b/c", ".hidden", "_temporary/x", "sub/_x", "a/.h/x")) {
      TEXTS.write(temp.resolve(name + ".parquet"), "{\"text\":\"%s\"}".formatted(name));
    }
    TEXTS.write(temp.resolve("d.PARQUET"), "{\"text\":\"d\"}");
    Files.writeString(temp.resolve("readme.md"), "no rows");

    var annotations = annotations(Echo::text);

    assertThat(annotations.summary()).isEqualTo("4 rows in 4 Parquet files");
    assertThat(annotations.numImages()).hasValue(4);
    assertThat(ReadAnnotations.of(annotations).images())
        .extracting(SourceImage::id)
        .containsExactly("a-b/c-000000", "a/c-000000", "b-000000", "d.PARQUET-000000");
  }

  @Test
  void aFileOfAnyNameIsReadAlone() throws IOException {
    var file = TEXTS.write(temp.resolve("_data"), "{}", "{\"text\":\"x\"}");
    var read = ReadAnnotations.of(ParquetAnnotations.in(Location.of(file), Echo::text));
    assertThat(read.images())
        .extracting(SourceImage::id)
        .containsExactly("_data-000000", "_data-000001");
  }

  @Test
  void onlyTheColumnsThatAreAskedForAreRead() throws IOException {
    var file = TEXTS.write(temp.resolve("a.parquet"), "{\"text\":\"good\",\"other\":\"damaged\"}");
    var bytes = Files.readAllBytes(file);
    var other = indexOf(bytes, "damaged");
    for (int i = other - 12; i < other + 7; i++) {
      bytes[i] = 77;
    }
    Files.write(file, bytes);
    assertThat(rows(Echo::text)).containsExactly("{\"text\":\"good\"}");
    assertThat(read(Echo::all).lost()).extracting(Finding::reason).containsExactly(REASON);
  }

  @Test
  void smallGroupsAreOnePieceAndLargeOnesSeveral() throws IOException {
    for (int i = 0; i < 70; i++) {
      TEXTS.write(temp.resolve("many/" + (10 + i) + ".parquet"), "{}", "{}");
    }
    TEXTS.inGroupsOf(1500).write(temp.resolve("z.parquet"), texts(5000));

    var annotations = annotations(Echo::text);

    assertThat(annotations.pieces()).as("64 files, 6 and a group, a group, two").hasSize(4);
    var read = ReadAnnotations.of(annotations);
    assertThat(read.images()).hasSize(5140);
    assertThat(read.images()).extracting(SourceImage::id).doesNotHaveDuplicates().isSorted();
    assertThat(read.images().get(5139).id()).isEqualTo("z-004999");
    assertThat(read.images().get(5139).caption()).hasValue("{\"text\":\"text 4999\"}");
  }

  @Test
  void aGroupIsCutWhereItHoldsNoImages() throws IOException {
    TEXTS.write(temp.resolve("a.parquet"), texts(5000));
    assertThat(annotations(Echo::text).pieces()).hasSize(3);
    var read = read(Echo::text);
    assertThat(read.images()).hasSize(5000);
    for (int i = 0; i < 5000; i++) {
      assertThat(read.images().get(i).id()).isEqualTo(new RecordPlace("a.parquet", i).id());
      assertThat(read.images().get(i).caption()).hasValue("{\"text\":\"text " + i + "\"}");
    }

    ParquetFile.of("optional binary image; optional binary text (UTF8);")
        .write(temp.resolve("a.parquet"), texts(5000));
    assertThat(annotations(Echo::all).pieces()).hasSize(1);
  }

  @Test
  void aRowWithoutAnImageIsNamedAndTheNextIsRead() throws IOException {
    TEXTS.write(temp.resolve("a.parquet"), "{\"text\":\"bad\"}", "{\"text\":\"good\"}");
    var read = read(Echo::text);
    assertThat(read.images()).hasSize(1);
    assertThat(read.lost()).containsExactly(Finding.dropped("bad row", "a.parquet row 0"));
  }

  @Test
  void oneOfTwoRowsWithOneIdIsLeftOutWhereverTheyAre() throws IOException {
    TEXTS.write(temp.resolve("a.parquet"), "{\"text\":\"x\"}", "{}", "{\"text\":\"x\"}", "{}");
    var many = texts(5000);
    many[4500] = "{\"text\":\"x\"}";
    TEXTS.write(temp.resolve("b.parquet"), many);

    var read = read(Echo::ids);

    assertThat(read.images()).hasSize(5002);
    assertThat(read.lost())
        .containsExactly(
            Finding.dropped("duplicate id", "a.parquet row 2 (x)"),
            Finding.dropped("duplicate id", "b.parquet row 4500 (x)"));
  }

  @Test
  void rowsBeforeTheDamageArriveAndTheRestIsNamed() throws IOException {
    var file = TEXTS.with(CompressionCodecName.GZIP).write(temp.resolve("a.parquet"), texts(1800));
    TEXTS.write(temp.resolve("b.parquet"), "{\"text\":\"x\"}");
    var bytes = Files.readAllBytes(file);
    bytes[bytes.length / 2] ^= 1;
    Files.write(file, bytes);

    var read = read(Echo::text);

    var finding = read.lost().get(0);
    assertThat(read.lost()).hasSize(1);
    assertThat(finding.reason()).isEqualTo(REASON);
    assertThat(finding.what()).matches("a.parquet rows [1-9]?[13579]99 to 1799 \\(.+\\)");
    assertThat(finding.kept()).isFalse();
    assertThat(read.images().size() + numLost(read)).isEqualTo(1801);
    assertThat(read.images()).extracting(SourceImage::id).contains("a-000599", "b-000000");
  }

  @Test
  void filesThatCannotBeReadAreNamedAndTheOthersRead() throws IOException {
    TEXTS.write(temp.resolve("good.parquet"), "{\"text\":\"x\"}");
    var cut = TEXTS.write(temp.resolve("cut.parquet"), "{\"text\":\"x\"}");
    Files.write(cut, java.util.Arrays.copyOf(Files.readAllBytes(cut), 60));
    Files.writeString(
        temp.resolve("lfs.parquet"),
        "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n");
    Files.writeString(temp.resolve("empty.parquet"), "");
    Files.writeString(temp.resolve("footer.parquet"), "PAR1" + "x".repeat(9) + "\7\0\0\0PAR1");
    Files.write(
        temp.resolve("huge.parquet"),
        "PAR1xxxxxxxxxxxxxxxxxx\0\0\0\u007fPAR1".getBytes(StandardCharsets.ISO_8859_1));

    var read = read(Echo::text);

    assertThat(read.images()).hasSize(1);
    assertThat(read.lost())
        .extracting(Finding::reason)
        .containsOnly("Parquet file that cannot be read");
    assertThat(read.lost())
        .extracting(finding -> finding.what().replaceFirst("footer.parquet .*", "footer"))
        .containsExactly(
            "cut.parquet (does not end as Parquet does: cut off, or of another kind)",
            "empty.parquet (too short)",
            "footer",
            "huge.parquet (a footer of 2130706432 bytes)",
            "lfs.parquet (a Git LFS pointer: run git lfs pull)");
    Files.delete(temp.resolve("good.parquet"));
    assertThatThrownBy(() -> annotations(Echo::text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("no file that can be read: cut.parquet (does not end");
  }

  @Test
  void whatIsWhollyWrongIsRefused() throws IOException {
    assertThatThrownBy(() -> annotations(Echo::text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(temp + ": no .parquet file in it; give a Parquet file, or a folder of them");
    assertThatThrownBy(() -> ParquetAnnotations.in(Location.of(temp.resolve("none")), Echo::text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("check annotations");
    ParquetFile.of("optional binary text (UTF8);").write(temp.resolve("a.parquet"));
    assertThatThrownBy(() -> annotations(Echo::text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(temp + ": no row in it; give files that have some");
    ParquetFile.of("optional int32 n; optional int32 m;").write(temp.resolve("a.parquet"), "{}");
    assertThatThrownBy(() -> annotations(Echo::text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            temp.resolve("a.parquet")
                + ": no column text (a text), which format=echo needs; it has n, m");
    ParquetFile.of("optional group text (LIST) { repeated int32 array; }")
        .write(temp.resolve("a.parquet"), "{}");
    assertThatThrownBy(() -> annotations(Echo::text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            temp.resolve("a.parquet")
                + ": column text is optional group text (LIST) { repeated int32 array; }, "
                + "where format=echo has a text");
  }

  @Test
  void aFileThatChangesOrGoesIsToldApart() throws IOException {
    var file = TEXTS.write(temp.resolve("a.parquet"), "{}", "{}");
    var annotations = annotations(Echo::text);
    TEXTS.write(file, texts(9));
    assertThat(ReadAnnotations.of(annotations).lost())
        .singleElement()
        .asString()
        .contains("a.parquet rows 0 to 1 (has ");
    Files.delete(file);
    assertThatThrownBy(() -> ReadAnnotations.of(annotations)).isInstanceOf(IOException.class);
  }

  @Test
  void findingsOfDamagedRowsDoNotFillTheMemory() throws IOException {
    var bad = "{\"text\":\"bad\"}";
    ParquetFile.of("optional binary image; optional binary text (UTF8);")
        .write(
            temp.resolve("a.parquet"),
            IntStream.range(0, 20_000)
                .mapToObj(i -> i < 10_001 ? bad : "{\"text\":\"" + i + "\"}")
                .toArray(String[]::new));
    var read = read(Echo::all);
    assertThat(read.lost()).hasSize(10_001);
    assertThat(read.lost().get(10_000))
        .isEqualTo(
            Finding.dropped(
                REASON, "a.parquet rows 10000 to 19999 (10,000 rows before them are damaged)"));
    assertThat(read.images()).isEmpty();
  }

  /** One value of a dictionary and how often it comes. */
  @Test
  void aRowDoesNotGrowBeyondMeasure() throws IOException {
    ParquetFile.of("optional group many (LIST) { repeated int32 array; }")
        .write(
            temp.resolve("a.parquet"),
            "{\"many\":[1]}",
            "{\"many\":[%s1]}".formatted("1,".repeat(1 << 20)),
            "{}");
    ParquetFile.of("optional group many (LIST) { repeated binary array (UTF8); }")
        .with(CompressionCodecName.GZIP)
        .write(
            temp.resolve("b.parquet"),
            "{\"many\":[%s\"x\"]}".formatted(("\"" + "x".repeat(100_000) + "\",").repeat(1500)));
    var read = read(Echo::all);
    assertThat(read.images()).hasSize(1);
    assertThat(read.lost())
        .containsExactly(
            Finding.dropped(REASON, "a.parquet rows 1 to 2 (a row of more than 1,048,576 values)"),
            Finding.dropped(
                REASON, "b.parquet rows 0 to 0 (a row of more than 134,217,728 bytes)"));
  }

  @Test
  void aPageIsNotUnpackedToManyTimesItsSize() throws IOException {
    ParquetFile.of("optional binary text (UTF8);")
        .with(CompressionCodecName.ZSTD)
        .write(temp.resolve("a.parquet"), "{\"text\":\"%s\"}".formatted("a".repeat(80 << 20)));
    assertThat(read(Echo::text).lost()).singleElement().asString().contains("come out of it");
  }

  /** Whatever bit is turned, all rows are there or named, and nothing else happens. */
  @Test
  void noDamageGetsFurtherThanAFinding() throws IOException {
    var file =
        ParquetFile.of(
                "optional binary text (UTF8); optional group boxes (LIST) { repeated group list "
                    + "{ optional double element; } }")
            .with(CompressionCodecName.SNAPPY)
            .inGroupsOf(100)
            .write(
                temp.resolve("a.parquet"),
                IntStream.range(0, 300)
                    .mapToObj(i -> "{\"text\":\"t" + i % 50 + "\",\"boxes\":[" + i + ",1]}")
                    .toArray(String[]::new));
    var bytes = Files.readAllBytes(file);
    var seed = 20261127L;
    var random = new Random(seed);
    var refused = 0;
    for (int trial = 0; trial < 200; trial++) {
      var damaged = bytes.clone();
      int at = random.nextInt(damaged.length);
      damaged[at] ^= (byte) (1 << random.nextInt(8));
      Files.write(file, damaged);
      try {
        var read = read(Echo::all);
        assertThat(read.images().size() + numLost(read))
            .as("seed %d, trial %d, byte %d of %d", seed, trial, at, bytes.length)
            .isEqualTo((int) annotations(Echo::all).numImages().orElseThrow());
      } catch (IllegalArgumentException e) { // the only file cannot be read, or has other columns
        refused++;
      }
    }
    assertThat(refused).isBetween(1, 199);
  }

  private static int numLost(ReadAnnotations read) {
    return read.lost().stream()
        .mapToInt(
            finding -> {
              var numbers = finding.what().replaceFirst(".*rows (\\d+ to \\d+) .*", "$1");
              var range = numbers.split(" to ", -1);
              return Integer.parseInt(range[1]) - Integer.parseInt(range[0]) + 1;
            })
        .sum();
  }

  private static String[] texts(int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> "{\"text\":\"text " + i + "\"}")
        .toArray(String[]::new);
  }

  private static int indexOf(byte[] bytes, String text) {
    return new String(bytes, StandardCharsets.ISO_8859_1).indexOf(text);
  }

  private List<String> rows(RecordFormat.Maker maker) throws IOException {
    var read = read(maker);
    assertThat(read.lost()).isEmpty();
    var rows = new ArrayList<String>();
    read.images().forEach(image -> rows.add(image.caption().orElseThrow()));
    return rows;
  }

  private ReadAnnotations read(RecordFormat.Maker maker) throws IOException {
    return ReadAnnotations.of(annotations(maker));
  }

  private Annotations annotations(RecordFormat.Maker maker) {
    return ParquetAnnotations.in(Location.of(temp), maker);
  }
}
