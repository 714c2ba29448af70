package ai.echogen.scoring.judges.file;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * An ONNX model in ONNX Runtime, on the processor.
 *
 * <p>An operation has one thread, and operations run one after the other, whatever cores the
 * machine has: the same model and picture give the same bits on processors of one family. Libraries
 * with operators of their own are never loaded.
 */
final class OnnxNetwork implements Network {
  private static final int THREADS = 1;
  private static final int LONGEST_RUN = 600; // seconds, of one picture

  /** Its own file, line and function, which ONNX Runtime puts before what it has to say. */
  private static final Pattern SOURCE =
      Pattern.compile("^.*?/onnxruntime_src/\\S+:\\d+ .*?\\) (?=\\p{Lu})");

  private final String place;
  private final OrtSession session;
  private final Map<String, NodeInfo> inputs;
  private final Map<String, NodeInfo> outputs;
  private final int seconds;

  private OnnxNetwork(String place, OrtSession session, int seconds) throws OrtException {
    this.place = place;
    this.seconds = seconds;
    this.session = session;
    this.inputs = session.getInputInfo();
    this.outputs = session.getOutputInfo();
  }

  /**
   * Opens a model.
   *
   * @param data names of files of its folder in which it may keep weights
   * @param place of the file, for messages
   * @throws IllegalArgumentException if the file is damaged, or no model of a version that is known
   */
  static OnnxNetwork open(Path file, List<String> data, String place) throws IOException {
    return open(file, data, place, LONGEST_RUN);
  }

  /**
   * The same.
   *
   * @param seconds that a run may take
   */
  static OnnxNetwork open(Path file, List<String> data, String place, int seconds)
      throws IOException {
    OnnxFile.check(file, data);
    try (var options = new OrtSession.SessionOptions()) {
      options.setIntraOpNumThreads(THREADS);
      options.setInterOpNumThreads(THREADS);
      options.setExecutionMode(OrtSession.SessionOptions.ExecutionMode.SEQUENTIAL);
      options.setDeterministicCompute(true);
      var session = environment().createSession(file.toString(), options);
      try {
        return new OnnxNetwork(place, session, seconds);
      } catch (OrtException e) {
        session.close();
        throw e;
      }
    } catch (OrtException e) {
      throw failed(file.toString(), "does not open it", e);
    }
  }

  private static OrtEnvironment environment() {
    return OrtEnvironment.getEnvironment(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL, "echogen");
  }

  @Override
  public List<Output> run(List<Input> given, List<OutputKey> wanted) {
    var names = wanted.stream().map(this::name).toList();
    var tensors = new LinkedHashMap<String, OnnxTensor>();
    try {
      for (var input : given) {
        var name = name(input, given.size());
        tensors.put(name, tensor(input));
      }
      requireAllGiven(tensors);
      return run(tensors, names);
    } catch (OrtException e) {
      throw failed(place, "cannot run it", e);
    } finally {
      tensors.values().forEach(OnnxTensor::close);
    }
  }

  private List<Output> run(Map<String, OnnxTensor> tensors, List<String> names)
      throws OrtException {
    try (var deadline = new OnnxDeadline(seconds)) {
      try (var result = session.run(tensors, new LinkedHashSet<>(names), deadline.options())) {
        var outputs = new ArrayList<Output>();
        for (var name : names) {
          outputs.add(output(name, result.get(name).orElseThrow()));
        }
        return outputs;
      } catch (OrtException e) {
        if (deadline.isOver()) {
          throw new IllegalArgumentException(
              String.format(Locale.ROOT, "%s: came to no end within %d seconds", place, seconds),
              e);
        }
        throw e;
      }
    }
  }

  private String name(OutputKey key) {
    var names = List.copyOf(outputs.keySet());
    if (key.name().isEmpty() ? key.place() < names.size() : names.contains(key.name())) {
      return key.name().isEmpty() ? names.get(key.place()) : key.name();
    }
    throw new IllegalArgumentException(
        "%s: has no output %s; it has %s".formatted(place, key, shown(outputs)));
  }

  private String name(Input input, int number) {
    var only = inputs.keySet().stream().findFirst().orElse("");
    var name = input.name().isEmpty() && number == 1 && inputs.size() == 1 ? only : input.name();
    var info = inputs.get(name);
    if (info == null) {
      throw new IllegalArgumentException(
          "%s: has no input \"%s\"; it has %s".formatted(place, name, shown(inputs)));
    }
    if (!(info.getInfo() instanceof TensorInfo tensor) || !takes(tensor, input)) {
      throw new IllegalArgumentException(
          "%s: its input %s; judge.json gives it %s"
              .formatted(place, shown(name, info), input.shown()));
    }
    return name;
  }

