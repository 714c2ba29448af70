package ai.echogen.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.echogen.image.Png;
import ai.echogen.model.RunMode;
import ai.echogen.model.TinyModel;
import ai.echogen.model.decoder.Decoder;
import ai.echogen.storage.Location;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.interactions.Actions;
import org.openqa.selenium.interactions.PointerInput;
import org.openqa.selenium.interactions.Sequence;

/**
 * The page in a browser, with two tiny models; skipped where there is no chromium with its
 * chromedriver. Pictures of it are left in target/studio.
 */
class BrowserTest {
  private static final Path PICTURES = Path.of("target/studio");

  @TempDir private static Path temp;
  private static ModelArtist one;
  private static ModelArtist other;
  private static Studio studio;
  private static Browser browser;

  private String name;

  @BeforeAll
  static void open() throws IOException {
    assumeTrue(Browser.isThere(), "there is no chromium with its chromedriver on the PATH");
    one = artist("pmtp", "a red dog and a blue ball");
    other = artist("djo", "a red dog and a blue ball of wool");
    studio =
        Studio.open(
            new Studio.Door("127.0.0.1", 0, Optional.empty()),
            List.of(one, other),
            new Limits(1_000_000, 4, 1, 8),
            new Decoder.Sampling(1, 0, 1, 2));
    browser = Browser.open();
  }

  private static ModelArtist artist(String name, String words) throws IOException {
    var place = temp.resolve(name).resolve("model");
    TinyModel.write(place, List.of(words));
    return ModelArtist.open(Location.of(place), RunMode.FINISHED);
  }

  @AfterAll
  static void close() {
    if (browser != null) {
      browser.close();
      studio.close();
      one.close();
      other.close();
    }
  }

  @BeforeEach
  void visit(TestInfo test) {
    name = test.getTestMethod().orElseThrow().getName();
    browser.window(1280, 900, "light").visit(studio.url());
    var unused = browser.complaints(); // of the test before
  }

  @AfterEach
  void leavesAPicture() throws IOException {
    browser.picture(PICTURES.resolve(name + ".png"));
  }

  @Test
  void drawsTheExampleAndAgainAfterABoxWasMovedByKeys() {
    assertThat(browser.all("#stage .box")).hasSize(2);
    browser.find("#draw").click();
    browser.untilThereAre(2, "#draw-results .card");
    assertThat(browser.all("#draw-results .mark.given")).hasSize(4);
    var before = edge();
    var drawing = browser.find("#draw-results img").getDomAttribute("src");

    var box = browser.find("#stage .box");
    box.sendKeys(Keys.ARROW_RIGHT.toString().repeat(8)); // the tiny model tells eighths apart
    browser.script("document.activeElement.blur()");
    assertThat(Double.parseDouble(edge())).isEqualTo(Double.parseDouble(before) + 16);
    box.sendKeys(Keys.ENTER);
    browser.untilThereAre(2, "#history .thumb");

    assertThat(browser.find("#draw-results img").getDomAttribute("src")).isNotEqualTo(drawing);
    box.sendKeys(Keys.chord(Keys.CONTROL, "z"));
    assertThat(edge()).isEqualTo(before);
    browser.all("#history .thumb").get(1).click();
    assertThat(browser.find("#draw-results img").getDomAttribute("src")).isEqualTo(drawing);
    assertThat(browser.complaints()).isEmpty();
  }

  /** Of the first region, its left one in percent. */
  private static String edge() {
    return (String) browser.script("return document.querySelector('#regions .edges input').value");
  }

