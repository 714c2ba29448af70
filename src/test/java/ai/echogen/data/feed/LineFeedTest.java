package ai.echogen.data.feed;

import static org.assertj.core.api.Assertions.assertThat;

import ai.echogen.data.lines.LayoutLines;
import ai.echogen.storage.Location;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LineFeedTest {
  private static final int LINES = 2500;
  private static final Batching BATCHING = new Batching(10, 2, 3);
  private static final long MEMORY = 2 * 700 * (4L << 10); // pools of 700 of the 2,500 lines

  @TempDir private Path temp;

  @Test
  void givesWhatMemoryGives() throws Exception {
    var file = file(LINES);
    var feed = copy(LineFeed.of(file));
    var all = LayoutLines.read(LayoutLines.index(file).all());
    var memory = MemoryFeed.of(all, named -> named.layout().regions().size());

    assertThat(feed.size()).isEqualTo(LINES);
    assertThat(feed.head(7)).isEqualTo(all.subList(0, 7));
    assertThat(feed.head(LINES + 1)).isEqualTo(all);
    try (var streamed = feed.open(BATCHING, MEMORY);
        var held = memory.open(BATCHING, MEMORY)) {
      for (long step = 0; step < 550; step++) { // more than two epochs
        for (int shard = 0; shard < 2; shard++) {
          assertThat(streamed.read(step, shard)).isEqualTo(held.read(step, shard));
        }
      }
    }
  }

  @Test
  void isNamedByWhatTheFileHolds() throws IOException {
    var before = LineFeed.of(file(20)).fingerprint();
    assertThat(LineFeed.of(file(20)).fingerprint()).isEqualTo(before);
    assertThat(LineFeed.of(file(21)).fingerprint()).isNotEqualTo(before);
  }

  private Location file(int lines) throws IOException {
    var text = new StringBuilder();
    for (int i = 0; i < lines; i++) {
      var region = "{\"phrase\": \"ball\", \"box\": [0, 0, 0.5, 0.5]}";
      var regions = region + ("," + region).repeat(i % 3);
      text.append("{\"id\": \"%d\", \"regions\": [%s]}%n".formatted(i, regions));
    }
    var file = temp.resolve("layouts.jsonl");
    Files.writeString(file, text);
    return Location.of(file);
  }

  private static LineFeed copy(LineFeed feed) throws IOException, ClassNotFoundException {
    var bytes = new ByteArrayOutputStream();
    try (var out = new ObjectOutputStream(bytes)) {
      out.writeObject(feed);
    }
    try (var in = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      return (LineFeed) in.readObject();
    }
  }
}
