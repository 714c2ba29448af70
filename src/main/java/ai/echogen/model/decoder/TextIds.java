package ai.echogen.model.decoder;

/**
 * The text vocabulary as the transformer needs it; the ids come from the tokenizer by name.
 *
 * @param vocabulary number of text tokens
 * @param pad id of the padding token
 * @param beginImage id of {@code <begin_of_image>}
 * @param endBox id of {@code </box>}, which ends a box that is written as text
 * @param firstX id of the first x location; the others follow
 * @param firstY id of the first y location; the others follow
 * @param bins locations an axis; 0 where the vocabulary has none
 */
public record TextIds(
    int vocabulary, int pad, int beginImage, int endBox, int firstX, int firstY, int bins)
    implements java.io.Serializable {}
