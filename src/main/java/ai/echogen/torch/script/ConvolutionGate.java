package ai.echogen.torch.script;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.jni.JniUtils;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Lets one thread at a time prepare convolutions on the CPU.
 *
 * <p>oneDNN 3.7, which PyTorch 2.7 computes convolutions with, chooses how to cut one up by the
 * size of the second-level cache, and keeps that number in a global variable that every preparation
 * first sets and then lowers to three quarters. Two threads that prepare at once can read it in
 * between: they cut differently, so that sums come out with other bits, or the process dies where
 * one half of a backward pass was cut in one way and the other half in another. What is prepared is
 * kept by the shapes of its tensors and found again without that variable, so that only the first
 * call with new shapes must be alone. (oneDNN set the number in one assignment from February 2026
 * on.)
 */
public final class ConvolutionGate {
  /**
   * Calls whose convolutions are still prepared. oneDNN keeps 1,024 parts and drops the least
   * recently used; a training step of a VQ tokenizer at Janus's sizes takes some 200.
   */
  private static final int REMEMBERED = 5;

  private static final Object PREPARING = new Object();
  private static final Map<Call, Boolean> PREPARED =
      Collections.synchronizedMap(
          new LinkedHashMap<>(16, 0.75f, true) {
            @Override
            protected boolean removeEldestEntry(Map.Entry<Call, Boolean> eldest) {
              return size() > REMEMBERED;
            }
          });

  /** What decides which convolutions a call prepares. */
  private record Call(
      Object script, String function, boolean withAutograd, int threads, List<Shape> shapes) {}

  private ConvolutionGate() {}

  /** Runs a call of a function with convolutions: alone if its like has not been seen lately. */
  public static NDList pass(
      Object script,
      String function,
      boolean withAutograd,
      Object[] arguments,
      Supplier<NDList> body) {
    var shapes = new ArrayList<Shape>();
    for (var argument : arguments) {
      var arrays = argument instanceof List<?> list ? list : List.of(argument);
      for (var array : arrays) {
        shapes.add(((NDArray) array).getShape());
      }
    }
    var call = new Call(script, function, withAutograd, JniUtils.getNumThreads(), shapes);
    if (PREPARED.get(call) == null) {
      synchronized (PREPARING) {
        if (PREPARED.get(call) == null) {
          var results = body.get();
          PREPARED.put(call, true);
          return results;
        }
      }
    }
    return body.get();
  }
}
