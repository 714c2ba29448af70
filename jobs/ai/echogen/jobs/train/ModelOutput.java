package ai.echogen.jobs.train;

import ai.echogen.jobs.cli.Build;
import ai.echogen.jobs.cli.JobContext;
import ai.echogen.jobs.cli.RunFiles;
import ai.echogen.model.decoder.Decoder;
import ai.echogen.model.decoder.LoraConfig;
import ai.echogen.model.directory.LoraDirectory;
import ai.echogen.objectives.TransformerSpec;
import ai.echogen.storage.Location;
import ai.echogen.torch.safetensors.SafetensorsModel;
import ai.echogen.torch.weights.Weights;
import ai.echogen.train.checkpoint.Checkpoints;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a training of the transformer leaves: checkpoints on the way, {@code model/} at the end, and
 * {@code adapter/} where only an adapter was trained.
 *
 * @param decoder what is trained
 * @param init the model that an adapter adapts
 */
record ModelOutput(
    StartModel start,
    Decoder decoder,
    LoraConfig lora,
    Optional<Location> init,
    JobContext context) {
  /** What is trained, as it travels. */
  TransformerSpec spec() {
    return lora.isOn()
        ? TransformerSpec.ofAdapter(decoder, lora, init.orElseThrow(), start.weights())
        : TransformerSpec.ofModel(decoder);
  }

  /** What a new run trains from: the weights, or an adapter that changes nothing yet. */
  Weights initial(long seed) {
    return lora.isOn() ? decoder.initialAdapter(seed) : start.weights();
  }

  /** The form of a checkpoint's model. */
  Checkpoints.ModelFiles files() {
    return lora.isOn() ? new AdapterFiles(lora, base()) : new ModelFiles(start, card(""));
  }

  /** Writes what is left when training is over. */
  void finish(RunFiles files, Weights trained) throws IOException {
    var hash = "\n\nSHA-256 of the trained weights: `%s`.".formatted(trained.sha256());
    var weights = trained;
    if (lora.isOn()) {
      LoraDirectory.write(files.local().resolve("adapter"), lora, trained, base());
      decoder.merge(start.weights(), trained);
      weights = start.weights();
    }
    start.write(files.local().resolve("model"), weights, card(hash));
  }

  private String base() {
    return init.orElseThrow().name();
  }

  /** A whole model's: what is not trained lies in a file of its own. */
  private record ModelFiles(StartModel start, String card) implements Checkpoints.ModelFiles {
    @Override
    public List<String> names(int parts) {
      return SafetensorsModel.fileNames(parts + 1).subList(0, parts);
    }

    @Override
    public void complete(Path directory, Map<String, String> fileOfTensor, long numBytes)
        throws IOException {
      start.writeRest(directory, fileOfTensor, numBytes, card);
    }
  }

  /** An adapter's. */
  private record AdapterFiles(LoraConfig lora, String base) implements Checkpoints.ModelFiles {
    @Override
    public List<String> names(int parts) {
      return List.of(LoraDirectory.WEIGHTS);
    }

    @Override
    public void complete(Path directory, Map<String, String> fileOfTensor, long numBytes)
        throws IOException {
      LoraDirectory.writeConfig(directory, lora, base);
    }
  }

  private String card(String hash) {
    return """
        ---
        library_name: echogen
        tags: [layout-to-image, grounding]
        ---
        # A model trained by EchoGen on Spark

        It draws images from layouts and reads layouts from images. Written by %s.%s

        Settings of the run:

        ```json
        %s
        ```
        """
        .formatted(Build.version(), hash, context.settingsJson());
  }
}
