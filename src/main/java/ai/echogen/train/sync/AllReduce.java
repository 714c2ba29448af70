package ai.echogen.train.sync;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.echogen.torch.Tensors;
import ai.echogen.torch.script.Script;
import ai.echogen.torch.weights.FlatWeights;
import ai.echogen.train.ExchangeSettings.Wire;
import ai.echogen.train.optim.Spans;
import ai.echogen.train.optim.Spans.Span;
import ai.echogen.train.sync.SumTree.Node;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Adds the replicas' flat tensors so that each of them has the sum: reduce-scatter, then gather.
 *
 * <p>Each replica owns a slice. It gets that slice of every other's partial sums, adds them in the
 * order of the {@link SumTree}, and gives the result to all. What goes over the wire is float32, or
 * bfloat16; then each node of the tree is rounded to the nearest, so that the sum does not depend
 * on which of them travel. Each replica sends and receives {@code 2 (W − 1) / W · P} numbers where
 * the partial sums are one a replica. Alone, it adds in place and copies nothing.
 */
public final class AllReduce implements AutoCloseable {
  /** Partial sums by their nodes, in the order of the leaves; changed by {@link #sum}. */
  public record Part(Node node, NDArray values) {}

  /**
   * @param total flat (P); one of the parts' tensors
   * @param norm its L2 norm
   * @param notes what each replica told the others with its slice, by rank
   */
  public record Sum(NDArray total, double norm, List<byte[]> notes) {}

  private static final long PIECE = 1 << 19; // at least, a block; sent while the next is packed
  private static final int AHEAD =
      2; // pieces that are under way while an earlier one is waited for

  private final Wire wire;
  private final Threads threads;
  private final List<Span> spans;
  private final long piece;
  private final Script script = Script.compile(AllReduce.class, Map.of(), "all-reduce.script");
  private long bytesSent;

  /**
   * @param size numbers of each tensor
   * @param device where they lie
   */
  public AllReduce(long size, Device device, Wire wire, Threads threads) {
    this.wire = wire;
    this.threads = threads;
    this.spans = Spans.of(0, size, Spans.length(device));
    this.piece = Math.max(PIECE, Spans.length(device));
  }

  /** Bytes of numbers sent since the last call. */
  public long takeBytesSent() {
    long sent = bytesSent;
    bytesSent = 0;
    return sent;
  }

  /**
   * Makes a leaf of the tree of a tensor, in the calling thread: what goes over the wire as
   * bfloat16 is rounded before it is added, and so is every sum, whoever adds it up.
   */
  public void leaf(NDArray values) {
    if (wire == Wire.BFLOAT16) {
      for (var span : spans) {
        try (var scope = values.getManager().newSubManager()) {
          script.evaluate(scope, "rounded", values, range(scope, span));
        }
      }
    }
  }

  /** Adds one tensor to another, in the calling thread. */
  public void add(NDArray into, NDArray from) {
    for (var span : spans) {
      merge(List.of(into, from), List.of(new SumTree.Addition(0, 1)), span);
    }
  }

  /**
   * The sum of all replicas' parts.
   *
   * @param name unique to this call among those of one generation
   * @param nodes the nodes of each rank, in order, as {@link SumTree#nodes} gives them
   * @param own this replica's; at least one
   * @param note what to tell the others
   */
  public Sum sum(
      Peers peers, String name, SumTree tree, List<List<Node>> nodes, List<Part> own, byte[] note)
      throws GenerationOver, InterruptedException {
    if (peers.size() == 1) {
      var sum = sumHere(tree, own);
      return new Sum(sum.total(), sum.norm(), List.of(note));
    }
    return new Collective(peers, name, tree, nodes, mergeOwn(tree, own), note).run();
  }

  /** The sum of the parts of one replica, which has all. */
  public Sum sumHere(SumTree tree, List<Part> own) throws InterruptedException {
    var total = mergeOwn(tree, own).get(0).values();
    var squares = total.getDevice().isGpu() ? allSquares(total) : sharedSquares(total);
    return new Sum(total, norm(squares), List.of());
  }

  @Override
  public void close() {
    script.close();
  }

  /** Adds what can be added here, range by range. */
  private List<Part> mergeOwn(SumTree tree, List<Part> own) throws InterruptedException {
    var plan = tree.plan(own.stream().map(Part::node).toList());
    var values = own.stream().map(Part::values).toList();
    if (!plan.additions().isEmpty()) {
      threads.run(spans.size(), i -> merge(values, plan.additions(), spans.get(i)));
    }
    var merged = new ArrayList<Part>();
    for (int i = 0; i < plan.sums().size(); i++) {
      merged.add(new Part(plan.sums().get(i), values.get(plan.remaining().get(i))));
    }
    return merged;
  }

