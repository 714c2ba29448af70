package ai.echogen.model.convert;

import java.util.Locale;

/** The kinds of directory that a checkpoint can become. */
public enum Target {
  /** Ours: Hugging Face's layout and, in {@code config.json}, what Janus does not know. */
  ECHOGEN("EchoGen's model directory"),
  /** Hugging Face's layout as transformers' {@code JanusForConditionalGeneration} opens it. */
  TRANSFORMERS("Hugging Face's layout, for transformers"),
  /** The original layout of deepseek-ai/Janus. */
  JANUS("the original Janus layout");

  private final String title;

  Target(String title) {
    this.title = title;
  }

  String title() {
    return title;
  }

  /** The name in configuration files. */
  public String key() {
    return name().toLowerCase(Locale.ROOT);
  }
}
