package ai.echogen.data.ingest;

import ai.echogen.data.Sample;
import ai.echogen.data.shards.Finding;
import ai.echogen.image.Fit;
import ai.echogen.image.ImageFile;
import ai.echogen.image.Png;
import ai.echogen.layout.Box;
import ai.echogen.layout.Layout;
import ai.echogen.layout.Region;
import ai.echogen.storage.Location;
import java.awt.Dimension;
import java.awt.image.BufferedImage;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.fs.Path;
import org.jspecify.annotations.Nullable;

/** Makes a sample of one image and its annotations; runs on executors. */
final class CocoSampler {
  /** A sample, or none, and everything that went wrong on the way. */
  record Result(@Nullable Sample sample, List<Finding> findings) {}

  private final CocoRules rules;
  private final Location folder;

  CocoSampler(CocoRules rules, Location folder) {
    this.rules = rules;
    this.folder = folder;
  }

  /**
   * @throws IOException if storage fails; a file that is missing or damaged is a finding
   */
  Result sample(CocoImage image) throws IOException {
    List<Finding> findings = new ArrayList<>(image.findings);
    return new Result(sample(image, findings), findings);
  }

  private @Nullable Sample sample(CocoImage image, List<Finding> findings) throws IOException {
    byte[] file;
    BufferedImage pixels;
    try {
      file = read(image.fileName);
    } catch (FileNotFoundException e) {
      findings.add(Finding.dropped("image file missing", image.fileName + hint(image.fileName)));
      return null;
    } catch (IllegalArgumentException e) { // a colon: HADOOP-14217
      findings.add(Finding.dropped("file name that Hadoop cannot open", image.fileName));
      return null;
    }
    try {
      pixels = ImageFile.decode(file);
    } catch (IOException e) {
      findings.add(
          Finding.dropped(
              "image does not decode", "%s (%s)".formatted(image.fileName, e.getMessage())));
      return null;
    }
    var scaled = isScaled(image, pixels);
    if (image.width != pixels.getWidth() || image.height != pixels.getHeight()) {
      findings.add(
          Finding.adjusted(
              scaled
                  ? "image scaled after it was annotated, its boxes with it"
                  : "size in the JSON is wrong, the decoded size holds",
              "%s: %d×%d, is %d×%d"
                  .formatted(
                      image.fileName,
                      image.width,
                      image.height,
                      pixels.getWidth(),
                      pixels.getHeight())));
    }
    var annotated =
        scaled
            ? new Dimension(image.width, image.height)
            : new Dimension(pixels.getWidth(), pixels.getHeight());
    var regions = largest(image, regions(image, annotated, pixels, findings), findings);
    if (regions.isEmpty() && rules.emptyImages() == CocoRules.EmptyImages.DROP) {
      findings.add(Finding.dropped("image without a usable box", image.fileName));
      return null;
    }
    return encode(image, file, pixels, new Layout(caption(image, regions, findings), regions));
  }

  /** Whether the size in the JSON has the shape of the decoded one, but for rounding. */
  private static boolean isScaled(CocoImage image, BufferedImage pixels) {
    var difference =
        (long) image.width * pixels.getHeight() - (long) image.height * pixels.getWidth();
    return image.width > 0
        && image.height > 0
        && Math.abs(difference) <= (image.width + (long) image.height);
  }

  private static String hint(String fileName) {
    return fileName.contains("\\") ? " (back-slashes: write the file_name with / instead)" : "";
  }

  private byte[] read(String fileName) throws IOException {
    var name = new Path(fileName);
    if (name.isAbsolute() || (fileName + "/").contains("../")) {
      throw new FileNotFoundException(fileName);
    }
    return folder.child(fileName).read();
  }

  private List<Region> regions(
      CocoImage image, Dimension annotated, BufferedImage pixels, List<Finding> findings) {
    List<Region> regions = new ArrayList<>();
    for (var box : image.boxes) {
      var where = "%s: %s".formatted(image.fileName, box);
      if (box.crowd()) {
        findings.add(Finding.dropped("crowd region", where));
      } else {
        box(box, where, annotated, findings)
            .flatMap(b -> fitted(b, where, pixels, findings))
            .ifPresent(b -> regions.add(new Region(box.category(), box.category(), b)));
      }
    }
    return regions;
  }

