package ai.echogen.scoring.judges;

import ai.echogen.image.Picture;
import ai.echogen.layout.Box;
import java.awt.image.BufferedImage;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What LayoutSAM-Eval asks of a drawing, as CreatiLayout's {@code score_layoutsam_benchmark.py}
 * asks it. The wording is a part of the protocol: scores of other words compare with nothing.
 *
 * <p>Each region's crop is asked whether it shows the subject ({@link #spatial}), and if it does,
 * for its color, texture and shape ({@link #attribute}); an attribute of what is not there scores
 * 0. The result is the mean over all regions of all pictures. The published judge is MiniCPM-V-2_6,
 * which draws its answers at random with a fixed seed.
 */
public final class LayoutSamQuestions {
  private static final int DECIMALS = 3; // to which the protocol rounds relative coordinates

  private static final Pattern NO = Pattern.compile("\\b[Nn]o\\b");
  private static final String STRICTLY =
      " Strictly answer with \"Yes\" or \"No\", without any irrelevant words.";

  /** What is asked of a subject that is there. */
  public enum Attribute {
    COLOR,
    TEXTURE,
    SHAPE
  }

  /** What an answer says. */
  public enum Reply {
    YES,
    NO,
    /** It has both words; the protocol takes it for a yes. */
    BOTH,
    /** It has neither word; the protocol takes it for a no. */
    NEITHER;

    /** As the protocol scores it. */
    public boolean isYes() {
      return this == YES || this == BOTH;
    }
  }

  private LayoutSamQuestions() {}

  /**
   * Whether the subject is there.
   *
   * @param description the region's short caption
   */
  public static String spatial(String description) {
    return "Is the subject \"" + plain(description) + "\" present in the image?" + STRICTLY;
  }

  /**
   * Whether the subject looks as it should.
   *
   * @param description the region's short caption
   * @param detail its long one
   */
  public static String attribute(Attribute attribute, String description, String detail) {
    var word = attribute.name().toLowerCase(Locale.ROOT);
    return "Is the subject in \""
        + plain(description)
        + "\" in the image consistent with the "
        + word
        + " described in the detailed description: \""
        + plain(detail)
        + "\"?"
        + STRICTLY
        + " If the "
        + word
        + " is not mentioned in the detailed description, the answer is \"Yes\".";
  }

  private static String plain(String caption) {
    return caption.replace("/", "");
  }

  /** What an answer says: the script looks for {@code Yes} and {@code yes}, anywhere in it. */
  public static Reply reply(String answer) {
    boolean yes = answer.contains("Yes") || answer.contains("yes");
    boolean no = NO.matcher(answer).find();
    if (yes) {
      return no ? Reply.BOTH : Reply.YES;
    }
    return no ? Reply.NO : Reply.NEITHER;
  }

  /**
   * The part of a drawing that is asked about: the box to three decimals, then whole pixels,
   * fractions cut off. Empty where that leaves no pixel, on which the script ends with an error; it
   * counts as a region that is not there.
   */
  public static Optional<BufferedImage> crop(BufferedImage image, Box box) {
    int x0 = pixel(box.x0(), image.getWidth());
    int y0 = pixel(box.y0(), image.getHeight());
    int x1 = pixel(box.x1(), image.getWidth());
    int y1 = pixel(box.y1(), image.getHeight());
    return x0 < x1 && y0 < y1
        ? Optional.of(Picture.of(image).crop(new Picture.Area(x0, y0, x1 - x0, y1 - y0)).opaque())
        : Optional.empty();
  }

  /** In single precision, as the script's tensors are. */
  private static int pixel(float coordinate, int side) {
    float rounded =
        new BigDecimal(coordinate).setScale(DECIMALS, RoundingMode.HALF_EVEN).floatValue();
    return (int) (rounded * side);
  }
}
