package ai.echogen.model.convert;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * The names of the original Janus layout (deepseek-ai/Janus, {@code MultiModalityCausalLM}) and
 * those of Hugging Face's port, from one table that is read in both directions. It follows {@code
 * convert_janus_weights_to_hf.py} of transformers.
 *
 * <p>Two tensors change more than their name: {@code qkv} is query, key and value on top of each
 * other, and {@code pos_embed} has a leading axis of 1.
 */
final class OriginalNames {
  /**
   * Tensors of published checkpoints that the port has no place for: the pooling head of the vision
   * tower, which Janus never calls, and a training statistic of the codebook.
   */
  static final List<String> EXTRAS =
      List.of(
          "vision_model.vision_tower.attn_pool.latent",
          "vision_model.vision_tower.attn_pool.q.weight",
          "vision_model.vision_tower.attn_pool.q.bias",
          "vision_model.vision_tower.attn_pool.kv.weight",
          "vision_model.vision_tower.attn_pool.kv.bias",
          "vision_model.vision_tower.attn_pool.proj.weight",
          "vision_model.vision_tower.attn_pool.proj.bias",
          "vision_model.vision_tower.attn_pool.norm.weight",
          "vision_model.vision_tower.attn_pool.norm.bias",
          "vision_model.vision_tower.attn_pool.mlp.fc1.weight",
          "vision_model.vision_tower.attn_pool.mlp.fc1.bias",
          "vision_model.vision_tower.attn_pool.mlp.fc2.weight",
          "vision_model.vision_tower.attn_pool.mlp.fc2.bias",
          "gen_vision_model.quantize.codebook_used");

  private static final String POSITIONS = "vision_model.vision_tower.pos_embed";

  /** Original, Hugging Face. {@code #} and {@code %}: {@link Side}; {@code {a,b}}: the parts. */
  private static final List<Rule> TABLE =
      List.of(
          new Rule("language_model.model.*", "model.language_model.*"),
          new Rule("language_model.lm_head.weight", "lm_head.weight"),
          vision("pos_embed", "embeddings.position_embedding.weight"),
          vision("patch_embed.proj.*", "embeddings.patch_embedding.*"),
          vision("blocks.#.norm1.*", "encoder.layers.#.layer_norm1.*"),
          vision("blocks.#.norm2.*", "encoder.layers.#.layer_norm2.*"),
          vision("blocks.#.attn.qkv.*", "encoder.layers.#.self_attn.{q_proj,k_proj,v_proj}.*"),
          vision("blocks.#.attn.proj.*", "encoder.layers.#.self_attn.projection_layer.*"),
          vision("blocks.#.mlp.*", "encoder.layers.#.mlp.*"),
          vision("norm.*", "post_layernorm.*"),
          new Rule("aligner.layers.0.*", "model.aligner.fc1.*"),
          new Rule("aligner.layers.%.*", "model.aligner.hidden_layers.%.*"),
          new Rule("gen_aligner.layers.0.*", "model.generation_aligner.fc1.*"),
          new Rule("gen_aligner.layers.%.*", "model.generation_aligner.hidden_layers.%.*"),
          new Rule("gen_head.output_mlp_projector.*", "model.generation_head.proj_out.*"),
          new Rule("gen_head.vision_head.*", "model.generation_head.vision_head.*"),
          new Rule("gen_embed.weight", "model.generation_embeddings.weight"),
          vq("encoder.conv_blocks.#.res.#.*", "encoder.down.#.block.#.*"),
          vq("encoder.conv_blocks.#.attn.#.*", "encoder.down.#.attn.#.*"),
          vq("encoder.conv_blocks.#.downsample.*", "encoder.down.#.downsample.*"),
          vq("decoder.conv_blocks.#.res.#.*", "decoder.up.#.block.#.*"),
          vq("decoder.conv_blocks.#.attn.#.*", "decoder.up.#.attn.#.*"),
          vq("decoder.conv_blocks.#.upsample.*", "decoder.up.#.upsample.*"),
          vq("encoder.mid.0.*", "encoder.mid.block_1.*"),
          vq("encoder.mid.1.*", "encoder.mid.attn_1.*"),
          vq("encoder.mid.2.*", "encoder.mid.block_2.*"),
          vq("decoder.mid.0.*", "decoder.mid.block_1.*"),
          vq("decoder.mid.1.*", "decoder.mid.attn_1.*"),
          vq("decoder.mid.2.*", "decoder.mid.block_2.*"),
          vq("encoder.*", "encoder.*"),
          vq("decoder.*", "decoder.*"),
          vq("quantize.embedding.weight", "quantize.embedding.weight"),
          vq("quant_conv.*", "quant_conv.*"),
          vq("post_quant_conv.*", "post_quant_conv.*"));

  private OriginalNames() {}

  /** Whether the original layout has such a name, extras aside. */
  static boolean isKnown(String original) {
    return !parts(original).isEmpty();
  }

  /** The original tensor that holds one of Hugging Face's. */
  static String original(String huggingFace) {
    return place(huggingFace).name();
  }

