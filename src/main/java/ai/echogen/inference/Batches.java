package ai.echogen.inference;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.function.Function;

/** The results of work that takes its input in batches; a batch is computed when it is needed. */
public final class Batches<T, R> implements Iterator<R> {
  private final Iterator<T> input;
  private final int batch;
  private final Function<List<T>, List<R>> work;
  private Iterator<R> ready = Collections.emptyIterator();

  public Batches(Iterator<T> input, int batch, Function<List<T>, List<R>> work) {
    this.input = input;
    this.batch = batch;
    this.work = work;
  }

  @Override
  public boolean hasNext() {
    while (!ready.hasNext() && input.hasNext()) {
      var group = new ArrayList<T>(batch);
      while (group.size() < batch && input.hasNext()) {
        group.add(input.next());
      }
      ready = work.apply(group).iterator();
    }
    return ready.hasNext();
  }

  @Override
  public R next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    return ready.next();
  }
}
