package ai.echogen.storage;

/** A name that this process cannot give a file, in its locale. */
public final class UnnameableException extends IllegalArgumentException {
  private static final long serialVersionUID = 1;

  UnnameableException(String message) {
    super(message);
  }
}