  /** Tensors of the original layout by Hugging Face's names; those without one are left out. */
  static Map<String, NamedTensor> toHuggingFace(Collection<NamedTensor> originals) {
    var tensors = new TreeMap<String, NamedTensor>();
    for (var original : originals) {
      var names = parts(original.name());
      var flat = original.name().equals(POSITIONS) ? squeezed(original) : original;
      for (int i = 0; i < names.size(); i++) {
        var part =
            names.size() == 1 || flat.shape().isEmpty()
                ? flat.as(names.get(i), flat.shape())
                : flat.part(names.get(i), i, names.size());
        tensors.put(part.name(), part);
      }
    }
    return tensors;
  }

  /** Tensors of Hugging Face's layout by their original names. */
  static Map<String, NamedTensor> toOriginal(Collection<NamedTensor> tensors) {
    var parts = new TreeMap<String, Map<Integer, NamedTensor>>();
    for (var tensor : tensors) {
      var place = place(tensor.name());
      parts.computeIfAbsent(place.name(), name -> new TreeMap<>()).put(place.part(), tensor);
    }
    var originals = new TreeMap<String, NamedTensor>();
    parts.forEach(
        (name, sorted) -> {
          var joined = NamedTensor.joined(name, List.copyOf(sorted.values()));
          originals.put(name, name.equals(POSITIONS) ? unsqueezed(joined) : joined);
        });
    return originals;
  }

  private static NamedTensor squeezed(NamedTensor tensor) {
    boolean leadingOne = tensor.shape().size() == 3 && tensor.shape().get(0) == 1;
    return leadingOne ? tensor.as(tensor.name(), tensor.shape().subList(1, 3)) : tensor;
  }

  private static NamedTensor unsqueezed(NamedTensor tensor) {
    var shape = new ArrayList<>(tensor.shape());
    shape.add(0, 1L);
    return tensor.as(tensor.name(), shape);
  }

  /** Hugging Face's names of what an original tensor holds, in order; empty if it has none. */
  private static List<String> parts(String original) {
    for (var rule : TABLE) {
      var values = rule.original().match(original);
      if (values.isPresent()) {
        return rule.parts().stream().map(part -> part.fill(values.get())).toList();
      }
    }
    return List.of();
  }

  private static Place place(String huggingFace) {
    for (var rule : TABLE) {
      for (int i = 0; i < rule.parts().size(); i++) {
        var values = rule.parts().get(i).match(huggingFace);
        if (values.isPresent()) {
          return new Place(rule.original().fill(values.get()), i);
        }
      }
    }
    throw new IllegalStateException("the original layout has no name for " + huggingFace);
  }

  private static Rule vision(String original, String huggingFace) {
    return new Rule("vision_model.vision_tower." + original, "model.vision_model." + huggingFace);
  }

  private static Rule vq(String original, String huggingFace) {
    return new Rule("gen_vision_model." + original, "model.vqmodel." + huggingFace);
  }

  /** Where a tensor of Hugging Face's lies in the original layout: the part of which tensor. */
  private record Place(String name, int part) {}

  /** A row of the table. */
  private record Rule(Side original, List<Side> parts) {
    Rule(String original, String huggingFace) {
      this(new Side(original), expanded(huggingFace));
    }

    private static List<Side> expanded(String template) {
      int open = template.indexOf('{');
      if (open < 0) {
        return List.of(new Side(template));
      }
      int close = template.indexOf('}');
      var sides = new ArrayList<Side>();
      for (var word : template.substring(open + 1, close).split(",", -1)) {
        sides.add(new Side(template.substring(0, open) + word + template.substring(close + 1)));
      }
      return sides;
    }
  }

  /**
   * One side of a row: {@code *} stands for any rest, {@code #} for a number, and {@code %} for the
   * number of a hidden layer of an aligner, which the original, counting activations as well and
   * the first layer as 0, calls 2 n + 2.
   */
  private record Side(String template, Pattern pattern, boolean doubled) {
    Side(String template) {
      this(template, compiled(template), template.contains(".layers.%"));
    }

    Optional<List<String>> match(String name) {
      var matcher = pattern.matcher(name);
      if (!matcher.matches()) {
        return Optional.empty();
      }
      var values = new ArrayList<String>();
      for (int i = 1; i <= matcher.groupCount(); i++) {
        values.add(matcher.group(i));
      }
      if (doubled) {
        int number = Integer.parseInt(values.get(0));
        if (number % 2 != 0) {
          return Optional.empty();
        }
        values.set(0, Integer.toString((number - 2) / 2));
      }
      return Optional.of(values);
    }

    String fill(List<String> values) {
      var name = new StringBuilder();
      int next = 0;
      for (char c : template.toCharArray()) {
        switch (c) {
          case '#', '*' -> name.append(values.get(next++));
          case '%' -> {
            int number = Integer.parseInt(values.get(next++));
            name.append(doubled ? 2 * number + 2 : number);
          }
          default -> name.append(c);
        }
      }
      return name.toString();
    }

    private static Pattern compiled(String template) {
      return Pattern.compile(
          template
              .replace(".", "\\.")
              .replace("*", "(.+)")
              .replace("#", "(\\d{1,4})")
              .replace("%", "(\\d{1,4})"));
    }
  }
}