  /** One sum among several replicas. */
  private final class Collective {
    private final Peers peers;
    private final String name;
    private final SumTree tree;
    private final List<List<Node>> nodes;
    private final List<Part> own;
    private final byte[] note;
    private final NDArray total;
    private final double[] squares = new double[spans.size()];

    Collective(
        Peers peers,
        String name,
        SumTree tree,
        List<List<Node>> nodes,
        List<Part> own,
        byte[] note) {
      this.peers = peers;
      this.name = name;
      this.tree = tree;
      this.nodes = nodes;
      this.own = own;
      this.note = note;
      this.total = own.get(0).values();
    }

    Sum run() throws GenerationOver, InterruptedException {
      var pieces = IntStream.range(0, peers.size()).mapToObj(this::pieces).toList();
      int most = pieces.stream().mapToInt(List::size).max().orElseThrow();
      for (int i = 0;
          i < most + 2 * AHEAD;
          i++) { // what is sent now is needed there a little later
        for (int peer : others()) {
          if (i < pieces.get(peer).size()) {
            scatter(peer, pieces.get(peer).get(i));
          }
        }
        int own = i - AHEAD;
        if (own >= 0 && own < pieces.get(peers.rank()).size()) {
          var piece = pieces.get(peers.rank()).get(own);
          reduce(piece);
          post(others(), "sum-" + piece.first(), total, piece);
          measure(piece); // meanwhile
        }
        int last = own - AHEAD;
        for (int peer : others()) {
          if (last >= 0 && last < pieces.get(peer).size()) {
            gather(peer, pieces.get(peer).get(last));
          }
        }
      }
      var notes = notes();
      return new Sum(total, norm(squares), notes);
    }

    /** Gives another replica a piece of its slice of what is here. */
    private void scatter(int peer, Span piece) throws GenerationOver, InterruptedException {
      for (var part : own) {
        post(List.of(peer), part.node().label() + "-" + piece.first(), part.values(), piece);
      }
    }

    /** Adds all replicas' parts over a piece of this one's slice, in the tree's order. */
    private void reduce(Span piece) throws GenerationOver, InterruptedException {
      try (var scope = total.getManager().newSubManager()) {
        var all = new ArrayList<Node>();
        var values = new ArrayList<NDArray>();
        for (int rank = 0; rank < peers.size(); rank++) {
          if (rank == peers.rank()) {
            for (var part : own) {
              all.add(part.node());
              values.add(slice(scope, part.values(), piece));
            }
          } else {
            for (var node : nodes.get(rank)) {
              all.add(node);
              values.add(take(scope, rank, node.label() + "-" + piece.first(), piece));
            }
          }
        }
        var plan = tree.plan(all);
        var root = values.get(plan.remaining().get(0));
        merge(values, plan.additions(), new Span(0, piece.count()));
        if (plan.remaining().get(0) > 0 || peers.rank() > 0) { // else it is there already
          put(total, root, piece);
        }
      }
    }

    private void measure(Span piece) {
      for (int i = firstSpan(peers.rank()); i < firstSpan(peers.rank() + 1); i++) {
        var span = spans.get(i);
        if (span.first() >= piece.first() && span.first() < piece.end()) {
          squares[i] = squares(total, span);
        }
      }
    }

    /** Takes a piece of the sum from its owner. */
    private void gather(int peer, Span piece) throws GenerationOver, InterruptedException {
      boolean unused =
          peers.take(
              peer,
              name + ".sum-" + piece.first(),
              bytes -> {
                try (var scope = total.getManager().newSubManager()) {
                  put(total, received(scope, bytes, piece.count()), piece);
                  return true;
                }
              });
    }

    /** Tells the others about this one's slice and hears about theirs. */
    private List<byte[]> notes() throws GenerationOver, InterruptedException {
      var told = SliceNote.of(ownSquares(), note);
      var buffer = peers.buffer(told.length);
      buffer.put(told);
      peers.post(others(), name + ".note", buffer);
      var notes = new byte[peers.size()][];
      notes[peers.rank()] = note;
      for (int peer : others()) {
        var theirs = peers.take(peer, name + ".note", SliceNote::read);
        System.arraycopy(theirs.squares(), 0, squares, firstSpan(peer), theirs.squares().length);
        notes[peer] = theirs.content();
      }
      return List.of(notes);
    }

    private double[] ownSquares() {
      return Arrays.copyOfRange(squares, firstSpan(peers.rank()), firstSpan(peers.rank() + 1));
    }

    /** The other ranks, each replica beginning with the one after it. */
    private List<Integer> others() {
      return IntStream.range(1, peers.size())
          .mapToObj(i -> (peers.rank() + i) % peers.size())
          .toList();
    }

