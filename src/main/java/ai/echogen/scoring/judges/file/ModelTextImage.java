package ai.echogen.scoring.judges.file;

import ai.djl.Device;
import ai.echogen.scoring.judges.TextImageScorer;
import ai.echogen.tokens.TextTokenizer;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;

/** CLIP and its like from two model files. Each picture and each text runs alone. */
final class ModelTextImage implements TextImageScorer, AutoCloseable {
  private final TextImageDescription description;
  private final Network image;
  private final Network text;
  private final TextTokenizer tokenizer;
  private final JudgeFile file;

  private ModelTextImage(
      TextImageDescription description,
      Network image,
      Network text,
      TextTokenizer tokenizer,
      JudgeFile file) {
    this.description = description;
    this.image = image;
    this.text = text;
    this.tokenizer = tokenizer;
    this.file = file;
  }

  /**
   * Opens it and tries it on a grey picture and a letter.
   *
   * @throws IllegalArgumentException if files and description do not fit
   */
  static ModelTextImage open(
      TextImageDescription description, Path folder, Device device, JudgeFile file)
      throws IOException {
    var input = description.text().input();
    var tokenizer = TextTokenizer.load(folder.resolve(input.tokenizer()));
    try (var opened = new Opened(tokenizer)) {
      input.check(tokenizer);
      var image = opened.add(open(folder, description.image().model(), device, file));
      var text = opened.add(open(folder, description.text().model(), device, file));
      var judge = new ModelTextImage(description, image, text, tokenizer, file);
      var unused = judge.vector(description.image().input().trial().input());
      unused = judge.vector("a");
      opened.keep();
      return judge;
    }
  }

  private static Network open(Path folder, ModelFiles model, Device device, JudgeFile file)
      throws IOException {
    return Network.open(folder, model, file.place(model.model()), device);
  }

  @Override
  public int dimension() {
    return description.image().output().dimension();
  }

  @Override
  public double[][] images(List<BufferedImage> images) {
    var input = description.image().input();
    return images.stream()
        .map(picture -> vector(input.prepare(picture).input()))
        .toArray(double[][]::new);
  }

  @Override
  public double[][] texts(List<String> texts) {
    return texts.stream().map(this::vector).toArray(double[][]::new);
  }

  @Override
  public boolean isCut(String text) {
    return description.text().input().isCut(tokenizer, text);
  }

  private double[] vector(Input input) {
    var side = description.image();
    return unit(side.output().of(image, List.of(input)), side.model());
  }

  private double[] vector(String words) {
    var side = description.text();
    return unit(side.output().of(text, side.input().prepare(tokenizer, words)), side.model());
  }

  /** The vector with length 1, in place. */
  private double[] unit(double[] vector, ModelFiles model) {
    double square = 0;
    for (double value : vector) {
      square += value * value;
    }
    if (square == 0) {
      throw new IllegalArgumentException(file.place(model.model()) + ": gives a vector of zeros");
    }
    double length = Math.sqrt(square);
    for (int i = 0; i < vector.length; i++) {
      vector[i] /= length;
    }
    return vector;
  }

  @Override
  public SortedMap<String, String> describe() {
    return file.settingsWith(
        Map.of("image.runtime", image.runtime(), "text.runtime", text.runtime()));
  }

  @Override
  public void close() {
    image.close();
    text.close();
    tokenizer.close();
  }
}