  @Test
  void aLayoutIsMadeWithTheKeyboardAlone() {
    browser.find("#layout-new").click();
    browser.find("#region-add").sendKeys(Keys.ENTER);
    var actions = new Actions(browser.driver());
    actions.sendKeys("red zebra").perform();
    browser.until("return document.querySelector('#regions .note').textContent.includes('zebra')");
    actions.sendKeys(Keys.TAB, Keys.TAB, "20").sendKeys(Keys.ENTER).perform();
    browser.untilThereAre(2, "#draw-results .card");

    assertThat(browser.all("#stage .box")).hasSize(1);
    assertThat(browser.find("#draw-results .note").getText()).contains("zebra");
    browser.find("#stage .box").sendKeys(Keys.DELETE);
    assertThat(browser.all("#stage .box")).isEmpty();
    assertThat(browser.complaints()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(PointerInput.Kind.class)
  void aBoxIsDrawnMovedAndResizedWithAPointer(PointerInput.Kind kind) {
    browser.find("#layout-new").click();
    var stage = browser.find("#stage");
    browser.script("arguments[0].scrollIntoView({block: 'center'})", stage);
    int tenth = stage.getSize().getWidth() / 10;

    drag(kind, stage, -3 * tenth, -3 * tenth, 2 * tenth, 3 * tenth);
    new Actions(browser.driver()).sendKeys("red dog").perform();
    assertThat(sides()).containsExactly(20L, 20L, 40L, 50L);
    drag(kind, browser.find("#stage .box"), 0, 0, 3 * tenth, tenth);
    assertThat(sides()).containsExactly(50L, 30L, 70L, 60L);
    drag(kind, browser.find("#stage .handle.se"), 0, 0, tenth, tenth);
    assertThat(sides()).containsExactly(50L, 30L, 80L, 70L);
    assertThat(browser.complaints()).isEmpty();
  }

  /** From a place beside an element's centre, so far. */
  private static void drag(PointerInput.Kind kind, WebElement from, int x, int y, int dx, int dy) {
    var pointer = new PointerInput(kind, kind.name());
    var quick = Duration.ofMillis(50);
    var left = PointerInput.MouseButton.LEFT.asArg();
    browser
        .driver()
        .perform(
            List.of(
                new Sequence(pointer, 0)
                    .addAction(
                        pointer.createPointerMove(
                            Duration.ZERO, PointerInput.Origin.fromElement(from), x, y))
                    .addAction(pointer.createPointerDown(left))
                    .addAction(
                        pointer.createPointerMove(quick, PointerInput.Origin.pointer(), dx, dy))
                    .addAction(pointer.createPointerUp(left))));
  }

  /** Of the only box, in percent. */
  @SuppressWarnings("unchecked")
  private static List<Long> sides() {
    return (List<Long>)
        browser.script(
            "return [...document.querySelectorAll('#regions .edges input')].map(i =>"
                + " Math.round(i.value))");
  }

  @Test
  void ofSeveralDrawingsTheBestIsShownAndOthersCanBe() {
    browser.find("#best-of").clear();
    browser.find("#best-of").sendKeys("5", Keys.ENTER);
    browser.untilThereAre(10, ".gallery .thumb");

    var shown = browser.find("#draw-results .figure").getText();
    assertThat(browser.find(".gallery .thumb.chosen").getText())
        .isEqualTo(shown.replace("mean IoU ", ""));
    browser.all(".gallery .thumb").get(1).click();
    assertThat(browser.all(".gallery .thumb").get(1).getDomAttribute("aria-pressed"))
        .isEqualTo("true");
    assertThat(browser.complaints()).isEmpty();
  }

  @Test
  void findsPhrasesInAnUploadAndDrawsThemAnew() throws IOException {
    browser.find("#tab-ground").click();
    upload("photo.png", Png.encode(new BufferedImage(64, 48, BufferedImage.TYPE_INT_RGB)));
    browser.find("#ground").click();
    browser.untilThereAre(2, "#ground-results .card");
    assertThat(browser.all("#ground-results .mark.found")).isNotEmpty();
    browser.find("#ground-results .card button").click();

    assertThat(browser.find("#panel-draw").isDisplayed()).isTrue();
    assertThat(browser.find("#layout").getText()).contains("found");
    browser.find("#draw").click();
    browser.untilThereAre(2, "#draw-results .card");
    assertThat(browser.complaints()).isEmpty();
  }

  private static void upload(String file, byte[] content) throws IOException {
    var path = Files.write(temp.resolve(file), content);
    browser.find("#image-file").sendKeys(path.toString());
  }

  @Test
  void whatIsWrongIsToldWhereItIsSeen() throws IOException {
    browser.find("#best-of").clear();
    browser.find("#best-of").sendKeys("99", Keys.ENTER);
    browser.untilThereAre(1, "#draw-problem .problem");
    assertThat(browser.find("#draw-problem").getText()).contains("bestOf must be a whole number");

    browser.find("#tab-ground").click();
    browser.find("#ground").click();
    assertThat(browser.find("#ground-problem").getText()).contains("Choose an image first");
    upload("large.png", new byte[1_000_001]);
    assertThat(browser.find("#ground-problem").getText()).contains("at most 1.0 MB");
    upload("broken.png", "no picture".getBytes(java.nio.charset.StandardCharsets.UTF_8));
    browser.find("#ground").click();
    browser.untilThereAre(1, "#ground-problem .problem");
    assertThat(browser.find("#ground-problem").getText()).contains("not an image");
  }

  @Test
  void layoutsGoOutAndComeInAsJsonLines() throws IOException {
    var file = temp.resolve("layouts.jsonl");
    Files.writeString(
        file,
        """
        {"id": "one", "regions": [{"phrase": "red dog", "box": [0.1, 0.1, 0.5, 0.5]}]}
        {"id": "two", "caption": "a ball", "regions": []}
        """);
    browser.find("#import-file").sendKeys(file.toString());
    browser.until("return document.querySelectorAll('#layout option').length === 3");
    assertThat(browser.find("#layout").getText()).contains("one: red dog");

    Files.writeString(file, "{\"id\": \"three\", \"regions\": [{\"box\": [0, 0, 2, 1]}]}\nx\n");
    browser.find("#import-file").sendKeys(file.toString());
    browser.untilThereAre(1, "#import-problem .problem");
    assertThat(browser.find("#import-problem").getText())
        .contains("line 1: regions[0].phrase", "line 1: regions[0].box", "line 2: is not JSON");
    assertThat(browser.complaints()).isEmpty();
  }

  @Test
  void itFitsATelephone() {
    browser.window(390, 844, "dark").visit(studio.url());
    browser.find("#draw").click();
    browser.untilThereAre(2, "#draw-results .card");

    assertThat(browser.script("return document.documentElement.scrollWidth")).isEqualTo(390L);
    browser.find("#tab-ground").click();
    assertThat(browser.script("return document.documentElement.scrollWidth")).isEqualTo(390L);
    assertThat(browser.complaints()).isEmpty();
  }
}
