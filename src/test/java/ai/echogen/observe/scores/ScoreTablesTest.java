package ai.echogen.observe.scores;

import static org.assertj.core.api.Assertions.assertThat;

import ai.echogen.observe.ScoreSummary.Range;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ScoreTablesTest {
  private final ScoredRun run =
      Samples.run(
          "mine, \"new\"",
          Path.of("/runs/1"),
          Samples.summary(
              Map.of("ap", 0.5, "samples", 12L),
              Map.of("ap", new Range(0.4, 0.625)),
              Map.of("benchmark", "coco-layout")),
          List.of());

  @Test
  void aRunsNumbersHaveTheirIntervals() {
    assertThat(ScoreTables.all(run.summary()).markdown())
        .isEqualTo(
            """
            | score | value | 95 % from | to |
            |---|---:|---:|---:|
            | ap | 0.500 | 0.400 | 0.625 |
            | samples | 12 |  |  |
            """);
  }

  @Test
  void runsStandSideBySide() {
    var other =
        Samples.run(
            "other",
            Path.of("/runs/2"),
            Samples.summary(Map.of("fid", 3.5), Map.of(), Map.of()),
            List.of());
    assertThat(ScoreTables.sideBySide(List.of(run, other)).markdown())
        .contains("| score | mine, \"new\" | other |")
        .contains("| ap | 0.500 |  |", "| fid |  | 3.500 |", "| samples | 12 |  |");
  }

  @Test
  void ourNumbersStandAbovePublishedOnesOnTheirScale() {
    var published = Published.of(run.summary()).orElseThrow();
    var lines = ScoreTables.beside(published, List.of(run)).markdown().lines().toList();
    assertThat(lines.get(0)).isEqualTo("| system | AP | FID | protocol | source |");
    assertThat(lines.get(2))
        .isEqualTo("| mine, \"new\" | 50.00 |  | measured here | this report |");
    assertThat(lines.get(3))
        .startsWith("| EchoGen | 54.61 | 20.12 | published, other protocol | EchoGen (AAAI 2026");
    assertThat(lines).hasSize(2 + 1 + 5);
  }

  @Test
  void theCsvHasEveryDigitAndQuotesWhatItMust() {
    var published = Published.of(run.summary()).stream().toList();
    assertThat(ScoreTables.csv(List.of(run), published))
        .startsWith(
            """
            system,score,value,low,high,protocol,source
            "mine, ""new""\",ap,0.5,0.4,0.625,measured here,/runs/1
            "mine, ""new""\",samples,12,,,measured here,/runs/1
            EchoGen,AP,54.61,,,"published, other protocol","EchoGen (AAAI 2026, arXiv 2603.18001), main table"
            EchoGen,FID,20.12,,,"published, other protocol","EchoGen (AAAI 2026, arXiv 2603.18001), main table"
            """);
  }
}
