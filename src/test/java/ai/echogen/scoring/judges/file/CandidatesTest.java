package ai.echogen.scoring.judges.file;

import static org.assertj.core.api.Assertions.assertThat;

import ai.echogen.scoring.judges.file.Candidates.Candidate;
import org.junit.jupiter.api.Test;

class CandidatesTest {
  @Test
  void onlyWhatOverlapsABetterOneOfItsClassByMoreThanTheThresholdGoes() {
    var candidates = new Candidates(0);
    candidates.add(0, 0.5, 0, 0, 10, 10);
    candidates.add(0, 0.9, 0, 0, 10, 5); // IoU with the first: 0.5
    candidates.add(1, 0.4, 0, 0, 10, 10); // another class
    candidates.add(0, 0.3, 0, 0, 10, 6); // 5 / 6 with the second

    assertThat(candidates.best(0.5, 10))
        .extracting(Candidate::score)
        .containsExactly(0.9, 0.5, 0.4);
    assertThat(candidates.best(0.49, 10)).extracting(Candidate::score).containsExactly(0.9, 0.4);
    assertThat(candidates.best(1, 10)).hasSize(4);
    assertThat(candidates.best(1, 2)).extracting(Candidate::score).containsExactly(0.9, 0.5);
  }

  @Test
  void whatWentSuppressesNothing() {
    var candidates = new Candidates(0);
    candidates.add(0, 0.9, 0, 0, 10, 10);
    candidates.add(0, 0.8, 4, 0, 14, 10); // 60 / 140 with the first
    candidates.add(0, 0.7, 8, 0, 18, 10); // 60 / 140 with the second, 20 / 180 with the first

    assertThat(candidates.best(0.4, 10)).extracting(Candidate::score).containsExactly(0.9, 0.7);
  }

  @Test
  void aScoreMustBeAboveTheThresholdAndEqualOnesKeepTheirOrder() {
    var candidates = new Candidates(0.25);
    candidates.add(0, 0.25, 0, 0, 1, 1);
    candidates.add(2, 0.5, 0, 0, 1, 1);
    candidates.add(1, 0.5, 0, 0, 1, 1);

    assertThat(candidates.best(1, 10)).extracting(Candidate::category).containsExactly(2, 1);
  }

  @Test
  void ofManyTheBestAreKeptWhateverTheirOrder() {
    var candidates = new Candidates(0);
    int number = Candidates.MOST + 1000;
    for (int i = 0; i < number; i++) {
      int place = (int) (i * 7919L % number); // each once
      candidates.add(0, (place + 1) / (double) number, 2 * place, 0, 2 * place + 1, 1);
    }

    var best = candidates.best(0.5, 2000);

    assertThat(best).hasSize(2000);
    assertThat(best.get(0).score()).isEqualTo(1);
    assertThat(best.get(1999).score()).isEqualTo((number - 1999) / (double) number);
    assertThat(candidates.best(1, Candidates.MOST)).hasSize(Candidates.MOST);
  }

  @Test
  void boxesWithoutAreaOverlapNothing() {
    var flat = new Candidate(0, 0, 1, 5, 5, 5, 9);

    assertThat(flat.iou(flat)).isZero();
  }
}
