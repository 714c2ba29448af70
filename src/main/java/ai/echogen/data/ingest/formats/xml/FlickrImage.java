package ai.echogen.data.ingest.formats.xml;

import ai.echogen.data.ingest.SourceBox;
import ai.echogen.data.ingest.SourceImage;
import ai.echogen.data.ingest.formats.common.NumberedLines;
import ai.echogen.data.shards.Finding;
import ai.echogen.storage.Location;
import java.io.IOException;
import java.io.Serializable;
import java.nio.charset.CharacterCodingException;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import javax.xml.stream.XMLStreamException;
import org.jspecify.annotations.Nullable;

/**
 * The two files of an image of Flickr30k Entities: each caption is an image with the boxes of its
 * phrases, whose corners are taken as they are, which is how MDETR's evaluation reads them.
 *
 * @param sentences name of the file of captions
 * @param boxes name of the file of boxes
 * @param split that the data set has it in
 */
record FlickrImage(String id, String sentences, String boxes, @Nullable String split)
    implements Serializable {
  private static final long serialVersionUID = 1;
  private static final int MOST_BYTES = 1_000_000; // of a file of captions
  private static final int MOST_LINES = 100;
  private static final int MOST_LETTERS = 10_000; // of a caption with its marks
  private static final int MOST_BOXES = 1_000; // of a caption

  /** Reads the files, which lie in two folders. */
  void read(
      Location sentenceFolder, Location boxFolder, Deque<SourceImage> images, List<Finding> lost)
      throws IOException {
    var sentenceFile = sentenceFolder.child(sentences);
    var boxFile = boxFolder.child(boxes);
    NumberedLines lines;
    FlickrBoxes found;
    try (var in = boxFile.open()) {
      found = FlickrBoxes.read(boxes, in);
    } catch (XMLStreamException | IllegalArgumentException e) {
      var why = String.valueOf(e.getMessage()).replaceAll("\\s+", " ");
      lost.add(
          Finding.dropped(
              "annotation file is not of Flickr30k Entities", "%s (%s)".formatted(boxes, why)));
      return;
    }
    try {
      lines = NumberedLines.of(sentenceFile, MOST_BYTES, MOST_LINES);
    } catch (IllegalArgumentException e) {
      lost.add(Finding.dropped("sentence file cannot be read", String.valueOf(e.getMessage())));
      return;
    }
    int number = 0;
    while (lines.next()) {
      var where = String.format(Locale.ROOT, "%s, line %d", sentences, lines.number());
      try {
        var text = lines.text();
        if (text.isBlank()) {
          continue;
        }
        image(number, text, where, found, lost).ifPresent(images::add);
      } catch (CharacterCodingException e) {
        lost.add(Finding.dropped("caption is not UTF-8", where));
      }
      number++;
    }
    if (number == 0) {
      lost.add(Finding.dropped("sentence file without a caption", sentences));
    }
    var first = images.peek();
    for (var finding : found.findings()) {
      if (first == null) {
        lost.add(finding);
      } else {
        first.add(finding);
      }
    }
  }

  private Optional<SourceImage> image(
      int number, String text, String where, FlickrBoxes found, List<Finding> lost) {
    if (text.length() > MOST_LETTERS) {
      lost.add(Finding.dropped("caption is too long", where));
      return Optional.empty();
    }
    var caption = FlickrSentences.read(text);
    if (caption.isEmpty()) {
      lost.add(Finding.dropped("caption with a broken mark", where));
      return Optional.empty();
    }
    var image =
        new SourceImage(
            String.format(Locale.ROOT, "%s-%d", id, number),
            id + ".jpg",
            found.width(),
            found.height());
    image.setCaption(caption.get().text());
    if (split != null) {
      image.setSplit(split);
    }
    for (var phrase : caption.get().phrases()) {
      add(phrase, where, found, image);
      if (image.boxes().size() > MOST_BOXES) {
        lost.add(Finding.dropped("caption of too many boxes", where));
        return Optional.empty();
      }
    }
    return Optional.of(image);
  }

  private static void add(
      FlickrSentences.Phrase phrase, String where, FlickrBoxes found, SourceImage image) {
    if (phrase.isVisual() && !found.has(phrase.entity())) {
      image.add(
          Finding.adjusted(
              "phrase without a box",
              "%s: entity %s (%s)".formatted(where, phrase.entity(), phrase.words())));
    }
    for (var box : phrase.isVisual() ? found.of(phrase.entity()) : List.<FlickrBoxes.Corners>of()) {
      image.add(
          new SourceBox(
              phrase.entity(),
              phrase.words(),
              phrase.type(),
              box.x0(),
              box.y0(),
              box.x1() - box.x0(),
              box.y1() - box.y0(),
              false));
    }
  }
}
