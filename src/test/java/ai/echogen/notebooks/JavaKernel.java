package ai.echogen.notebooks;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import jdk.jshell.DeclarationSnippet;
import jdk.jshell.Diag;
import jdk.jshell.JShell;
import jdk.jshell.Snippet;
import jdk.jshell.Snippet.Status;
import jdk.jshell.SnippetEvent;
import jdk.jshell.SourceCodeAnalysis.Completeness;
import org.jspecify.annotations.Nullable;

/**
 * Java cells, through the JDK's JShell and with the class path of this JVM.
 *
 * <p>As in Jupyter's Java kernels, what is printed stands below a cell, and the value of its last
 * line if that is an expression.
 */
final class JavaKernel implements Kernel {
  private final ClassLoader before = Thread.currentThread().getContextClassLoader();
  private final CellControl control = new CellControl();
  private final JShell shell =
      JShell.builder()
          .executionEngine(control.provider(), Map.of())
          .compilerOptions("-classpath", System.getProperty("java.class.path"))
          .build();

  @Override
  public List<ObjectNode> run(String source) throws CellFailure {
    var printed = new ByteArrayOutputStream();
    var console = System.out;
    System.setOut(new PrintStream(printed, true, UTF_8));
    @Nullable Object value = null;
    try {
      var rest = source;
      while (!rest.isBlank()) {
        var next = shell.sourceCodeAnalysis().analyzeCompletion(rest);
        if (next.completeness() == Completeness.EMPTY) {
          break; // a comment
        }
        if (!next.completeness().isComplete()) {
          throw new CellFailure(rest, "is not complete", null);
        }
        value = evaluate(next.source().strip());
        rest = next.remaining();
      }
    } finally {
      System.setOut(console);
    }
    var outputs = new ArrayList<ObjectNode>();
    if (printed.size() > 0) {
      outputs.add(Outputs.stream(printed.toString(UTF_8)));
    }
    if (value != null) {
      outputs.add(Outputs.value(value));
    }
    return outputs;
  }

  /** Runs a snippet, and gives its value if it is an expression. */
  private @Nullable Object evaluate(String source) throws CellFailure {
    @Nullable Object value = null;
    for (var event : shell.eval(source)) {
      if (event.causeSnippet() == null) { // not what was only compiled again
        check(source, event);
        value = isExpression(event.snippet()) ? control.value() : null;
      }
    }
    return value;
  }

  /** An expression's value is kept in a variable, if it has not one already. */
  private static boolean isExpression(Snippet snippet) {
    return switch (snippet.subKind()) {
      case TEMP_VAR_EXPRESSION_SUBKIND, VAR_VALUE_SUBKIND, OTHER_EXPRESSION_SUBKIND -> true;
      default -> false;
    };
  }

  private void check(String source, SnippetEvent event) throws CellFailure {
    var snippet = event.snippet();
    if (event.status() != Status.VALID) {
      var problems =
          shell.diagnostics(snippet).map(diag -> told(source, diag)).collect(Collectors.toList());
      if (snippet instanceof DeclarationSnippet declared) {
        shell.unresolvedDependencies(declared).forEach(name -> problems.add("unknown: " + name));
      }
      throw new CellFailure(source, String.join("\n→ ", problems), null);
    }
    if (event.exception() != null) {
      var failure = control.failure() == null ? event.exception() : control.failure();
      throw new CellFailure(source, String.valueOf(failure), failure);
    }
  }

  private static String told(String source, Diag problem) {
    long line = 1 + source.chars().limit(problem.getPosition()).filter(c -> c == '\n').count();
    return String.format(Locale.ROOT, "line %d: %s", line, problem.getMessage(Locale.ROOT));
  }

  @Override
  public void close() {
    shell.close();
    Thread.currentThread().setContextClassLoader(before); // JShell has put its own there
  }
}
