package ai.echogen.gpu;

import ai.echogen.torch.Cuda;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * The group {@code gpu}: tests that run where libtorch can compute on a GPU, and are skipped by
 * name elsewhere. {@code -Dechogen.gpu=rehearse} runs them on the processor, to see that they can
 * pass.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Tag("gpu")
@ExtendWith(OnGpu.Condition.class)
@interface OnGpu {
  /** Whether they run on the processor. */
  boolean REHEARSED = System.getProperty("echogen.gpu", "").equals("rehearse");

  /** Looks for a GPU. */
  final class Condition implements ExecutionCondition {
    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
      return REHEARSED || Cuda.works()
          ? ConditionEvaluationResult.enabled("")
          : ConditionEvaluationResult.disabled("libtorch has no GPU here");
    }
  }
}
