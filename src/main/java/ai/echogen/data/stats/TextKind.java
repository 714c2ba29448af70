package ai.echogen.data.stats;

/** The texts of a row that are counted, each kind for itself. */
public enum TextKind {
  /** Of each region. */
  PHRASE,
  /** Of each region. */
  CATEGORY,
  /** Of each row. */
  SOURCE,
  /** Width × height in pixels, of each row. */
  SIZE
}
