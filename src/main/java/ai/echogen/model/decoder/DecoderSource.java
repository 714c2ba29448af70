package ai.echogen.model.decoder;

import ai.echogen.model.vision.VisionConfig;
import ai.echogen.torch.script.Script;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The decoder's TorchScript for one configuration. */
record DecoderSource(
    DecoderConfig config,
    TextIds ids,
    AttentionForm form,
    Precision precision,
    Optional<VisionConfig> vision,
    DecoderParameters parameters,
    Optional<LoraParameters> adapter) {
  /** Everything but the decoding loops, for scripts that build on it. */
  String text() {
    var source =
        parameters.unpackFunction()
            + trainedFunctions()
            + Script.text(Decoder.class, "decoder.script", constants());
    return vision.isPresent()
        ? source + Script.text(Decoder.class, "vision.script", constants())
        : source;
  }

  /** {@code weights}: all tensors from what is frozen and what is trained; {@code trained}. */
  private String trainedFunctions() {
    var head =
        "def weights(base: Tensor, flat: Tensor) -> List[Tensor]:\n  return __torch__.computed(__torch__.";
    var trained = "def trained(flat: Tensor) -> List[Tensor]:\n  return __torch__.";
    return adapter
        .map(
            lora ->
                lora.source()
                    + head
                    + "unpack(base) + __torch__.unpack_adapter(flat))\n"
                    + trained
                    + "unpack_adapter(flat)\n")
        .orElse(head + "unpack(flat))\n" + trained + "unpack(flat)\n");
  }

  /** The decoding loops, which need {@link #text} before them. */
  String decoding() {
    var decoding = Script.text(Decoder.class, "decoding.script", constants());
    return vision.isPresent()
        ? decoding + Script.text(Decoder.class, "decoding-vision.script", constants())
        : decoding;
  }

  /** What the {@code $name}s of all of it stand for. */
  Map<String, String> constants() {
    var constants = new HashMap<>(parameters.constants());
    constants.put("hidden", Integer.toString(config.hidden()));
    constants.put("layers", Integer.toString(config.layers()));
    constants.put("split", Integer.toString(config.layers() / 2));
    constants.put("heads", Integer.toString(config.heads()));
    constants.put("groups", Integer.toString(config.keyValueHeads()));
    constants.put("width", Integer.toString(config.headWidth()));
    constants.put("dtype", precision.scalarType());
    constants.put("is_narrow", precision == Precision.FP32 ? "False" : "True");
    constants.put("eps", Double.toString(config.normEpsilon()));
    constants.put("theta", Double.toString(config.ropeTheta()));
    constants.put("aligner_depth", Integer.toString(config.alignerDepth()));
    constants.put("bigram_shift", config.bigramShift() ? "True" : "False");
    constants.put("image_positions", config.imagePositions() ? "True" : "False");
    constants.put("pad", Integer.toString(ids.pad()));
    constants.put("end_box", Integer.toString(ids.endBox()));
    constants.put("begin_image", Integer.toString(ids.beginImage()));
    constants.put("first_x", Integer.toString(ids.firstX()));
    constants.put("first_y", Integer.toString(ids.firstY()));
    constants.put("bins", Integer.toString(ids.bins()));
    constants.put("lower_rules", form.lowerRules());
    constants.put("upper_rules", form.upperRules());
    constants.put("copies", Integer.toString(form.copies()));
    for (var matrix : List.of("adapt_qkv", "adapt_o", "adapt_gate_up", "adapt_down")) {
      constants.put(matrix, "");
    }
    int numChunks = parameters.chunks().size();
    constants.put("num_chunks", Integer.toString(numChunks));
    constants.put("adapter_tensors", Integer.toString(numAdapterTensors()));
    constants.put("first_trained", Integer.toString(adapter.isPresent() ? numChunks : 0));
    adapter.ifPresent(lora -> constants.putAll(lora.constants()));
    vision.ifPresent(sizes -> visionConstants(constants, sizes));
    return constants;
  }

  private int numAdapterTensors() {
    return adapter.map(LoraParameters::tensorsALayer).orElse(0);
  }

  private static void visionConstants(Map<String, String> constants, VisionConfig sizes) {
    constants.put("vision_width", Integer.toString(sizes.hidden()));
    constants.put("vision_heads", Integer.toString(sizes.heads()));
    constants.put("vision_layers", Integer.toString(sizes.layers()));
    constants.put("vision_patch", Integer.toString(sizes.patchSize()));
    constants.put("vision_eps", Double.toString(sizes.normEpsilon()));
    constants.put("vision_aligner_depth", Integer.toString(sizes.alignerDepth()));
    constants.put("vision_bias", sizes.attentionBias() ? "True" : "False");
    constants.put("vision_step", sizes.attentionBias() ? "2" : "1"); // tensors a projection
  }
}