    private int firstSpan(int rank) {
      return (int) ((long) rank * spans.size() / peers.size());
    }

    private List<Span> pieces(int rank) {
      int from = firstSpan(rank);
      int to = firstSpan(rank + 1);
      if (from == to) {
        return List.of();
      }
      long first = spans.get(from).first();
      return Spans.of(first, spans.get(to - 1).end() - first, piece);
    }

    /** Sends a piece of a tensor. */
    private void post(List<Integer> to, String what, NDArray values, Span piece)
        throws GenerationOver, InterruptedException {
      var buffer = peers.buffer(numBytes(piece.count()));
      pack(values, piece, buffer);
      bytesSent += (long) to.size() * buffer.capacity();
      peers.post(to, name + "." + what, buffer);
    }

    /** A piece of a part, as float32. */
    private NDArray take(NDManager scope, int peer, String what, Span piece)
        throws GenerationOver, InterruptedException {
      return peers.take(
          peer,
          name + "." + what,
          bytes -> {
            var values = scope.create(new Shape(piece.count()));
            try (var inner = scope.newSubManager()) {
              put(values, received(inner, bytes, piece.count()), new Span(0, piece.count()));
            }
            return values;
          });
    }
  }

  private int numBytes(long numbers) {
    return (int) numbers * (wire == Wire.FLOAT32 ? Float.BYTES : Short.BYTES);
  }

  /** Writes a range to the wire's memory, little-endian. */
  private void pack(NDArray values, Span span, ByteBuffer buffer) {
    if (wire == Wire.FLOAT32) {
      var unused = FlatWeights.lend(values, span.first(), span.count(), buffer::put);
      return;
    }
    try (var scope = values.getManager().newSubManager()) {
      var narrow = script.evaluate(scope, "bfloat16", values, range(scope, span)).get(0);
      buffer.put(Tensors.memory(narrow));
    }
  }

  /** Numbers off the wire, in its type; in float32 they may lie where the bytes do. */
  private NDArray received(NDManager manager, ByteBuffer bytes, long count) {
    if (wire == Wire.FLOAT32) {
      return manager.create(bytes, new Shape(count), DataType.FLOAT32);
    }
    var room = script.evaluate(manager, "room", range(manager, new Span(0, count))).get(0);
    Tensors.memory(room).put(bytes);
    return room;
  }

  private void merge(List<NDArray> values, List<SumTree.Addition> additions, Span span) {
    if (additions.isEmpty()) {
      return;
    }
    try (var scope = values.get(0).getManager().newSubManager()) {
      var plan = new long[2 * additions.size()];
      for (int i = 0; i < additions.size(); i++) {
        plan[2 * i] = additions.get(i).into();
        plan[2 * i + 1] = additions.get(i).from();
      }
      script.evaluate(
          scope,
          wire == Wire.BFLOAT16 ? "merge_rounded" : "merge",
          values,
          Tensors.steering(scope, plan).reshape(additions.size(), 2),
          range(scope, span));
    }
  }

  /** Of every range, by all threads. */
  private double[] sharedSquares(NDArray values) throws InterruptedException {
    var squares = new double[spans.size()];
    threads.run(spans.size(), i -> squares[i] = squares(values, spans.get(i)));
    return squares;
  }

  /** Of every range, with one wait for a GPU. */
  private double[] allSquares(NDArray values) {
    try (var scope = values.getManager().newSubManager()) {
      var ranges = new long[2 * spans.size()];
      for (int i = 0; i < spans.size(); i++) {
        ranges[2 * i] = spans.get(i).first();
        ranges[2 * i + 1] = spans.get(i).count();
      }
      var table = Tensors.steering(scope, ranges).reshape(spans.size(), 2);
      return script.evaluate(scope, "all_squares", values, table).get(0).toDoubleArray();
    }
  }

  private double squares(NDArray values, Span span) {
    try (var scope = values.getManager().newSubManager()) {
      return script.evaluate(scope, "squares", values, range(scope, span)).get(0).getDouble();
    }
  }

  private void put(NDArray total, NDArray values, Span span) {
    try (var scope = total.getManager().newSubManager()) {
      script.evaluate(scope, "put", total, values, range(scope, span));
    }
  }

  private NDArray slice(NDManager scope, NDArray values, Span span) {
    var slice = values.get(new NDIndex("{}:{}", span.first(), span.end()));
    slice.attach(scope);
    return slice;
  }

  private NDArray range(NDManager scope, Span span) {
    return Tensors.steering(scope, span.first(), span.count());
  }

  private static double norm(double[] squares) {
    double sum = 0;
    for (var square : squares) {
      sum += square;
    }
    return Math.sqrt(sum);
  }
}
