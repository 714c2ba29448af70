package ai.echogen.data.ingest.formats.common;

import ai.echogen.data.ingest.Annotations;
import ai.echogen.data.ingest.SourceImage;
import ai.echogen.data.shards.Finding;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.ArrayList;
import java.util.List;

/** All that there is in annotations, read as tasks read it. */
public record ReadAnnotations(List<SourceImage> images, List<Finding> lost) {
  public static ReadAnnotations of(Annotations annotations) throws IOException {
    var all = new ReadAnnotations(new ArrayList<>(), new ArrayList<>());
    for (var piece : annotations.pieces()) {
      try (var reading = sent(piece).read()) {
        for (var image = reading.next(); image != null; image = reading.next()) {
          all.images().add(image);
        }
        all.lost().addAll(reading.lost());
      }
    }
    return all;
  }

  /** Tasks get what they read as bytes. */
  private static Annotations.Piece sent(Annotations.Piece piece) throws IOException {
    var bytes = new ByteArrayOutputStream();
    try (var out = new ObjectOutputStream(bytes)) {
      out.writeObject(piece);
    }
    try (var in = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      return (Annotations.Piece) in.readObject();
    } catch (ClassNotFoundException e) {
      throw new IOException(e);
    }
  }
}
