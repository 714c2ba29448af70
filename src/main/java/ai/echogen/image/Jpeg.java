package ai.echogen.image;

import ai.echogen.image.Segments.Segment;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** JPEG files before Java reads them, which in some it does otherwise than other software. */
final class Jpeg {
  private static final List<Integer> NUMBERED = List.of(1, 2, 3);
  private static final List<Integer> LETTERED = List.of((int) 'R', (int) 'G', (int) 'B');
  private static final int PROGRESSIVE = 2;
  private static final int FRAME_HEAD = 6; // precision, height, width, number of components

  /** Adobe's segment, which says that three components are YCbCr. */
  private static final byte[] YCBCR = {
    (byte) 0xFF, (byte) 0xEE, 0, 14, 'A', 'd', 'o', 'b', 'e', 0, 100, 0, 0, 0, 0, 1
  };

  /** The markers of frames: FFC4, FFC8 and FFCC are others. */
  private static final Pattern FRAME = Pattern.compile("FFC[0-35-79-BD-F]");

  private static final String PROFILE = "ICC_PROFILE\0";

  private Jpeg() {}

  /**
   * The same file, with its colours named: without JFIF's or Adobe's segment Java takes three
   * components with other numbers than 1, 2, 3 for red, green and blue, and libjpeg for YCbCr.
   */
  static byte[] named(byte[] file) {
    var segments = Segments.of(file);
    var ids = segments.stream().flatMap(segment -> ids(segment).stream()).findFirst();
    boolean isNamed =
        segments.stream()
            .anyMatch(segment -> isA(segment, "FFE0", "JFIF\0") || isA(segment, "FFEE", "Adobe"));
    if (isNamed || ids.isEmpty() || ids.get().equals(NUMBERED) || ids.get().equals(LETTERED)) {
      return file;
    }
    var named = ByteBuffer.allocate(file.length + YCBCR.length);
    return named.put(file, 0, 2).put(YCBCR).put(file, 2, file.length - 2).array();
  }

  /** The same file without its colour profile, if it has one. */
  static Optional<byte[]> withoutProfile(byte[] file) {
    var out = new ByteArrayOutputStream(file.length);
    int from = 0;
    for (var segment : Segments.of(file)) {
      if (isA(segment, "FFE2", PROFILE)) {
        int start = segment.content().arrayOffset() - 4;
        out.write(file, from, start - from);
        from = start + 4 + segment.content().limit();
      }
    }
    out.write(file, from, file.length - from);
    return from == 0 ? Optional.empty() : Optional.of(out.toByteArray());
  }

  /** How often a progressive picture is gone through: a few bytes are enough for each time. */
  static long scans(byte[] file) {
    var name = "FFC" + PROGRESSIVE;
    if (Segments.of(file).stream().noneMatch(segment -> segment.name().equals(name))) {
      return 1;
    }
    long scans = 0;
    for (int i = 0; i + 1 < file.length; i++) {
      scans += file[i] == (byte) 0xFF && file[i + 1] == (byte) 0xDA ? 1 : 0;
    }
    return scans;
  }

  private static boolean isA(Segment segment, String name, String start) {
    return segment.name().equals(name) && !segment.after(start).isEmpty();
  }

  /** The numbers of a frame's three components. */
  private static Optional<List<Integer>> ids(Segment segment) {
    boolean isFrame = FRAME.matcher(segment.name()).matches();
    var content = segment.content();
    if (!isFrame || content.limit() < FRAME_HEAD + 9 || content.get(FRAME_HEAD - 1) != 3) {
      return Optional.empty();
    }
    return Optional.of(
        List.of(
            content.get(FRAME_HEAD) & 0xFF,
            content.get(FRAME_HEAD + 3) & 0xFF,
            content.get(FRAME_HEAD + 6) & 0xFF));
  }
}
