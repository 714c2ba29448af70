package ai.echogen.data.ingest.formats.parquet;

import ai.echogen.Door;
import ai.echogen.data.ingest.formats.FormatDoors;
import ai.echogen.storage.Location;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;

/** Annotations in Parquet files of others, whose pages have no checksums. */
public final class ParquetDoors {
  private static final String OBJECTS =
      """
      optional group image { optional binary bytes; optional binary path (UTF8); }
      optional int64 image_id; optional int32 width; optional int32 height;
      optional group objects {
        optional group id (LIST) { repeated group list { optional int64 element; } }
        optional group bbox (LIST) { repeated group list { optional group element (LIST) {
          repeated group list { optional float element; } } } }
        optional group category (LIST) { repeated group list { optional int64 element; } }
      }
      """;
  private static final String FEATURES =
      "{\"info\":{\"features\":{\"objects\":{\"feature\":{\"category\":"
          + "{\"names\":[\"dog\",\"cat\"],\"_type\":\"ClassLabel\"}}}}}}";
  private static final String LAYOUT_SAM =
      """
      optional group image { optional binary bytes; optional binary path (UTF8); }
      optional int64 image_id; optional binary file_name (UTF8);
      optional int64 height; optional int64 width; optional binary global_caption (UTF8);
      optional binary bbox_list (UTF8); optional binary region_captions (UTF8);
      optional binary detail_region_captions (UTF8);
      """;
  private static final String REF_L4 =
      """
      optional int64 id; optional binary caption (UTF8);
      optional group bbox (LIST) { repeated group list { optional double element; } }
      optional binary ori_category_id (UTF8); optional int64 image_id;
      optional int64 height; optional int64 width; optional binary file_name (UTF8);
      optional binary split (UTF8);
      """;
  private static final String GRIT =
      """
      optional binary key (UTF8); optional binary caption (UTF8);
      optional int64 width; optional int64 height;
      optional group noun_chunks (LIST) { repeated group list { optional group element (LIST) {
        repeated group list { optional double element; } } } }
      optional group ref_exps (LIST) { repeated group list { optional group element (LIST) {
        repeated group list { optional double element; } } } }
      """;

  private ParquetDoors() {}

  /** Writes whole files into an empty folder. */
  public static List<Door> in(Path folder) throws IOException {
    var images = Location.of(Files.createDirectory(folder.resolve("images")));
    return List.of(
        door(
            folder.resolve("hub"),
            ParquetFile.of(OBJECTS).with("huggingface", FEATURES),
            HuggingFaceRecords::of,
            """
            {"image_id":15,"image":{"bytes":"abc","path":null},"width":943,"height":663,
             "objects":{"id":[114,115],"bbox":[[302.5,109,73,52],[810,100,57,28]],"category":[1,0]}}\
            """,
            """
            {"image_id":16,"image":{"bytes":null,"path":"b/c.jpg"},
             "objects":{"id":[],"bbox":[],"category":[]}}\
            """),
        door(
            folder.resolve("layoutsam"),
            ParquetFile.of(LAYOUT_SAM).with(CompressionCodecName.SNAPPY),
            LayoutSamRecords::of,
            """
            {"image":{"bytes":"abc","path":"sa_1.jpg"},"image_id":0,"file_name":"sa_1.jpg",
             "height":1500,"width":2250,"global_caption":"A cat and a dog.",
             "bbox_list":"[[10, 20.5, 110, 220], (0, 0, 2250, 1500)]",
             "region_captions":"['a cat', \\"a dog's tail\\"]",
             "detail_region_captions":"['a long text', None]"}\
            """),
        door(
            folder.resolve("ref-l4"),
            ParquetFile.of(REF_L4).with(CompressionCodecName.GZIP),
            RefL4Records::of,
            """
            {"id":12,"caption":"The red bus","bbox":[10.5,20,30,40.25],
             "ori_category_id":"o365_92","image_id":7,"height":480,"width":640,
             "file_name":"objects365_v2_01.jpg","split":"val"}\
            """),
        door(
            folder.resolve("grit"),
            ParquetFile.of(GRIT),
            GritRecords.in(images),
            """
            {"key":"000009527","caption":"a wire hanger with a paper cover",
             "width":1024,"height":693,"noun_chunks":[[0,13,0.019,0.028,0.959,0.969,0.675]],
             "ref_exps":[[19,32,0.02,0.31,0.96,0.96,0.79]]}\
            """));
  }

  private static Door door(Path folder, ParquetFile whole, RecordFormat.Maker maker, String... rows)
      throws IOException {
    var file = whole.write(folder.resolve(folder.getFileName() + ".parquet"), rows);
    return Door.bytes(
        folder,
        String.valueOf(file.getFileName()),
        place -> FormatDoors.read(ParquetAnnotations.in(Location.of(place), maker)));
  }
}
