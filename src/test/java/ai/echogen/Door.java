package ai.echogen;

import java.nio.file.Path;

/**
 * A file that comes in, and what reads it.
 *
 * @param name of the door, in the table of outcomes
 * @param folder that is read
 * @param mutated the file of which mutants are made, below the folder
 * @param form what a mutant changes besides bytes
 * @param promise what a reader makes sure of that does not refuse a mutant
 * @param listing whether a message may list a problem a line, as that of every tensor of a model
 * @param reader reads the folder
 */
public record Door(
    String name,
    Path folder,
    String mutated,
    Mutants.Form form,
    Promise promise,
    boolean listing,
    Reader reader) {
  /** What was read of a mutant that was not refused. */
  public enum Promise {
    /** Whatever stands there; a part of the file may be of no interest. */
    READ,
    /** Of JSON: a value that differs is told, or refused; nothing is read past. */
    STRICT,
    /** The same as of the whole file: a digest or a checksum says so. */
    SEALED
  }

  /** Reads a folder. */
  public interface Reader {
    /** Reads it; the text of what it returns is all that was understood. */
    Object read(Path folder) throws Exception;
  }

  /** A file of bytes. */
  public static Door bytes(Path folder, String file, Reader reader) {
    return new Door(file, folder, file, Mutants.Form.BYTES, Promise.READ, false, reader);
  }

  /** A file of one JSON value, or of one a line. */
  public static Door json(Path folder, String file, Reader reader) {
    return new Door(file, folder, file, Mutants.Form.JSON, Promise.READ, false, reader);
  }

  /** The file as it lies on disk. */
  public Path file() {
    return folder.resolve(mutated);
  }

  /** The same under another name. */
  public Door named(String other) {
    return new Door(other, folder, mutated, form, promise, listing, reader);
  }

  /** The same of another form. */
  public Door of(Mutants.Form other) {
    return new Door(name, folder, mutated, other, promise, listing, reader);
  }

  /** The same with {@link Promise#STRICT}. */
  public Door strict() {
    return new Door(name, folder, mutated, form, Promise.STRICT, listing, reader);
  }

  /** The same with {@link Promise#SEALED}. */
  public Door sealed() {
    return new Door(name, folder, mutated, form, Promise.SEALED, listing, reader);
  }

  /** The same whose messages may be long lists. */
  public Door withLists() {
    return new Door(name, folder, mutated, form, promise, true, reader);
  }
}
