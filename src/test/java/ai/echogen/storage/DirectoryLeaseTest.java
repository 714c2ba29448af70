package ai.echogen.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DirectoryLeaseTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir private Path temp;

  @Test
  void aSecondOwnerIsRefusedInOneLineThatNamesTheFirst() throws IOException {
    try (var unused = DirectoryLease.take(place(), "pretrain")) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> DirectoryLease.take(place(), "score"))
          .withMessageContainingAll(
              "is being written by pretrain of " + System.getProperty("user.name"),
              "process " + ProcessHandle.current().pid(),
              "another out")
          .withMessageMatching("[^\n]*");
    }
    assertThat(temp).isEmptyDirectory();
    DirectoryLease.take(place(), "score").close();
  }

  @Test
  void anOwnerWhoseProcessIsGoneHasLostIt() throws IOException {
    leave("process", 999_999_999L, "renewed", System.currentTimeMillis());
    assertThatCode(() -> DirectoryLease.take(place(), "score").close()).doesNotThrowAnyException();
  }

  @Test
  void aProcessThatOnlyHasTheNumberOfTheOwnerIsNotTheOwner() throws IOException {
    leave("started", 1L, "renewed", System.currentTimeMillis());
    assertThatCode(() -> DirectoryLease.take(place(), "score").close()).doesNotThrowAnyException();
  }

  @Test
  void anOwnerElsewhereLosesItWhenItFallsSilent() throws IOException {
    long patience = DirectoryLease.PATIENCE.toMillis();
    leave("namespace", "another machine", "renewed", System.currentTimeMillis() - patience / 2);
    assertThatIllegalArgumentException().isThrownBy(() -> DirectoryLease.take(place(), "score"));
    leave("namespace", "another machine", "renewed", System.currentTimeMillis() - 2 * patience);
    assertThatCode(() -> DirectoryLease.take(place(), "score").close()).doesNotThrowAnyException();
  }

  /** Its clock may be ahead of ours, but not by hours. */
  @Test
  void anOwnerElsewhereOfTheFarFutureIsSilent() throws IOException {
    long patience = DirectoryLease.PATIENCE.toMillis();
    leave("namespace", "another machine", "renewed", System.currentTimeMillis() + patience / 2);
    assertThatIllegalArgumentException().isThrownBy(() -> DirectoryLease.take(place(), "score"));
    for (long renewed :
        new long[] {System.currentTimeMillis() + 10 * patience, Long.MAX_VALUE, Long.MIN_VALUE}) {
      leave("namespace", "another machine", "renewed", renewed);
      assertThatCode(() -> DirectoryLease.take(place(), "score").close())
          .doesNotThrowAnyException();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"{\"id\": \"", "", "null", "{}", "[]", "7", "{\"id\": \"another\"}"})
  void aLeaseThatWasHalfWrittenOrIsForeignIsNobodys(String text) throws IOException {
    Files.writeString(temp.resolve(".lease"), text);
    assertThat(DirectoryLease.living(place())).isEmpty();
    assertThatCode(() -> DirectoryLease.take(place(), "score").close()).doesNotThrowAnyException();
  }

  @Test
  void whoeverWasTakenOverWritesNoMore() throws IOException {
    var lease = DirectoryLease.take(place(), "pretrain");
    leave("id", "another", "namespace", "another machine");
    lease.renew();
    assertThatIllegalStateException()
        .isThrownBy(lease::requireHeld)
        .withMessageContaining("taken the directory over");
    lease.close();
    assertThat(temp.resolve(".lease")).as("the other's").exists();
  }

  private Location place() {
    return Location.of(temp);
  }

  /** A lease as this process would have it, but for some of its values. */
  private void leave(Object... changed) throws IOException {
    Files.deleteIfExists(temp.resolve(".lease"));
    DirectoryLease.take(place(), "pretrain");
    var file = temp.resolve(".lease").toFile();
    var lease = (ObjectNode) JSON.readTree(file);
    for (int i = 0; i < changed.length; i += 2) {
      lease.putPOJO((String) changed[i], changed[i + 1]);
    }
    JSON.writeValue(file, lease);
  }
}
