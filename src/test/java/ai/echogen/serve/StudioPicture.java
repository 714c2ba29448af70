package ai.echogen.serve;

import ai.echogen.model.RunMode;
import ai.echogen.model.decoder.Decoder;
import ai.echogen.storage.Location;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Makes docs/studio.png: two models draw the example, the best of four. */
final class StudioPicture {
  private static final int WIDTH = 1280;

  private StudioPicture() {}

  /**
   * Takes the picture.
   *
   * @param args two model directories, a seed, and the file to write
   */
  public static void main(String[] args) throws Exception {
    try (var one = ModelArtist.open(Location.of(args[0]), RunMode.FINISHED);
        var other = ModelArtist.open(Location.of(args[1]), RunMode.FINISHED);
        var studio =
            Studio.open(
                new Studio.Door("127.0.0.1", 0, Optional.empty()),
                List.of(one, other),
                new Limits(1_000_000, 4, 1, 8),
                new Decoder.Sampling(0.7, 0, 1, 2));
        var browser = Browser.open().window(WIDTH, 900, "light").visit(studio.url())) {
      browser.script("document.querySelector('#best-of').value = 4");
      browser.script("document.querySelector('#seed').value = arguments[0]", args[2]);
      browser.find("#draw").click();
      browser.untilThereAre(8, ".gallery .thumb");
      browser.script("document.activeElement.blur()");
      long height = (Long) browser.script("return document.documentElement.scrollHeight");
      browser.window(WIDTH, Math.toIntExact(height), "light");
      browser.picture(Path.of(args[3]));
    }
  }
}
