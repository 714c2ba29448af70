/**
 * Judges that come as files, ONNX or TorchScript, with a description beside them ({@code
 * judge.json}, docs/judges.md): {@link ai.echogen.scoring.judges.file.JudgeFile} is what the driver
 * reads and sends, {@link ai.echogen.scoring.judges.file.JudgePool} what tasks get judges from.
 *
 * <p>May import: json, layout, storage, image, torch, tokens, inference, scoring.metrics,
 * scoring.judges; ONNX Runtime, DJL, and Spark for its settings.
 */
@NullMarked
package ai.echogen.scoring.judges.file;

import org.jspecify.annotations.NullMarked;
