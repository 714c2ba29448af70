package ai.echogen.model.directory;

import ai.echogen.json.JsonText;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * The fields of a {@code config.json} that say what a Llama decoder computes beyond its sizes. Here
 * it computes one thing, so each must say that, or nothing.
 *
 * <p>Fields and defaults: {@code LlamaConfig} of transformers 5.18, and what its earlier versions
 * called {@code rope_scaling}.
 */
public final class TextFields {
  /** What is computed here, by field; empty: nothing may be said. */
  private static final Map<String, String> ONLY =
      Map.of(
          "model_type", "llama",
          "hidden_act", "silu",
          "attention_bias", "false",
          "mlp_bias", "false",
          "partial_rotary_factor", "1",
          "sliding_window", "",
          "use_sliding_window", "false",
          "layer_types", "",
          "quantization_config", "");

  private static final List<String> ROPE = List.of("rope_parameters", "rope_scaling");
  private static final Map<String, String> ONLY_ROPE =
      Map.of("rope_type", "default", "type", "default", "partial_rotary_factor", "1");

  /** Read elsewhere: sizes, ids of tokens and what ties the text head. */
  private static final Set<String> READ =
      Set.of(
          "vocab_size",
          "hidden_size",
          "intermediate_size",
          "num_hidden_layers",
          "num_attention_heads",
          "num_key_value_heads",
          "head_dim",
          "rms_norm_eps",
          "rope_theta",
          "max_position_embeddings",
          "tie_word_embeddings",
          "bos_token_id",
          "eos_token_id",
          "pad_token_id");

  /** What concerns training, sampling, files or speed, wherever transformers writes it. */
  private static final Set<String> NOTES =
      Set.of(
          "architectures",
          "attention_dropout",
          "attn_implementation",
          "auto_map",
          "bad_words_ids",
          "cross_attention_hidden_size",
          "diversity_penalty",
          "do_sample",
          "dtype",
          "early_stopping",
          "encoder_no_repeat_ngram_size",
          "exponential_decay_length_penalty",
          "id2label",
          "initializer_range",
          "label2id",
          "length_penalty",
          "max_length",
          "min_length",
          "num_beam_groups",
          "num_beams",
          "num_return_sequences",
          "no_repeat_ngram_size",
          "pretraining_tp",
          "repetition_penalty",
          "return_dict",
          "sep_token_id",
          "temperature",
          "tokenizer_class",
          "top_k",
          "top_p",
          "torch_dtype",
          "transformers_version",
          "typical_p",
          "use_cache");

  private TextFields() {}

  /**
   * What a decoder's fields ask for and is not computed here, in words.
   *
   * @param prefix the section's name and a dot
   */
  public static List<String> unsupported(JsonNode text, String prefix) {
    var problems = new ArrayList<String>();
    ONLY.forEach((field, only) -> require(text, prefix, field, only, problems));
    for (var section : ROPE) {
      var rope = text.path(section);
      if (rope.isObject()) {
        ONLY_ROPE.forEach(
            (field, only) -> require(rope, prefix + section + ".", field, only, problems));
        rope.fields()
            .forEachRemaining(
                field -> {
                  if (field.getValue().isContainerNode()) {
                    problems.add(
                        "%s%s.%s must not be there, got %s"
                            .formatted(
                                prefix, section, field.getKey(), JsonText.shown(field.getValue())));
                  }
                });
      } else if (!isEmpty(rope)) {
        problems.add(
            "%s%s must be an object, got %s".formatted(prefix, section, JsonText.shown(rope)));
      }
    }
    problems.sort(null);
    return problems;
  }

  /** The fields that hold something and are read nowhere, sorted. */
  public static List<String> unread(JsonNode text, String prefix) {
    var unread = new TreeSet<String>();
    text.fields()
        .forEachRemaining(
            field -> {
              var name = field.getKey();
              if (!ONLY.containsKey(name)
                  && !ROPE.contains(name)
                  && !READ.contains(name)
                  && !NOTES.contains(name)
                  && !name.startsWith("_")
                  && !isEmpty(field.getValue())) {
                unread.add(prefix + name);
              }
            });
    return List.copyOf(unread);
  }

  private static void require(
      JsonNode section, String prefix, String field, String only, List<String> problems) {
    var value = section.path(field);
    if (only.isEmpty() ? !isEmpty(value) : !value.isNull() && !is(value, only)) {
      problems.add(
          "%s%s must %s, got %s"
              .formatted(
                  prefix,
                  field,
                  only.isEmpty() ? "not be there" : "be " + only,
                  JsonText.shown(value)));
    }
  }

  private static boolean is(JsonNode value, String only) {
    return value.isMissingNode()
        || (value.isNumber() && only.equals("1")
            ? value.asDouble() == 1
            : value.asText().equals(only));
  }

  private static boolean isEmpty(JsonNode value) {
    return value.isMissingNode()
        || value.isNull()
        || value.isBoolean() && !value.asBoolean()
        || value.isNumber() && value.asDouble() == 0
        || value.isContainerNode() && value.isEmpty();
  }
}
