package ai.echogen.data.ingest;

import ai.echogen.data.shards.Finding;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** All that the annotation files say of one image; built while they are read. */
final class SourceImage implements Serializable {
  final String id;
  final String fileName;
  final int width;
  final int height;
  final List<SourceBox> boxes = new ArrayList<>();
  final List<Finding> findings = new ArrayList<>();
  @Nullable String caption;

  SourceImage(String id, String fileName, int width, int height) {
    this.id = id;
    this.fileName = fileName;
    this.width = width;
    this.height = height;
  }
}
