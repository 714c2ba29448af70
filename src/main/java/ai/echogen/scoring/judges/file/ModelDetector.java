package ai.echogen.scoring.judges.file;

import ai.djl.Device;
import ai.echogen.scoring.judges.Detector;
import ai.echogen.scoring.judges.Vocabulary;
import ai.echogen.scoring.judges.file.ImageInput.Prepared;
import ai.echogen.scoring.metrics.Detection;
import ai.echogen.storage.LocalFiles;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;

/**
 * A detector from a model file. What it says of a picture does not depend on other pictures: each
 * runs through the network alone.
 *
 * <p>Boxes are cut at the edges of the picture; one of which nothing is left, as of padding, is no
 * detection.
 */
final class ModelDetector implements Detector, AutoCloseable {
  private final DetectorDescription description;
  private final List<String> classes;
  private final Network network;
  private final SortedMap<String, String> settings;
  private final Vocabulary vocabulary;

  private ModelDetector(
      DetectorDescription description,
      List<String> classes,
      Network network,
      SortedMap<String, String> settings,
      Vocabulary vocabulary) {
    this.description = description;
    this.classes = classes;
    this.network = network;
    this.settings = settings;
    this.vocabulary = vocabulary;
  }

  /**
   * Opens it and tries it on a grey picture.
   *
   * @throws IllegalArgumentException if files and description do not fit
   */
  static ModelDetector open(
      DetectorDescription description, Path folder, Device device, JudgeFile file)
      throws IOException {
    var model = description.model();
    var classes = description.classes();
    if (description.classFile().isPresent()) {
      var names = folder.resolve(description.classFile().get());
      classes = ClassNames.parse(LocalFiles.readSmall(names), names.toString());
    }
    var network = Network.open(folder, model, file.place(model.model()), device);
    try {
      var detector =
          new ModelDetector(
              description,
              classes,
              network,
              file.settingsWith(
                  Map.of(
                      "runtime",
                      network.runtime(),
                      "candidates",
                      Integer.toString(Candidates.MOST))),
              file.vocabulary());
      var unused = detector.detect(description.input().trial());
      return detector;
    } catch (RuntimeException e) {
      network.close();
      throw e;
    }
  }

  @Override
  public List<Detection> detect(BufferedImage image) {
    return detect(description.input().prepare(image));
  }

  private List<Detection> detect(Prepared prepared) {
    var decoding = description.decoding();
    var input = description.input();
    var candidates = new Candidates(description.threshold());
    decoding.decode(
        network.run(List.of(prepared.input()), decoding.outputs()),
        classes.size(),
        input.width(),
        input.height(),
        candidates);
    var detections = new ArrayList<Detection>();
    for (var found : candidates.best(description.nms(), description.most())) {
      var category = classes.get(found.category());
      if (!category.equals(ClassNames.NONE)) {
        prepared
            .placement()
            .box(found.x0(), found.y0(), found.x1(), found.y1())
            .ifPresent(box -> detections.add(new Detection(category, box, found.score())));
      }
    }
    return detections;
  }

  @Override
  public Vocabulary vocabulary() {
    return vocabulary;
  }

  @Override
  public SortedMap<String, String> describe() {
    return settings;
  }

  @Override
  public void close() {
    network.close();
  }
}
