package ai.echogen.scoring.judges.file;

import ai.echogen.tokens.TextTokenizer;
import java.util.ArrayList;
import java.util.List;

/** What a judge of several parts has opened so far, closed with it unless all goes well. */
final class Opened implements AutoCloseable {
  private final TextTokenizer tokenizer;
  private final List<Network> networks = new ArrayList<>();
  private boolean isKept;

  Opened(TextTokenizer tokenizer) {
    this.tokenizer = tokenizer;
  }

  Network add(Network network) {
    networks.add(network);
    return network;
  }

  /** All went well: somebody else closes it. */
  void keep() {
    isKept = true;
  }

  @Override
  public void close() {
    if (!isKept) {
      networks.forEach(Network::close);
      tokenizer.close();
    }
  }
}
