package ai.echogen.notebooks;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.Map;
import jdk.jshell.execution.DirectExecutionControl;
import jdk.jshell.spi.ExecutionControl;
import jdk.jshell.spi.ExecutionControlProvider;
import jdk.jshell.spi.ExecutionEnv;
import org.jspecify.annotations.Nullable;

/**
 * Runs JShell's snippets in this JVM and on the thread that asks, and keeps their values as
 * objects: JShell itself only tells their texts.
 */
final class CellControl extends DirectExecutionControl {
  private @Nullable Object value;
  private @Nullable Throwable failure;

  /** For {@link jdk.jshell.JShell.Builder#executionEngine}. */
  ExecutionControlProvider provider() {
    return new ExecutionControlProvider() {
      @Override
      public String name() {
        return "cells";
      }

      @Override
      public ExecutionControl generate(ExecutionEnv env, Map<String, String> parameters) {
        return CellControl.this;
      }
    };
  }

  /** Of the last snippet that was run. */
  @Nullable Object value() {
    return value;
  }

  /** What the last snippet threw, if it did. */
  @Nullable Throwable failure() {
    return failure;
  }

  @Override
  protected String invoke(Method snippet) throws Exception {
    value = null;
    failure = null;
    try {
      value = snippet.invoke(null);
    } catch (InvocationTargetException e) {
      failure = e.getCause();
      throw e;
    }
    return valueString(value);
  }
}
