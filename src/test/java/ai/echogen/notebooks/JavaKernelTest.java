package ai.echogen.notebooks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.echogen.image.Png;
import java.util.Base64;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class JavaKernelTest {
  private final JavaKernel kernel = new JavaKernel();

  @AfterEach
  void close() {
    kernel.close();
  }

  @Test
  void whatIsPrintedAndTheLastExpressionStandBelowACell() throws CellFailure {
    assertThat(kernel.run("import java.util.*;\nvar words = List.of(\"a\", \"b\"); // kept"))
        .isEmpty();
    var outputs = kernel.run("System.out.println(\"two\");\nSystem.out.println();\nwords");
    assertThat(outputs).hasSize(2);
    assertThat(outputs.get(0).get("text")).hasToString("[\"two\\n\",\"\\n\"]");
    assertThat(outputs.get(1).at("/data/text~1plain")).hasToString("[\"[a, b]\"]");
    assertThat(kernel.run("words.size() + 1")).hasSize(1);
    assertThat(kernel.run("int n = words.size();\nn = 3;\n// nothing to show")).isEmpty();
  }

  @Test
  void aPictureStandsBelowACellAsPng() throws CellFailure {
    var outputs =
        kernel.run(
            "new java.awt.image.BufferedImage(7, 5, java.awt.image.BufferedImage.TYPE_INT_RGB)");
    assertThat(outputs).hasSize(1);
    var base64 = outputs.get(0).at("/data/image~1png").asText();
    var picture = Png.decode(Base64.getMimeDecoder().decode(base64));
    assertThat(picture.getWidth()).isEqualTo(7);
    assertThat(picture.getHeight()).isEqualTo(5);
  }

  @Test
  void aFailureNamesItsSnippetAndWhatIsWrong() {
    assertThatThrownBy(() -> kernel.run("int a = 1;\nint b =\n  \"two\";\nint c = 3;"))
        .isInstanceOf(CellFailure.class)
        .hasMessageStartingWith("int b =\n  \"two\";\n→ line 2: incompatible types");
    assertThatThrownBy(() -> kernel.run("void f() { missing(); }"))
        .hasMessageContaining("unknown: method missing()");
    assertThatThrownBy(() -> kernel.run("if (true) {"))
        .hasMessageContaining("if (true) {\n→ is not complete");
    assertThatThrownBy(() -> kernel.run("Integer.parseInt(\"x\");"))
        .hasMessageContaining("Integer.parseInt(\"x\");\n→ java.lang.NumberFormatException")
        .hasCauseInstanceOf(NumberFormatException.class);
  }
}
