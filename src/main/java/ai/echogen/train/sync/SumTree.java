package ai.echogen.train.sync;

import java.util.ArrayList;
import java.util.List;

/**
 * The one order in which micro-shards are added: ((0 + 1) + (2 + 3)) + …, a binary tree over their
 * ids.
 *
 * <p>Whoever holds which nodes adds what can be added and hands on the rest, so a sum has the same
 * bits however the leaves were spread.
 */
public final class SumTree {
  /**
   * The sum of the leaves {@code index · 2^level} and on, {@code 2^level} of them or as many as
   * there are.
   */
  public record Node(int level, int index) {
    String label() {
      return level + "." + index;
    }
  }

  /** Adds the node at {@code from} to the one at {@code into}; positions in a list of nodes. */
  public record Addition(int into, int from) {}

  /**
   * What can be added among some nodes.
   *
   * @param additions in their order
   * @param remaining positions of the nodes that hold sums then, in the order of their leaves
   * @param sums what those have become
   */
  public record Plan(List<Addition> additions, List<Integer> remaining, List<Node> sums) {}

  private final int leaves;

  public SumTree(int leaves) {
    if (leaves < 1) {
      throw new IllegalStateException("a sum needs leaves, got " + leaves);
    }
    this.leaves = leaves;
  }

  public Node leaf(int id) {
    return new Node(0, id);
  }

  public int firstLeaf(Node node) {
    return node.index() << node.level();
  }

  /** What a node becomes when its right sibling is added to it. */
  public Node sum(Node left) {
    return lifted(new Node(left.level() + 1, left.index() / 2));
  }

  /** Plans the additions of nodes given in the order of their leaves. */
  public Plan plan(List<Node> nodes) {
    var additions = new ArrayList<Addition>();
    var positions = new ArrayList<Integer>();
    var sums = new ArrayList<Node>();
    for (int i = 0; i < nodes.size(); i++) {
      var node = lifted(nodes.get(i));
      int at = i;
      while (!sums.isEmpty() && isRightOf(node, sums.get(sums.size() - 1))) {
        int left = positions.remove(positions.size() - 1);
        sums.remove(sums.size() - 1);
        additions.add(new Addition(left, at));
        at = left;
        node = sum(node);
      }
      positions.add(at);
      sums.add(node);
    }
    return new Plan(additions, positions, sums);
  }

  /** The nodes that remain when the leaves {@code from} to {@code to} have been added up. */
  public List<Node> nodes(int from, int to) {
    var all = new ArrayList<Node>();
    for (int id = from; id < to; id++) {
      all.add(leaf(id));
    }
    return plan(all).sums();
  }

  private static boolean isRightOf(Node node, Node left) {
    return node.level() == left.level()
        && node.index() % 2 == 1
        && left.index() == node.index() - 1;
  }

  /** A node without a sibling is its parent. */
  private Node lifted(Node node) {
    var at = node;
    while (at.index() % 2 == 0 && width(at.level()) > 1 && at.index() + 1 >= width(at.level())) {
      at = new Node(at.level() + 1, at.index() / 2);
    }
    return at;
  }

  private int width(int level) {
    return (int) ((leaves + (1L << level) - 1) >> level);
  }
}
