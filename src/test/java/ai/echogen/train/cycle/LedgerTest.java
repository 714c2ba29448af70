package ai.echogen.train.cycle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.echogen.data.LocalSpark;
import ai.echogen.storage.Location;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LedgerTest {
  @TempDir private Path temp;

  @Test
  void aNameWithMoreDigitsThanAStepHasIsForeign() throws IOException {
    var foreign = Files.createDirectories(temp.resolve("steps-1-99999999999999999999"));
    var part = Files.createDirectories(temp.resolve("steps-00000001-00000002"));
    var ledger = new Ledger(LocalSpark.session(), Location.of(temp), List.of(), step -> true);
    ledger.resume(1);
    assertThat(foreign).exists();
    assertThat(part).doesNotExist();
  }

  /** In a folder whose name Spark would take for a pattern. */
  @Test
  void aDamagedPartIsNamedWhateverSparkMayPassOver() throws IOException {
    var spark = LocalSpark.session();
    var folder = temp.resolve("run [1]");
    var part = Files.createDirectories(folder.resolve("steps-00000000-00000001"));
    Files.writeString(part.resolve("part-00000.snappy.parquet"), "these are no rollouts");
    var ledger = new Ledger(spark, Location.of(folder), List.of(), step -> true);
    spark.conf().set("spark.sql.files.ignoreCorruptFiles", "true");
    try {
      assertThatThrownBy(ledger::sha256).hasStackTraceContaining("part-00000.snappy.parquet");
    } finally {
      spark.conf().unset("spark.sql.files.ignoreCorruptFiles");
    }
  }
}
