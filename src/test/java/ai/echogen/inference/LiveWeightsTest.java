package ai.echogen.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import ai.djl.ndarray.NDArray;
import ai.echogen.layout.Box;
import ai.echogen.layout.Layout;
import ai.echogen.layout.Region;
import ai.echogen.model.JanusModel;
import ai.echogen.model.TinyModel;
import ai.echogen.model.decoder.Decoder;
import ai.echogen.torch.Tensors;
import ai.echogen.torch.weights.Weights;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Drawing and grounding with weights that are not a directory's: a replica's, say. */
class LiveWeightsTest {
  private static final Decoder.Sampling SAMPLING = new Decoder.Sampling(1, 0, 1, 2);
  private static final List<Layout> LAYOUTS =
      List.of(
          new Layout("a red star", List.of(new Region("star", "star", new Box(0, 0, 0.5f, 0.5f)))),
          new Layout(
              "two stars",
              List.of(
                  new Region("star", "star", new Box(0, 0, 0.5f, 0.5f)),
                  new Region("red star", "star", new Box(0.5f, 0.25f, 1, 1)))));

  @TempDir private Path directory;
  private JanusModel model;
  private Drawer drawer;
  private Grounder grounder;

  @BeforeEach
  void load() throws Exception {
    Tensors.setThreadsPerTask(1);
    TinyModel.write(directory, List.of("a red star", "two stars"));
    model = JanusModel.load(directory);
    drawer = Drawer.of(model);
    grounder = new Grounder(model.decoder(), model.grammar(), Optional.empty());
  }

  @AfterEach
  void close() {
    model.close();
  }

  @Test
  void drawsAndReadsWithTheWeightsThatItIsGiven() {
    try (var live = copy()) {
      assertThat(draw(live.flat())).isEqualTo(draw(model.weights().flat()));
      var codes = codes(live.flat());
      assertThat(grounder.ground(live.flat(), codes, LAYOUTS))
          .isEqualTo(Grounder.of(model).ground(model.weights().flat(), codes, LAYOUTS));

      var head = live.values("model.generation_head.vision_head.weight");
      for (int i = 0; i < head.length; i++) {
        head[i] = -head[i];
      }
      live.set("model.generation_head.vision_head.weight", head);

      assertThat(draw(live.flat())).isNotEqualTo(draw(model.weights().flat()));
    }
  }

  @Test
  void theSameBitsWhateverElseRuns() throws Exception {
    try (var live = copy()) {
      var alone = draw(live.flat());
      var codes = codes(live.flat());
      var boxes = grounder.ground(live.flat(), codes, LAYOUTS);
      var threads = Executors.newFixedThreadPool(4);
      try {
        var works = new ArrayList<Callable<Boolean>>();
        for (int i = 0; i < 24; i++) {
          works.add(() -> draw(live.flat()).equals(alone));
          works.add(() -> grounder.ground(live.flat(), codes, LAYOUTS).equals(boxes));
          works.add(() -> draw(model.weights().flat()).equals(alone));
        }
        for (var same : threads.invokeAll(works)) {
          assertThat(same.get()).isTrue();
        }
      } finally {
        threads.shutdown();
      }
    }
  }

  @Test
  void leavesNothingBehindOnTheWeightsManager() {
    try (var live = copy()) {
      long before = live.flat().getManager().getManagedArrays().size();
      draw(live.flat());
      grounder.ground(live.flat(), codes(live.flat()), LAYOUTS);

      assertThat(live.flat().getManager().getManagedArrays()).hasSize((int) before);
    }
  }

  @Test
  void saysThatPicturesNeedATokenizer() {
    var pictures = model.vq().decode(codes(model.weights().flat()));

    assertThat(Grounder.of(model).groundImages(model.weights().flat(), pictures, LAYOUTS))
        .hasSize(2);
    assertThatIllegalStateException()
        .isThrownBy(() -> grounder.groundImages(model.weights().flat(), pictures, LAYOUTS))
        .withMessageContaining("VQ tokenizer");
  }

  /** What a replica has: the same weights in memory of its own. */
  private Weights copy() {
    var copy = Weights.zeros(JanusModel.layout(model.config()));
    for (var parameter : copy.layout().parameters()) {
      copy.set(parameter.name(), model.weights().values(parameter.name()));
    }
    return copy;
  }

  private String draw(NDArray weights) {
    return Arrays.deepToString(codes(weights).toArray());
  }

  private List<int[]> codes(NDArray weights) {
    var noise = new SampleNoise(3);
    var uniforms = new double[LAYOUTS.size()][];
    Arrays.setAll(uniforms, i -> noise.uniforms("layout " + i, 0, TinyModel.CODES));
    return drawer.draw(weights, LAYOUTS, uniforms, SAMPLING);
  }
}
