package ai.echogen.data.ingest.formats.coco;

import ai.echogen.data.ingest.Annotations;
import ai.echogen.data.ingest.Reading;
import ai.echogen.data.ingest.SourceBox;
import ai.echogen.data.ingest.SourceImage;
import ai.echogen.data.shards.Finding;
import ai.echogen.storage.Location;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;

/**
 * RefCOCO, RefCOCO+ or RefCOCOg as it was published: {@code refs(unc).p} and the like, and {@code
 * instances.json} with the boxes. A sentence is a box's phrase. Of what is said of an image's boxes
 * in one split, the first sentence of each is sample 0 of the image, the second of each that has
 * two is sample 1, and so on.
 *
 * <p>All of it is held here: some 150,000 sentences.
 */
public final class RefCocoAnnotations implements Annotations {
  private static final int IMAGES_A_PIECE = 256;

  /** A ref with its box, whose four numbers are there. */
  private record Shown(RefCocoRefs.Ref ref, CocoBox box) {}

  private record Group(String imageId, String split) {}

  private final List<SourceImage> images = new ArrayList<>();
  private final List<Finding> lost = new ArrayList<>();
  private final int numRefs;
  private long numSentences;

  private RefCocoAnnotations(RefCocoRefs refs, RefCocoInstances instances, Location file) {
    numRefs = refs.refs().size();
    lost.addAll(refs.lost());
    lost.addAll(instances.lost());
    var groups = new LinkedHashMap<Group, List<Shown>>();
    for (var ref : refs.refs()) {
      numSentences += ref.sentences().size();
      var box = instances.boxes().get(ref.annotationId());
      if (box == null) {
        lose("ann_id that instances lacks", ref);
      } else if (!box.imageId().equals(ref.imageId())) {
        lose("ann_id of another image", ref);
      } else if (box.box().length != 4) {
        lose("bbox is not four numbers", ref);
      } else {
        groups
            .computeIfAbsent(new Group(ref.imageId(), ref.split()), group -> new ArrayList<>())
            .add(new Shown(ref, box));
      }
    }
    var categories = instances.categories();
    groups.forEach((group, shown) -> add(group, shown, instances.images(), categories, file));
  }

  /**
   * Reads both files.
   *
   * @throws IllegalArgumentException if a file is missing, does not parse or is of another kind
   */
  public static RefCocoAnnotations read(Location refsFile, Location instancesFile) {
    var refs = RefCocoRefs.read(refsFile);
    var instances = RefCocoInstances.read(instancesFile, refs.refs());
    return new RefCocoAnnotations(refs, instances, instancesFile);
  }

  @Override
  public String summary() {
    return String.format(
        Locale.ROOT,
        "%d refs with %d sentences, as %d samples",
        numRefs,
        numSentences,
        images.size());
  }

  @Override
  public OptionalLong numImages() {
    return OptionalLong.of(images.size());
  }

  @Override
  public List<Piece> pieces() {
    var pieces = new ArrayList<Piece>();
    if (!lost.isEmpty()) {
      pieces.add(new Part(List.of(), List.copyOf(lost)));
    }
    for (int from = 0; from < images.size(); from += IMAGES_A_PIECE) {
      int to = Math.min(images.size(), from + IMAGES_A_PIECE);
      pieces.add(new Part(List.copyOf(images.subList(from, to)), List.of()));
    }
    return pieces;
  }

  private record Part(List<SourceImage> images, List<Finding> lost) implements Piece {
    private static final long serialVersionUID = 1;

    @Override
    public Reading read() {
      return Reading.of(images, lost);
    }
  }

  private void add(
      Group group,
      List<Shown> shown,
      Map<String, CocoImage> entries,
      Map<String, String> categories,
      Location file) {
    var fileName = shown.get(0).ref().fileName();
    int width = 0;
    int height = 0;
    var entry = entries.get(group.imageId());
    if (entry != null) {
      fileName = entry.fileName().isBlank() ? fileName : entry.fileName();
      width = entry.width();
      height = entry.height();
    }
    if (fileName.isBlank() || !StandardCharsets.UTF_8.newEncoder().canEncode(fileName)) {
      shown.forEach(one -> lose("image without a usable file_name", one.ref()));
      return;
    }
    file.requireNameable(fileName); // images lie where their annotations do
    for (var one : shown) {
      if (!categories.containsKey(one.box().categoryId())) {
        lost.add(Finding.adjusted("unknown category, the phrase was taken", one.ref().where()));
      }
    }
    int most = shown.stream().mapToInt(one -> one.ref().sentences().size()).max().orElse(0);
    for (int k = 0; k < most; k++) {
      var id = String.format(Locale.ROOT, "%s-%s-%d", group.imageId(), group.split(), k);
      var image = new SourceImage(id, fileName, width, height);
      if (!group.split().isEmpty()) {
        image.setSplit(group.split());
      }
      for (var one : shown) {
        if (k < one.ref().sentences().size()) {
          image.add(box(one, one.ref().sentences().get(k), categories));
        }
      }
      images.add(image);
    }
  }

  private static SourceBox box(Shown shown, String phrase, Map<String, String> categories) {
    return shown.box().said(phrase, categories.getOrDefault(shown.box().categoryId(), phrase));
  }

  private void lose(String reason, RefCocoRefs.Ref ref) {
    lost.add(
        Finding.dropped(
            reason,
            "%s: annotation %s of image %s"
                .formatted(ref.where(), ref.annotationId(), ref.imageId())));
  }
}
