package ai.echogen.storage;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.echogen.cluster.BusyProxy;
import ai.echogen.cluster.S3Server;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is relied on, against a real S3 server that is busy now and then. */
class S3StoreTest {
  private static final String ROOT = "s3a://" + S3Server.BUCKET + "/store/";
  private static final Map<String, String> SETTINGS = new HashMap<>();

  @TempDir private static Path temp;
  private static S3Server server;
  private static BusyProxy proxy;

  @BeforeAll
  static void start() throws Exception {
    var missing = S3Server.missing();
    assumeTrue(
        missing.isEmpty(),
        () -> "no " + missing.orElseThrow() + ": ./mvnw -Ps3 test -Dtest=S3StoreTest has it");
    SparkSession.getDefaultSession().foreach(S3StoreTest::stop);
    server = S3Server.start(temp.resolve("s3"));
    proxy = BusyProxy.start(server.port(), 10);
    SETTINGS.putAll(S3Server.properties(proxy.port()));
    SETTINGS.putAll(S3Server.credentials());
    SETTINGS.forEach(System::setProperty);
  }

  @AfterAll
  static void end() throws Exception {
    if (server == null) {
      return;
    }
    if (proxy != null) {
      Location.of(ROOT).files().close(); // Hadoop keeps it, and the next server has another port
      SETTINGS.keySet().forEach(System::clearProperty);
      proxy.close();
    }
    server.close();
  }

  @Test
  void aDirectoryThatWasHalfMovedIsRefusedAndThenGoneOnWith() throws IOException {
    var out = Location.of(ROOT + "half/out");
    var files = new TreeMap<String, String>();
    List.of("data/a", "data/b", "README.md", "manifest.json")
        .forEach(name -> files.put(name, "of " + name));
    var before = StagedDirectory.resumable(out, "these");
    for (var file : files.entrySet()) {
      before.place().child(file.getKey()).write(file.getValue().getBytes(UTF_8));
    }
    before.close(); // as if killed; then, what a move does up to its middle
    out.child(".unfinished").write(before.place().name().getBytes(UTF_8));
    before.place().child("data/a").moveTo(out.child("data/a"));
    out.child("README.md").write("of README.md".getBytes(UTF_8)); // copied and not yet removed

    assertThatThrownBy(() -> out.requireDirectory("data")).hasMessageContaining("is not whole");
    StagedDirectory.requireFree(out);
    try (var again = StagedDirectory.resumable(out, "these")) {
      assertThat(again.isResumed()).isTrue();
      assertThat(out.exists()).isFalse();
      assertThat(files(again.place(), "")).isEqualTo(files);
      again.publish();
    }
    assertThat(files(out, "")).isEqualTo(files);
    out.requireDirectory("data");
    assertThat(Location.of(ROOT + "half").list())
        .extracting(entry -> entry.getPath().getName())
        .containsExactly("out");
  }

  @Test
  void aLeaseIsSeenByOthersWhileItIsRenewedAndGoesWithItsOwner() throws IOException {
    var run = Location.of(ROOT + "run");
    try (var lease = DirectoryLease.take(run, "pretrain")) {
      for (int i = 0; i < 5; i++) {
        lease.renew();
        assertThat(DirectoryLease.living(run)).isPresent();
      }
      lease.requireHeld();
      assertThatThrownBy(() -> DirectoryLease.take(run, "score"))
          .hasMessageContaining("is being written by pretrain of");
    }
    assertThat(DirectoryLease.living(run)).isEmpty();
    assertThat(run.child(".lease").exists()).isFalse();
  }

  /** Ten and more requests were told to slow down, and nobody saw it. */
  @Test
  void aFileIsTheLastThatWasWritten() throws IOException {
    var file = Location.of(ROOT + "file");
    long refused = proxy.numRefused();
    for (int i = 0; i < 50; i++) {
      file.replace(new byte[] {(byte) i});
      assertThat(file.read()).containsExactly(i);
    }
    assertThat(proxy.numRefused() - refused).isGreaterThan(10);
    file.delete();
  }

  private static Map<String, String> files(Location directory, String below) throws IOException {
    var found = new TreeMap<String, String>();
    for (var entry : directory.list()) {
      var name = entry.getPath().getName();
      var place = directory.child(name);
      if (entry.isDirectory()) {
        found.putAll(files(place, below + name + "/"));
      } else {
        found.put(below + name, new String(place.read(), UTF_8));
      }
    }
    return found;
  }

  private static Object stop(SparkSession session) {
    session.stop();
    return session;
  }
}