  private static boolean takes(TensorInfo info, Input input) {
    var type =
        switch (input.type()) {
          case FLOAT32 -> OnnxJavaType.FLOAT;
          case UINT8 -> OnnxJavaType.UINT8;
          case INT32 -> OnnxJavaType.INT32;
          case INT64 -> OnnxJavaType.INT64;
        };
    var shape = info.getShape();
    boolean fits = info.type == type && shape.length == input.shape().length;
    for (int i = 0; fits && i < shape.length; i++) {
      fits = shape[i] < 0 || shape[i] == input.shape()[i];
    }
    return fits;
  }

  private void requireAllGiven(Map<String, OnnxTensor> tensors) {
    for (var name : inputs.keySet()) {
      if (!tensors.containsKey(name)) {
        throw new IllegalArgumentException(
            "%s: also wants the input %s, which judge.json does not give; export it without"
                .formatted(place, shown(name, inputs.get(name))));
      }
    }
  }

  private static OnnxTensor tensor(Input input) throws OrtException {
    var environment = environment();
    var shape = input.shape();
    return switch (input.type()) {
      case FLOAT32 -> OnnxTensor.createTensor(environment, (FloatBuffer) input.values(), shape);
      case UINT8 ->
          OnnxTensor.createTensor(
              environment, (ByteBuffer) input.values(), shape, OnnxJavaType.UINT8);
      case INT32 -> OnnxTensor.createTensor(environment, (IntBuffer) input.values(), shape);
      case INT64 -> OnnxTensor.createTensor(environment, (LongBuffer) input.values(), shape);
    };
  }

  private Output output(String name, OnnxValue value) {
    if (!(value instanceof OnnxTensor tensor)) {
      throw new IllegalArgumentException(
          "%s: its output %s is a %s, must be a tensor".formatted(place, name, value.getType()));
    }
    var info = tensor.getInfo();
    if (info.getNumElements() > Output.MOST_VALUES) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "%s: its output %s is %s; more than %,d values are not read",
              place,
              name,
              Output.shown(info.getShape()),
              Output.MOST_VALUES));
    }
    return new Output(place, name, info.getShape(), values(name, tensor, info));
  }

  private float[] values(String name, OnnxTensor tensor, TensorInfo info) {
    var values = new float[Math.toIntExact(info.getNumElements())];
    switch (info.type) {
      case FLOAT, FLOAT16, BFLOAT16 -> tensor.getFloatBuffer().get(values);
      case DOUBLE -> fill(values, tensor.getDoubleBuffer()::get);
      case INT64 -> fill(values, tensor.getLongBuffer()::get);
      case INT32 -> fill(values, tensor.getIntBuffer()::get);
      default ->
          throw new IllegalArgumentException(
              "%s: its output %s is of %s, must be of float, double, int32 or int64"
                  .formatted(place, name, info.type));
    }
    return values;
  }

  private interface At {
    double value(int place);
  }

  private static void fill(float[] values, At source) {
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) source.value(i);
    }
  }

  private static String shown(Map<String, NodeInfo> nodes) {
    return Output.cut(
        nodes.entrySet().stream()
            .map(node -> shown(node.getKey(), node.getValue()))
            .toList()
            .toString());
  }

  private static String shown(String name, @Nullable NodeInfo node) {
    return node != null && node.getInfo() instanceof TensorInfo tensor
        ? "%s is %s of %s".formatted(Output.cut(name), Output.shown(tensor.getShape()), tensor.type)
        : Output.cut(name) + " is no tensor";
  }

  private static IllegalArgumentException failed(String place, String what, OrtException e) {
    var line = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
    var text = SOURCE.matcher(line).replaceFirst("");
    return new IllegalArgumentException(
        "%s: ONNX Runtime %s %s: %s"
            .formatted(place, environment().getVersion(), what, Output.cut(text)),
        e);
  }

  @Override
  public String runtime() {
    return String.format(
        Locale.ROOT,
        "ONNX Runtime %s on the processor, %d thread",
        environment().getVersion(),
        THREADS);
  }

  @Override
  public void close() {
    try {
      session.close();
    } catch (OrtException e) {
      throw new IllegalStateException(place + ": cannot be closed", e);
    }
  }
}