  /** The box relative to the image. */
  private Optional<Box> box(
      CocoBox box, String where, Dimension annotated, List<Finding> findings) {
    var width = annotated.width;
    var height = annotated.height;
    var right = box.x() + box.width();
    var bottom = box.y() + box.height();
    if (!(box.width() > 0 && box.height() > 0)
        || !Double.isFinite(right)
        || !Double.isFinite(bottom)) {
      findings.add(Finding.dropped("box empty", where));
      return Optional.empty();
    }
    var inImage = "%s in %d×%d".formatted(where, width, height);
    var x0 = (float) (Math.max(0, box.x()) / width);
    var y0 = (float) (Math.max(0, box.y()) / height);
    var x1 = (float) (Math.min(width, right) / width);
    var y1 = (float) (Math.min(height, bottom) / height);
    if (!(x0 < x1 && y0 < y1)) {
      findings.add(Finding.dropped("box outside the image", inImage));
      return Optional.empty();
    }
    if (box.x() < 0 || box.y() < 0 || right > width || bottom > height) {
      if (rules.outside() == CocoRules.Outside.DROP) {
        findings.add(Finding.dropped("box partly outside the image", inImage));
        return Optional.empty();
      }
      findings.add(Finding.adjusted("box clipped to the image", inImage));
    }
    return Optional.of(new Box(x0, y0, x1, y1));
  }

  /** The box relative to what is written: the image, or the square cut from it. */
  private Optional<Box> fitted(
      Box box, String where, BufferedImage pixels, List<Finding> findings) {
    if (rules.size() == null || rules.fit() == Fit.SQUASH) {
      return Optional.of(box);
    }
    var fitted = rules.fit().box(box, pixels.getWidth(), pixels.getHeight());
    if (fitted.isEmpty()) {
      findings.add(Finding.dropped("box cut off by fit=crop", where));
    }
    return fitted;
  }

  private static List<Region> largest(
      CocoImage image, List<Region> regions, List<Finding> findings) {
    if (regions.size() <= Layout.MAX_REGIONS) {
      return regions;
    }
    findings.add(
        Finding.adjusted(
            "more than %d boxes, the largest were kept".formatted(Layout.MAX_REGIONS),
            "%s: %d".formatted(image.fileName, regions.size())));
    var bySize =
        regions.stream()
            .sorted(Comparator.comparingDouble((Region r) -> r.box().area()).reversed())
            .limit(Layout.MAX_REGIONS)
            .toList();
    return regions.stream().filter(bySize::contains).limit(Layout.MAX_REGIONS).toList();
  }

  private static String caption(CocoImage image, List<Region> regions, List<Finding> findings) {
    if (image.caption != null) {
      return image.caption;
    }
    findings.add(Finding.adjusted("no caption, one was made from the boxes", image.fileName));
    return CountCaption.of(regions);
  }

  private Sample encode(CocoImage image, byte[] file, BufferedImage pixels, Layout layout) {
    var bytes = file;
    var width = pixels.getWidth();
    var height = pixels.getHeight();
    if (rules.size() != null) {
      width = rules.size();
      height = width;
      bytes = Png.encode(rules.fit().image(pixels, width));
    }
    return new Sample(
        rules.source() + "-" + paddedId(image.id),
        bytes,
        image.fileName,
        width,
        height,
        layout,
        rules.source(),
        split(image));
  }

  private String split(CocoImage image) {
    return rules.split() == null ? HashSplit.of(image.id, rules.testShare()) : rules.split();
  }

  /** Numbers get COCO's twelve digits, so that ids sort as numbers do. */
  private static String paddedId(String id) {
    return id.matches("\\d{1,11}") ? "0".repeat(12 - id.length()) + id : id;
  }
}
