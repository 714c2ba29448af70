package ai.echogen.scoring.judges.file;

import ai.djl.Device;
import ai.echogen.scoring.judges.FeatureNetwork;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;

/** A feature network from a model file. Each picture runs through it alone. */
final class ModelFeatures implements FeatureNetwork, AutoCloseable {
  private final FeaturesDescription description;
  private final Network network;
  private final SortedMap<String, String> settings;

  private ModelFeatures(
      FeaturesDescription description, Network network, SortedMap<String, String> settings) {
    this.description = description;
    this.network = network;
    this.settings = settings;
  }

  /**
   * Opens it and tries it on a grey picture.
   *
   * @throws IllegalArgumentException if files and description do not fit
   */
  static ModelFeatures open(
      FeaturesDescription description, Path folder, Device device, JudgeFile file)
      throws IOException {
    var model = description.model();
    var network = Network.open(folder, model, file.place(model.model()), device);
    try {
      var features =
          new ModelFeatures(
              description, network, file.settingsWith(Map.of("runtime", network.runtime())));
      var unused = features.vector(description.input().trial().input());
      return features;
    } catch (RuntimeException e) {
      network.close();
      throw e;
    }
  }

  @Override
  public int dimension() {
    return description.output().dimension();
  }

  @Override
  public double[][] features(List<BufferedImage> images) {
    return images.stream()
        .map(image -> vector(description.input().prepare(image).input()))
        .toArray(double[][]::new);
  }

  private double[] vector(Input input) {
    return description.output().of(network, List.of(input));
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
