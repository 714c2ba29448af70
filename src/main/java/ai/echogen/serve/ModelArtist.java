package ai.echogen.serve;

import ai.echogen.image.Png;
import ai.echogen.image.ShownImage;
import ai.echogen.inference.Drawer;
import ai.echogen.inference.Grounder;
import ai.echogen.inference.Lease;
import ai.echogen.inference.ModelPool;
import ai.echogen.inference.SampleNoise;
import ai.echogen.layout.Box;
import ai.echogen.layout.Layout;
import ai.echogen.model.JanusModel;
import ai.echogen.model.RunMode;
import ai.echogen.model.directory.JanusConfig;
import ai.echogen.model.directory.JanusDirectory;
import ai.echogen.storage.Location;
import ai.echogen.tokens.TextTokenizer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.IntStream;

/** A model directory, loaded for as long as this is open. */
public final class ModelArtist implements Artist, AutoCloseable {
  /** Drawings made together: between them it is seen that nobody waits any more. */
  private static final int TOGETHER = 4;

  private final String name;
  private final Lease<JanusModel> lease;
  private final TextTokenizer tokenizer;

  private ModelArtist(String name, Lease<JanusModel> lease, TextTokenizer tokenizer) {
    this.name = name;
    this.lease = lease;
    this.tokenizer = tokenizer;
  }

  /**
   * Loads a directory on any Hadoop file system.
   *
   * @param mode how it is run
   * @throws IllegalArgumentException if it holds no model that draws and grounds
   */
  public static ModelArtist open(Location directory, RunMode mode) throws IOException {
    var lease = ModelPool.lease(directory, mode);
    try {
      return new ModelArtist(name(directory), lease, tokenizer(directory, lease.value().config()));
    } catch (IOException | RuntimeException e) {
      lease.close();
      throw e;
    }
  }

  private static TextTokenizer tokenizer(Location directory, JanusConfig config)
      throws IOException {
    var json =
        directory.onDisk(
            List.of(JanusDirectory.TOKENIZER, JanusConfig.FILE),
            here -> JanusDirectory.readTokenizer(here, config));
    return TextTokenizer.of(json, directory.child(JanusDirectory.TOKENIZER).toString());
  }

  /** What to call the model of a directory: of {@code runs/pmtp/model} that is {@code pmtp}. */
  static String name(Location directory) {
    var parent = directory.path().getParent();
    boolean isPlain = directory.name().equals("model") && parent != null && !parent.isRoot();
    return isPlain ? parent.getName() : directory.name();
  }

  @Override
  public About about() {
    var config = lease.value().config();
    return new About(
        name,
        config.vq().imageSize(),
        config.codes().perImage(),
        config.grounding().name().toLowerCase(Locale.ROOT));
  }

  @Override
  public Words words() {
    return Words.of(tokenizer);
  }

  @Override
  public Optional<String> obstacle(Layout layout) {
    try {
      var unused = lease.value().grammar().fit(layout);
      return Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.of(name + ": " + e.getMessage());
    }
  }

  @Override
  public List<Drawing> draw(Order order, Progress progress) {
    var drawings = new ArrayList<Drawing>();
    for (int from = 0; from < order.number() && !progress.isGivenUp(); from += TOGETHER) {
      draw(order, from, Math.min(order.number(), from + TOGETHER), progress, drawings);
    }
    return drawings;
  }

  /** Adds the drawings {@code [from, to)}. */
  private void draw(Order order, int from, int to, Progress progress, List<Drawing> drawings) {
    var model = lease.value();
    var noise = new SampleNoise(order.seed());
    int count = model.config().codes().perImage();
    var layout = order.layout().layout();
    var uniforms =
        IntStream.range(from, to)
            .mapToObj(sample -> noise.uniforms(order.layout().id(), sample, count))
            .toArray(double[][]::new);
    var codes =
        Drawer.of(model).draw(model.weights().flat(), List.of(layout), uniforms, order.sampling());
    var boxes = readBack(model, codes, layout);
    for (int i = 0; i < codes.size(); i++) {
      var image = model.vq().decode(List.of(codes.get(i))).get(0);
      drawings.add(new Drawing(Png.encode(image), boxes.get(i)));
      progress.drawn();
    }
  }

  private static List<List<Optional<Box>>> readBack(
      JanusModel model, List<int[]> codes, Layout layout) {
    return layout.regions().isEmpty()
        ? Collections.nCopies(codes.size(), List.of())
        : Grounder.of(model)
            .ground(model.weights().flat(), codes, Collections.nCopies(codes.size(), layout));
  }

  @Override
  public List<Optional<Box>> ground(ShownImage image, Layout layout) {
    var model = lease.value();
    return Grounder.of(model)
        .groundImages(model.weights().flat(), List.of(image.pixels()), List.of(layout))
        .get(0);
  }

  @Override
  public void close() {
    tokenizer.close();
    lease.close();
  }
}
