package ai.echogen.tokens;

import java.util.List;

/** The names of the special tokens, in the order in which our own vocabularies number them. */
final class SpecialTokens {
  static final String PAD = "<pad>";
  static final String BOS = "<bos>";
  static final String EOS = "<eos>";
  static final String BEGIN_IMAGE = "<begin_of_image>";
  static final String END_IMAGE = "<end_of_image>";
  static final String GROUNDING = "<grounding>";
  static final String END_GROUNDING = "</grounding>";

  static final List<String> ALL =
      List.of(
          PAD,
          BOS,
          EOS,
          TextTokenizer.UNKNOWN,
          BEGIN_IMAGE,
          END_IMAGE,
          GROUNDING,
          END_GROUNDING,
          "<ref>",
          "</ref>",
          "<box>",
          "</box>");

  private SpecialTokens() {}
}
