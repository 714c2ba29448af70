package ai.echogen.train.sync;

/** The executors that worked together have changed: join again. */
public final class GenerationOver extends Exception {
  private static final long serialVersionUID = 1;

  GenerationOver(String why) {
    super(why);
  }
}
