package ai.echogen.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Map;
import org.apache.commons.math3.distribution.TDistribution;
import org.junit.jupiter.api.Test;

/** Means, spreads and paired gains of several seeds. */
class StageTableTest {
  private final StageTable table = new StageTable("before");

  @Test
  void gainsAreTakenSeedBySeed() {
    double[] before = {0.50, 0.60, 0.70};
    double[] after = {0.60, 0.72, 0.80};
    for (int seed = 1; seed <= 3; seed++) {
      add("before", 1, seed, before[seed - 1], 100.0);
      add("after", 1, seed, after[seed - 1], 50.0);
    }
    var lines = table.of("").markdown().lines().toList();
    assertThat(lines.get(0)).contains("| ap50 |").doesNotContain("picked"); // measured or not
    assertThat(lines.get(2)).contains("| before | 1 | 3 | 0.600 ± 0.100 |", "| 100 ± 0 |  |  |");
    assertThat(lines.get(3)).contains("| after | 1 | 3 | 0.707 ± 0.101 |", "0.107 ± 0.012");
    // by hand: t = 0.10667 / (0.011547 / √3) = 16, two-sided with 2 degrees of freedom
    double p = 2 * (1 - new TDistribution(2).cumulativeProbability(16));
    var cells = lines.get(3).split("\\|");
    assertThat(Double.parseDouble(cells[cells.length - 1].strip())).isCloseTo(p, within(1e-5));
  }

  @Test
  void smallNumbersKeepTheirDigits() {
    table.add(
        new StageTable.Run("before", 1, 1),
        Map.of("layout.ap50", 0.5, "frechet.drawing", 0.00324),
        12.4);
    assertThat(table.of("").markdown()).contains("| 0.500 |", "| 0.00324 |", "| 12 |");
  }

  @Test
  void guidancesAndSplitsAreApart() {
    add("before", 1, 1, 0.5, null);
    add("before", 2, 1, 0.6, null);
    add("after", 2, 1, 0.75, null);
    var lines = table.markdown().lines().toList();
    assertThat(lines).anyMatch(line -> line.startsWith("## test"));
    assertThat(lines).anyMatch(line -> line.startsWith("## hard"));
    assertThat(lines)
        .anyMatch(line -> line.startsWith("| after | 2 | 1 | 0.750 |") && line.contains("0.150"));
    assertThat(table.all())
        .containsEntry("after.guidance-2.0.seed-1.layout.ap50", 0.75)
        .containsEntry("after.guidance-2.0.seed-1.hard.layout.ap50", 0.375);
  }

  private void add(String row, double guidance, long seed, double ap50, Double seconds) {
    table.add(
        new StageTable.Run(row, guidance, seed),
        Map.of("layout.ap50", ap50, "hard.layout.ap50", ap50 / 2),
        seconds);
  }
}
