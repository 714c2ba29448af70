package ai.echogen.data.ingest.formats.coco;

import ai.echogen.data.ingest.Annotations;
import ai.echogen.data.ingest.Reading;
import ai.echogen.data.ingest.SourceImage;
import ai.echogen.data.ingest.formats.common.RowFields;
import ai.echogen.data.shards.Finding;
import ai.echogen.storage.Location;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One file of {@link CocoBuckets}, or some of its images, joined by image.
 *
 * @param share number of this one of the {@code shares} into which the file's images are divided
 * @param categories names by id
 */
record CocoBucket(Location file, int share, int shares, Map<String, String> categories)
    implements Annotations.Piece {
  private static final long serialVersionUID = 1;

  private record Caption(String imageId, String id, String text) {}

  /** An image, and its entry, which spans of its caption need. */
  private record Joined(CocoImage entry, SourceImage image) {
    static Joined of(CocoImage entry) {
      return new Joined(
          entry, new SourceImage(entry.id(), entry.fileName(), entry.width(), entry.height()));
    }

    /** The image, with its own caption if it got no other. */
    SourceImage captioned() {
      if (image.caption().isEmpty() && !entry.caption().isBlank()) {
        image.setCaption(RowFields.tidy(entry.caption()));
      }
      return image;
    }
  }

  @Override
  public Reading read() throws IOException {
    var images = new LinkedHashMap<String, Joined>();
    var ambiguous = new LinkedHashMap<String, CocoImage>();
    var annotations = new ArrayList<CocoBox>();
    var captions = new ArrayList<Caption>();
    var lost = new ArrayList<Finding>();
    try (var in = new DataInputStream(new BufferedInputStream(file.open()))) {
      for (int kind = in.read(); kind >= 0; kind = in.read()) {
        var imageId = CocoBuckets.text(in);
        boolean isHere = CocoBuckets.share(imageId, shares) == share;
        switch (kind) {
          case CocoBuckets.IMAGE -> {
            var entry = CocoImage.of(imageId, in);
            var other = isHere ? images.putIfAbsent(imageId, Joined.of(entry)) : null;
            if (other != null) {
              lost.add(Finding.dropped("duplicate image id", entry.toString()));
              if (!entry.equals(other.entry())) {
                ambiguous.put(imageId, other.entry());
              }
            }
          }
          case CocoBuckets.ANNOTATION -> addIf(isHere, annotations, CocoBox.of(imageId, in));
          case CocoBuckets.CAPTION ->
              addIf(
                  isHere,
                  captions,
                  new Caption(imageId, CocoBuckets.text(in), CocoBuckets.text(in)));
          case CocoBuckets.LOST ->
              addIf(isHere, lost, Finding.dropped(CocoBuckets.text(in), imageId));
          default -> throw new IOException(file + ": no kind of entry: " + kind);
        }
      }
    }
    for (var entry : ambiguous.values()) { // whose the annotations are, nobody can tell
      images.remove(entry.id());
      lost.add(Finding.dropped("duplicate image id", entry.toString()));
    }
    annotations.forEach(annotation -> join(annotation, images, lost));
    captions.forEach(caption -> join(caption, images, lost));
    return Reading.of(images.values().stream().map(Joined::captioned).toList(), lost);
  }

  private static <T> void addIf(boolean isHere, List<T> entries, T entry) {
    if (isHere) {
      entries.add(entry);
    }
  }

  /** What is of no known category is of that which it is said to be, if it is said. */
  private void join(CocoBox annotation, Map<String, Joined> images, List<Finding> lost) {
    var to = images.get(annotation.imageId());
    if (to == null) {
      lost.add(
          Finding.dropped(
              "annotation of an unknown image",
              "annotation %s of image %s".formatted(annotation.id(), annotation.imageId())));
      return;
    }
    var image = to.image();
    var phrase = annotation.phraseIn(to.entry());
    var category = categories.getOrDefault(annotation.categoryId(), phrase);
    if (category.isEmpty()) {
      image.add(
          Finding.dropped(
              "unknown category",
              "%s: category %s".formatted(place(annotation, image), annotation.categoryId())));
    } else if (annotation.box().length != 4) {
      image.add(Finding.dropped("bbox is not four numbers", place(annotation, image)));
    } else {
      if (phrase.isEmpty() && annotation.hasSpans()) {
        image.add(
            Finding.adjusted(
                "tokens_positive is no part of the caption, the category was taken",
                place(annotation, image)));
      }
      image.add(annotation.said(phrase.isEmpty() ? category : phrase, category));
    }
  }

  private static String place(CocoBox annotation, SourceImage image) {
    return "annotation %s of %s".formatted(annotation.id(), image.fileName());
  }

  /** Of several captions the first in the file is taken. */
  private static void join(Caption caption, Map<String, Joined> images, List<Finding> lost) {
    var to = images.get(caption.imageId());
    if (to == null) {
      lost.add(
          Finding.dropped(
              "caption of an unknown image",
              "caption %s of image %s".formatted(caption.id(), caption.imageId())));
    } else if (to.image().caption().isEmpty()) {
      to.image().setCaption(caption.text());
    } else {
      to.image().add(Finding.adjusted("more captions than one, the first was taken", ""));
    }
  }
}
