package ai.echogen.model.directory;

import java.util.Arrays;
import java.util.Locale;

/** What the decoder sees of an image when it reads boxes. */
public enum GroundingFeatures {
  /** The codes that drawing uses as well: what PMTP shares and DJO needs. */
  VQ,
  /** The vision encoder's features, as in Janus and PlanGen. */
  SIGLIP;

  /** The name in configuration files. */
  public String key() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The features of that {@link #key}. */
  public static GroundingFeatures of(String key) {
    return Arrays.stream(values())
        .filter(features -> features.key().equals(key))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "grounding_features must be one of %s, got %s"
                        .formatted(
                            Arrays.stream(values()).map(GroundingFeatures::key).toList(), key)));
  }
}
