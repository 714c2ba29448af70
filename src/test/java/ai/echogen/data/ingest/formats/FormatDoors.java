package ai.echogen.data.ingest.formats;

import ai.echogen.Door;
import ai.echogen.data.ingest.Annotations;
import ai.echogen.data.ingest.SourceImage;
import ai.echogen.data.ingest.SplitLists;
import ai.echogen.data.ingest.formats.coco.CocoAnnotations;
import ai.echogen.data.ingest.formats.coco.RefCocoAnnotations;
import ai.echogen.data.ingest.formats.common.ReadAnnotations;
import ai.echogen.data.ingest.formats.tar.WebDatasetAnnotations;
import ai.echogen.data.ingest.formats.text.JsonLinesAnnotations;
import ai.echogen.data.ingest.formats.text.OpenImagesAnnotations;
import ai.echogen.data.ingest.formats.text.VisualGenomeAnnotations;
import ai.echogen.data.ingest.formats.xml.FlickrAnnotations;
import ai.echogen.data.ingest.formats.xml.VocAnnotations;
import ai.echogen.data.ingest.formats.yolo.YoloAnnotations;
import ai.echogen.storage.LocalFiles;
import ai.echogen.storage.Location;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import net.razorvine.pickle.Pickler;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/** Annotations of the public formats, each with one image or two, and the lists of splits. */
public final class FormatDoors {
  private static final String INSTANCES =
      """
      {"images": [{"id": 1, "file_name": "1.jpg", "width": 40, "height": 30}],
       "annotations": [{"id": 7, "image_id": 1, "category_id": 18, "bbox": [10, 5, 20, 15], "iscrowd": 0}],
       "categories": [{"id": 18, "name": "dog"}]}\
      """;

  private FormatDoors() {}

  /** Opens annotations in a folder. */
  private interface Opener {
    Annotations open(Location folder) throws IOException;
  }

  /** All that annotations say. */
  public static Object read(Annotations annotations) throws IOException {
    var read = ReadAnnotations.of(annotations);
    var images =
        read.images().stream()
            .map(
                image ->
                    List.of(
                        image.id(),
                        image.fileName(),
                        image.caption(),
                        image.boxes(),
                        image.findings()))
            .toList();
    return List.of(images, read.lost());
  }

  private static Door door(Path folder, String file, Opener opener) {
    return Door.bytes(folder, file, place -> read(opener.open(Location.of(place))));
  }

  /** Writes whole files into an empty folder. */
  public static List<Door> in(Path folder) throws IOException {
    Files.createDirectory(folder.resolve("images"));
    Files.write(folder.resolve("images/1.jpg"), new byte[] {1});
    var doors = new ArrayList<Door>();
    addCoco(folder, doors);
    addRefCoco(folder, doors);
    addXml(folder, doors);
    addYolo(folder, doors);
    addTexts(folder, doors);
    addTars(Files.createDirectory(folder.resolve("tars")), doors);
    addLists(folder, doors);
    return doors;
  }

  private static void addCoco(Path folder, List<Door> doors) throws IOException {
    Files.writeString(folder.resolve("instances.json"), INSTANCES);
    Files.writeString(
        folder.resolve("captions.json"),
        """
        {"images": [{"id": 1}],
         "annotations": [{"id": 3, "image_id": 1, "caption": "A dog."}]}\
        """);
    for (var file : List.of("instances.json", "captions.json")) {
      doors.add(Door.json(folder, file, FormatDoors::coco).named("ingest " + file));
    }
  }

  /** Cut by image, as a run reads it. */
  private static Object coco(Path folder) throws IOException {
    var buckets = folder.resolve("buckets");
    try {
      return read(
          CocoAnnotations.cut(
              Location.of(folder.resolve("instances.json")),
              Optional.of(Location.of(folder.resolve("captions.json"))),
              Location.of(buckets)));
    } finally {
      if (Files.exists(buckets)) {
        LocalFiles.delete(buckets);
      }
    }
  }

  private static void addRefCoco(Path folder, List<Door> doors) throws IOException {
    Object ref =
        Map.of(
            "ref_id",
            1,
            "ann_id",
            7,
            "image_id",
            1,
            "split",
            "train",
            "file_name",
            "1_0.jpg",
            "sentences",
            List.of(Map.of("sent", "a dog"), Map.of("sent", "the brown one")));
    Files.write(folder.resolve("refs.p"), new Pickler().dumps(List.of(ref)));
    Files.writeString(folder.resolve("ref-instances.json"), INSTANCES);
    for (var file : List.of("refs.p", "ref-instances.json")) {
      doors.add(
          door(
              folder,
              file,
              at -> RefCocoAnnotations.read(at.child("refs.p"), at.child("ref-instances.json"))));
    }
  }

