package ai.echogen.data.layouts;

import ai.echogen.data.shards.Finding;
import ai.echogen.layout.Layout;
import java.io.Serializable;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** An endless, seeded supply of layouts, made wherever it is asked. */
public sealed interface LayoutSource extends Serializable
    permits TemplateLayouts, RandomLayouts, CorpusLayouts {
  /** Ids have eight digits, so that they sort as numbers do. */
  long MOST = 100_000_000;

  /**
   * A layout, or why there is none.
   *
   * @param findings what it lacks of what was asked for
   */
  record Made(String id, Optional<Layout> layout, List<Finding> findings) {
    public Made {
      findings = List.copyOf(findings);
    }
  }

  /** Layout {@code index}: a pure function of the source and this number. */
  Made layout(long index);

  /** The id of a layout, which says where it comes from: {@code templates-7-00000042}. */
  static String id(String source, long seed, long index) {
    return String.format(Locale.ROOT, "%s-%d-%08d", source, seed, index);
  }
}
