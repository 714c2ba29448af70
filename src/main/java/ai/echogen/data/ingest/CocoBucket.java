package ai.echogen.data.ingest;

import ai.echogen.data.shards.Finding;
import ai.echogen.storage.Location;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One file of {@link CocoBuckets}, joined by image.
 *
 * @param categories names by id
 */
record CocoBucket(Location file, Map<String, String> categories) implements Annotations.Piece {
  private static final long serialVersionUID = 1;

  /** An annotation before its image and category are known. */
  private record Pending(
      String imageId, String id, String categoryId, double[] box, boolean crowd) {}

  private record Caption(String imageId, String id, String text) {}

  @Override
  public Annotations.Images read() throws IOException {
    var images = new LinkedHashMap<String, SourceImage>();
    var ambiguous = new LinkedHashMap<String, SourceImage>();
    var annotations = new ArrayList<Pending>();
    var captions = new ArrayList<Caption>();
    var lost = new ArrayList<Finding>();
    try (var in = new DataInputStream(new BufferedInputStream(file.open()))) {
      for (int kind = in.read(); kind >= 0; kind = in.read()) {
        var imageId = text(in);
        switch (kind) {
          case CocoBuckets.IMAGE -> {
            var image = new SourceImage(imageId, text(in), in.readInt(), in.readInt());
            var other = images.putIfAbsent(imageId, image);
            if (other != null) {
              lost.add(Finding.dropped("duplicate image id", named(image)));
              if (!isSame(image, other)) {
                ambiguous.put(imageId, other);
              }
            }
          }
          case CocoBuckets.ANNOTATION ->
              annotations.add(
                  new Pending(imageId, text(in), text(in), numbers(in), in.readBoolean()));
          case CocoBuckets.CAPTION -> captions.add(new Caption(imageId, text(in), text(in)));
          case CocoBuckets.LOST -> lost.add(Finding.dropped(text(in), imageId));
          default -> throw new IOException(file + ": no kind of entry: " + kind);
        }
      }
    }
    for (var image : ambiguous.values()) { // whose the annotations are, nobody can tell
      images.remove(image.id);
      lost.add(Finding.dropped("duplicate image id", named(image)));
    }
    annotations.forEach(annotation -> join(annotation, images, categories, lost));
    captions.forEach(caption -> join(caption, images, lost));
    return new Annotations.Images(List.copyOf(images.values()), lost);
  }

  private static String named(SourceImage image) {
    return "image %s (%s)".formatted(image.id, image.fileName);
  }

  private static boolean isSame(SourceImage a, SourceImage b) {
    return a.fileName.equals(b.fileName) && a.width == b.width && a.height == b.height;
  }

  private static String text(DataInputStream in) throws IOException {
    return new String(in.readNBytes(in.readInt()), StandardCharsets.UTF_8);
  }

  private static double[] numbers(DataInputStream in) throws IOException {
    var numbers = new double[in.readByte()];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = in.readDouble();
    }
    return numbers;
  }

  private static void join(
      Pending annotation,
      Map<String, SourceImage> images,
      Map<String, String> categories,
      List<Finding> lost) {
    var image = images.get(annotation.imageId());
    if (image == null) {
      lost.add(
          Finding.dropped(
              "annotation of an unknown image",
              "annotation %s of image %s".formatted(annotation.id(), annotation.imageId())));
      return;
    }
    var where = "annotation %s of %s".formatted(annotation.id(), image.fileName);
    var category = categories.get(annotation.categoryId());
    if (category == null) {
      image.findings.add(
          Finding.dropped(
              "unknown category", "%s: category %s".formatted(where, annotation.categoryId())));
    } else if (annotation.box().length != 4) {
      image.findings.add(Finding.dropped("bbox is not four numbers", where));
    } else {
      var b = annotation.box();
      image.boxes.add(
          new SourceBox(annotation.id(), category, b[0], b[1], b[2], b[3], annotation.crowd()));
    }
  }

  /** Of several captions the first in the file is taken. */
  private static void join(Caption caption, Map<String, SourceImage> images, List<Finding> lost) {
    var image = images.get(caption.imageId());
    if (image == null) {
      lost.add(
          Finding.dropped(
              "caption of an unknown image",
              "caption %s of image %s".formatted(caption.id(), caption.imageId())));
    } else if (image.caption == null) {
      image.caption = caption.text();
    } else {
      image.findings.add(Finding.adjusted("more captions than one, the first was taken", ""));
    }
  }
}
