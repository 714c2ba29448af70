package ai.echogen.data.synth;

import java.io.Serializable;

/** How an object of a shape scene looks. */
public record Look(ShapeColor color, Shape shape, Texture texture) implements Serializable {
  /** The same colour and shape: what a detector tells apart. */
  public boolean sameClass(Look other) {
    return color == other.color && shape == other.shape;
  }
}