  private static void addXml(Path folder, List<Door> doors) throws IOException {
    var voc = Files.createDirectory(folder.resolve("voc"));
    Files.writeString(
        voc.resolve("a.xml"),
        """
        <annotation><filename>a.jpg</filename><size><width>40</width><height>30</height></size>
        <object><name>dog</name><bndbox><xmin>11</xmin><ymin>6</ymin><xmax>30</xmax><ymax>20</ymax></bndbox></object>
        </annotation>\
        """);
    doors.add(door(voc, "a.xml", VocAnnotations::in));
    var flickr = Files.createDirectories(folder.resolve("flickr/Sentences")).getParent();
    Files.createDirectory(flickr.resolve("Annotations"));
    Files.writeString(
        flickr.resolve("Sentences/1.txt"),
        "[/EN#1/people Two men] and [/EN#2/animals a dog] run .\n[/EN#1/people They] rest .\n");
    Files.writeString(
        flickr.resolve("Annotations/1.xml"),
        """
        <annotation><size><width>40</width><height>30</height></size><object><name>1</name>
        <bndbox><xmin>1</xmin><ymin>2</ymin><xmax>30</xmax><ymax>20</ymax></bndbox></object>
        <object><name>2</name><nobndbox>1</nobndbox></object></annotation>\
        """);
    for (var file : List.of("Sentences/1.txt", "Annotations/1.xml")) {
      doors.add(door(flickr, file, FlickrAnnotations::in));
    }
  }

  private static void addYolo(Path folder, List<Door> doors) throws IOException {
    Files.createDirectory(folder.resolve("labels"));
    Files.writeString(
        folder.resolve("labels/1.txt"), "0 0.3 0.5 0.4 0.6\n1 0.1 0.1 0.3 0.1 0.2 0.3\n");
    Files.writeString(folder.resolve("data.yaml"), "nc: 2\nnames:\n  0: dog\n  1: 'a cat'\n");
    Files.writeString(folder.resolve("names.txt"), "dog\na cat\n");
    for (var names : List.of("data.yaml", "names.txt")) {
      Opener opener =
          at -> YoloAnnotations.in(at.child("labels"), at.child(names), at.child("images"));
      doors.add(door(folder, names, opener));
      if (names.endsWith(".yaml")) {
        doors.add(door(folder, "labels/1.txt", opener));
      }
    }
  }

  private static void addTexts(Path folder, List<Door> doors) throws IOException {
    Files.writeString(
        folder.resolve("regions.json"),
        "[{\"id\": 1, \"regions\": [{\"region_id\": 1, \"x\": 1, \"y\": 2, \"width\": 3,"
            + " \"height\": 4, \"phrase\": \"a dog\"}]}]");
    doors.add(
        door(
            folder,
            "regions.json",
            at -> VisualGenomeAnnotations.read(at.child("regions.json"), at.child("images"))));
    Files.writeString(
        folder.resolve("boxes.csv"),
        """
        ImageID,LabelName,XMin,XMax,YMin,YMax,IsGroupOf
        1,/m/1,0.1,0.5,0.2,0.8,0
        1,/m/2,0,1,0,1,1
        """);
    Files.writeString(folder.resolve("classes.csv"), "/m/1,Dog\n/m/2,\"Cat, large\"\n");
    for (var file : List.of("boxes.csv", "classes.csv")) {
      doors.add(
          door(
              folder,
              file,
              at -> OpenImagesAnnotations.read(at.child("boxes.csv"), at.child("classes.csv"))));
    }
    Files.writeString(
        folder.resolve("lines.jsonl"),
        "{\"id\": \"1\", \"image\": \"1.jpg\", \"regions\": [{\"phrase\": \"a dog\", \"box\": [0.1,"
            + " 0.2, 0.5, 0.8]}]}\n");
    doors.add(
        door(
            folder,
            "lines.jsonl",
            at -> JsonLinesAnnotations.read(at.child("lines.jsonl"), at.child("images"))));
  }

  private static void addTars(Path folder, List<Door> doors) throws IOException {
    var entries = new TreeMap<String, String>();
    entries.put("1.jpg", "a dog");
    entries.put("1.txt", "a dog");
    entries.put(
        "1.json",
        "{\"width\": 64, \"height\": 48, \"noun_chunks\": [[0, 5, 0.125, 0.25, 0.5, 0.75, 0.9]]}");
    try (var tar = new TarArchiveOutputStream(Files.newOutputStream(folder.resolve("0.tar")))) {
      for (var one : entries.entrySet()) {
        var content = one.getValue().getBytes(StandardCharsets.UTF_8);
        var entry = new TarArchiveEntry(one.getKey());
        entry.setSize(content.length);
        tar.putArchiveEntry(entry);
        tar.write(content);
        tar.closeArchiveEntry();
      }
    }
    Files.writeString(folder.resolve("0_stats.json"), "{\"successes\": 1}");
    doors.add(door(folder, "0.tar", WebDatasetAnnotations::in));
    doors.add(
        Door.json(
            folder,
            "0_stats.json", // damaged, it is as if it were not there
            place -> WebDatasetAnnotations.in(Location.of(place)).numImages()));
  }

  private static void addLists(Path folder, List<Door> doors) throws IOException {
    Files.writeString(folder.resolve("train.txt"), "1\nimages/2.jpg\n");
    Files.writeString(folder.resolve("val.txt"), "3.png\n./sub\\4.jpg\n");
    for (var file : List.of("train.txt", "val.txt")) {
      doors.add(Door.bytes(folder, file, FormatDoors::splits));
    }
  }

  private static Object splits(Path folder) {
    var files = new TreeMap<String, Location>();
    files.put("train", Location.of(folder.resolve("train.txt")));
    files.put("val", Location.of(folder.resolve("val.txt")));
    var lists = SplitLists.read(files, Location.of(folder.resolve("images")));
    return List.of("1.jpg", "2.jpg", "3.jpg", "sub/4.jpg", "5.jpg").stream()
        .map(name -> lists.split(new SourceImage(name, name, 0, 0)))
        .toList();
  }
}
