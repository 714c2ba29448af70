package ai.echogen.torch.script;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.ndarray.types.SparseFormat;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValueUtils;
import ai.djl.pytorch.jni.JniUtils;
import ai.echogen.torch.Tensors;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A set of TorchScript functions that Java calls natively, one call each: a whole training step or
 * a whole decoding loop costs one crossing.
 *
 * <p>The source is plain TorchScript text: top-level functions whose parameters are {@code Tensor}
 * or {@code List[Tensor]} and which return {@code List[Tensor]}; they call each other as {@code
 * __torch__.name(...)}. Sizes that a model's configuration fixes are written {@code $name} and
 * filled in by {@link #text}. The interpreter runs the text as it stands (no fusion, no
 * specialisation), so that the same inputs give the same bits from the first call on.
 *
 * <p>Instances are thread-safe. {@link #close} frees the native module.
 */
public final class Script implements AutoCloseable {
  private static final Pattern FUNCTION =
      Pattern.compile("(?m)^def (\\w+)\\(([^)]*)\\)\\s*->\\s*([^:]+):");
  private static final Pattern PLACEHOLDER = Pattern.compile("\\$(\\w+)");

  private final NDManager manager;
  private final PtSymbolBlock module;
  private final Set<String> convolving;

  private Script(NDManager manager, PtSymbolBlock module, Set<String> convolving) {
    this.manager = manager;
    this.module = module;
    this.convolving = convolving;
  }

  /**
   * TorchScript text from a resource beside {@code owner}, its constants filled in.
   *
   * @param constants what each {@code $name} stands for
   * @throws IllegalStateException for a missing resource or a placeholder without a value
   */
  public static String text(Class<?> owner, String resource, Map<String, String> constants) {
    return fill(read(owner, resource), constants);
  }

  /** Joins resources beside {@code owner}, fills in their constants and compiles them. */
  public static Script compile(Class<?> owner, Map<String, String> constants, String... resources) {
    var source = new StringBuilder();
    for (var resource : resources) {
      source.append(text(owner, resource, constants)).append('\n');
    }
    return compile(source.toString());
  }

  /** Compiles TorchScript text whose functions are all top-level. */
  public static Script compile(String functions) {
    var manager = Tensors.cpu();
    try {
      var archive = Files.createTempFile("echogen-script", ".pt");
      try {
        Files.write(archive, ScriptArchive.of(withEntryPoints(functions)));
        var module =
            JniUtils.loadModule(
                (PtNDManager) manager, archive, false, new String[0], new String[0], true);
        return new Script(manager, module, reaching(functions, "torch.conv2d("));
      } finally {
        Files.deleteIfExists(archive);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (RuntimeException e) {
      manager.close();
      throw new IllegalStateException("TorchScript does not compile: " + e.getMessage(), e);
    }
  }

  /**
   * Runs one function with autograd available to it.
   *
   * @param target the manager that owns the results
   * @param arguments {@code NDArray} or {@code List<NDArray>}, in the order of the parameters
   * @return the function's tensors, attached to {@code target}
   */
  public NDList call(NDManager target, String function, Object... arguments) {
    return call(target, function, Autograd.ON, arguments);
  }

  /** The same without autograd, for functions that take no gradient: they cost less so. */
  public NDList evaluate(NDManager target, String function, Object... arguments) {
    return call(target, function, Autograd.OFF, arguments);
  }

  private enum Autograd {
    ON,
    OFF
  }

  private NDList call(NDManager target, String function, Autograd autograd, Object[] arguments) {
    if (!convolving.contains(function)) {
      return run(target, function, autograd, arguments);
    }
    return ConvolutionGate.pass(
        this,
        function,
        autograd == Autograd.ON,
        arguments,
        () -> run(target, function, autograd, arguments));
  }

  private NDList run(NDManager target, String function, Autograd autograd, Object[] arguments) {
    JniUtils.setGraphExecutorOptimize(false); // per thread; the plain interpreter
    var gradMode = JniUtils.isGradMode(); // per thread as well, and off in the one that loaded DJL
    JniUtils.setGradMode(autograd == Autograd.ON);
    try (var scope = target.newSubManager()) {
      var inputs = new NDList(arguments.length + 1);
      // DJL attaches the results to the manager of the list's first array and takes the function's
      // name from the name of an array.
      // It lies in main memory: on a GPU its making would wait for what is under way there.
      var method =
          JniUtils.createEmptyNdArray(
              (PtNDManager) scope, new Shape(), DataType.FLOAT32, Device.cpu(), SparseFormat.DENSE);
      method.setName("module_method:" + function);
      inputs.add(method);
      for (int i = 0; i < arguments.length; i++) {
        add(inputs, arguments[i], "a" + i + "[]");
      }
      var results = IValueUtils.forward(module, inputs, autograd == Autograd.ON);
      results.attach(target);
      return results;
    } finally {
      JniUtils.setGradMode(gradMode);
    }
  }

  @Override
  public void close() {
    module.close();
    manager.close();
  }

  /** DJL groups arrays of one name into a list argument. */
  private static void add(NDList inputs, Object argument, String name) {
    if (argument instanceof NDArray array) {
      array.setName(null); // it may have been in a list before
      inputs.add(array);
    } else if (argument instanceof List<?> list && !list.isEmpty()) {
      for (var item : list) {
        var array = (NDArray) item;
        array.setName(name);
        inputs.add(array);
      }
    } else {
      throw new IllegalStateException(
          "a script takes NDArray or a list of some, got " + argument.getClass().getSimpleName());
    }
  }

  private static String fill(String source, Map<String, String> constants) {
    var missing = new TreeMap<String, String>();
    var filled =
        PLACEHOLDER
            .matcher(source)
            .replaceAll(
                match -> {
                  var value = constants.get(match.group(1));
                  if (value == null) {
                    missing.put(match.group(1), "");
                    return "";
                  }
                  return Matcher.quoteReplacement(value);
                });
    if (!missing.isEmpty()) {
      throw new IllegalStateException("script constants without a value: " + missing.keySet());
    }
    return filled;
  }

  /** A module class with one method for each function, which only passes its arguments on. */
  private static String withEntryPoints(String functions) {
    var module =
        new StringBuilder(
            """
            class Functions(Module):
              __parameters__ = []
              __buffers__ = []
              training : bool
              _is_full_backward_hook : Optional[bool]
              def forward(self: __torch__.Functions, x: Tensor) -> Tensor:
                return x
            """);
    var matcher = FUNCTION.matcher(functions);
    while (matcher.find()) {
      if (!matcher.group(3).strip().equals("List[Tensor]")
          || !matcher
              .group(2)
              .replaceAll("\\w+\\s*:\\s*(Tensor|List\\[Tensor\\])|[,\\s]", "")
              .isEmpty()) {
        continue; // called by others only
      }
      var names =
          matcher.group(2).replaceAll("\\s*:\\s*(List\\[Tensor\\]|Tensor)", "").replace('\n', ' ');
      module.append(
          "  def %s(self: __torch__.Functions, %s) -> List[Tensor]:\n    return __torch__.%s(%s)\n"
              .formatted(
                  matcher.group(1), matcher.group(2).replace('\n', ' '), matcher.group(1), names));
    }
    return module + functions;
  }

  /** The functions whose text, or that of one they call, contains an operation. */
  private static Set<String> reaching(String functions, String operation) {
    var bodies = new HashMap<String, String>();
    var matcher = FUNCTION.matcher(functions);
    for (var found = matcher.find(); found; ) {
      var name = matcher.group(1);
      int start = matcher.end();
      found = matcher.find();
      bodies.put(name, functions.substring(start, found ? matcher.start() : functions.length()));
    }
    var wanted = new ArrayDeque<>(List.of(operation));
    var reaching = new HashSet<String>();
    while (!wanted.isEmpty()) {
      var text = wanted.remove();
      bodies.forEach(
          (name, body) -> {
            if (body.contains(text) && reaching.add(name)) {
              wanted.add("__torch__." + name + "(");
            }
          });
    }
    return Set.copyOf(reaching);
  }

  private static String read(Class<?> owner, String resource) {
    try (var stream = owner.getResourceAsStream(resource)) {
      if (stream == null) {
        throw new IllegalStateException(
            "no script " + resource + " beside " + owner.getSimpleName());
      }
      return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
