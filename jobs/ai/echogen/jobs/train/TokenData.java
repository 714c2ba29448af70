package ai.echogen.jobs.train;

import ai.echogen.data.shards.ShardStore;
import ai.echogen.jobs.model.VqPrint;
import ai.echogen.storage.Location;
import java.io.IOException;
import java.util.Optional;

/**
 * Token shards, and what says how to read their codes.
 *
 * @param tokenizer directory of the VQ tokenizer, if it was named
 * @param init directory of the model to start from, if there is one: it brings a tokenizer
 */
public record TokenData(Location data, Optional<Location> tokenizer, Optional<Location> init) {
  private static final String[] COLUMNS = {"id", "caption", "regions", "codes", "tokenizer"};

  /**
   * Fails unless all files of a split are there, with what training reads of them.
   *
   * @return its number of samples
   * @throws IllegalArgumentException naming what is missing
   */
  public long require(String split) {
    return ShardStore.split(data, split, COLUMNS).size();
  }

  /** Fails unless the codes are those of the VQ tokenizer that was given, wherever that is here. */
  public void requireSameTokenizer() throws IOException {
    var source = init.or(() -> tokenizer).orElseThrow();
    if (source.isLocal()) { // elsewhere it is read once, when training starts
      requireSameTokenizer(VqPrint.of(source));
    }
  }

  /**
   * The same.
   *
   * @param given the fingerprint of the tokenizer of {@code init}, or of {@code tokenizer}
   */
  public void requireSameTokenizer(String given) throws IOException {
    if (init.isPresent() && tokenizer.isPresent()) {
      var other = VqPrint.of(tokenizer.get());
      if (!other.equals(given)) {
        throw new IllegalArgumentException(
            "init=%s has the VQ tokenizer %s, tokenizer=%s is %s: leave tokenizer out, init brings its own"
                .formatted(init.get(), given, tokenizer.get(), other));
      }
    }
    var first = ShardStore.split(data, "train", "codes", "tokenizer").head(1).read();
    var codesBy = first.get(0).<String>getAs("tokenizer");
    if (!codesBy.equals(given)) {
      throw new IllegalArgumentException(
          "data=%s holds codes of the VQ tokenizer %s, that of %s is %s: give the one that made them, or tokenize again"
              .formatted(
                  data,
                  codesBy,
                  init.map(dir -> "init=" + dir)
                      .orElseGet(() -> "tokenizer=" + tokenizer.orElseThrow()),
                  given));
    }
  }
}
