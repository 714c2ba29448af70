package ai.echogen.data.ingest.formats.coco;

import ai.echogen.storage.FileContent;
import ai.echogen.storage.Location;
import java.io.ByteArrayInputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import net.razorvine.pickle.Opcodes;
import net.razorvine.pickle.PickleException;
import net.razorvine.pickle.Unpickler;

/**
 * A file of Python's {@code pickle} that holds a list of plain values: {@link Map} with scalars as
 * keys, {@link List}, {@code Object[]} for a tuple, {@link String}, {@link Number}, {@link Boolean}
 * and null. All protocols up to 5; texts that Python 2 wrote as bytes are texts.
 *
 * <p>A pickle is a program for a small machine with a stack. Instructions that name a class, make
 * an object of one or call something are refused, as are those that no writer of plain values
 * needs; nothing is reserved for lengths that the file only claims.
 */
final class RefPickle extends Unpickler {
  private static final int MOST_BYTES = 256 << 20;
  private static final int MOST_STEPS = 12_000_000; // refs files of RefCOCO have up to 8 million
  private static final int MOST_DIGITS = 100; // bytes of a number

  private final byte[] bytes;
  private final ByteArrayInputStream in;
  private int at; // of the instruction that is carried out
  private int numSteps;

  private RefPickle(byte[] bytes) {
    this.bytes = bytes;
    this.in = new ByteArrayInputStream(bytes);
  }

  /**
   * The list in a file.
   *
   * @throws IllegalArgumentException with the byte if it is anything else
   */
  static List<?> read(Location file) {
    var pickle = new RefPickle(bytes(file));
    try {
      var value = pickle.load(pickle.in);
      if (pickle.in.available() > 0) {
        throw new PickleException(
            String.format(
                Locale.ROOT,
                "%,d bytes follow the first pickle; give a file of one",
                pickle.in.available()));
      }
      if (!(value instanceof List<?> list)) {
        throw new PickleException("holds no list; give refs(unc).p, or another such file of refs");
      }
      return list;
    } catch (PickleException e) {
      throw pickle.problem(file, String.valueOf(e.getMessage()), e);
    } catch (IOException | RuntimeException e) { // of Unpickler, which takes much for granted
      boolean isAtEnd = pickle.in.available() == 0;
      throw pickle.problem(
          file, isAtEnd ? "ends too early; copy it again" : "is damaged; copy it again", e);
    }
  }

  private static byte[] bytes(Location file) {
    try {
      if (file.exists() && file.status().isDirectory()) {
        throw new IllegalArgumentException(
            file + ": a directory; give a file of it, such as refs(unc).p");
      }
      try (var in = file.open()) {
        var bytes = in.readNBytes(MOST_BYTES + 1);
        if (bytes.length > MOST_BYTES) {
          throw new IllegalArgumentException(
              String.format(Locale.ROOT, "%s: must have at most %,d bytes", file, MOST_BYTES));
        }
        var mistaken = FileContent.mistaken(Arrays.copyOf(bytes, FileContent.BYTES));
        if (mistaken.isPresent()) {
          throw new IllegalArgumentException(file + ": " + mistaken.get());
        }
        return bytes;
      }
    } catch (FileNotFoundException e) {
      throw new IllegalArgumentException(file + ": no such file", e);
    } catch (IOException e) {
      throw new UncheckedIOException(file + ": " + e.getMessage(), e);
    }
  }

  private IllegalArgumentException problem(Location file, String what, Exception cause) {
    return new IllegalArgumentException(
        String.format(Locale.ROOT, "%s: cannot be read: byte %d: %s", file, at, what), cause);
  }

  @Override
  protected Object dispatch(short opcode) throws IOException {
    at = bytes.length - in.available() - 1;
    if (++numSteps > MOST_STEPS) {
      throw new PickleException(
          String.format(Locale.ROOT, "more than %,d instructions", MOST_STEPS));
    }
    require(opcode);
    switch (opcode) {
      case Opcodes.APPENDS -> {
        var values = stack.pop_all_since_marker();
        list(stack.peek()).addAll(values);
        return NO_RETURN_VALUE;
      }
      case Opcodes.DICT -> {
        var entries = stack.pop_all_since_marker();
        stack.add(new HashMap<Object, Object>());
        return put(entries);
      }
      case Opcodes.SETITEMS -> {
        return put(stack.pop_all_since_marker());
      }
      case Opcodes.SETITEM -> {
        var value = stack.pop();
        return put(Arrays.asList(stack.pop(), value));
      }
      default -> {}
    }
    var result = super.dispatch(opcode);
    switch (opcode) {
      case Opcodes.STRING, Opcodes.BINSTRING, Opcodes.SHORT_BINSTRING ->
          stack.add(text(((String) stack.pop()).getBytes(StandardCharsets.ISO_8859_1)));
      case Opcodes.BINBYTES, Opcodes.SHORT_BINBYTES, Opcodes.BINBYTES8 ->
          stack.add(text((byte[]) stack.pop()));
      default -> {}
    }
    return result;
  }

  /** Fails unless it is an instruction that makes plain values, of a length that there is. */
  private void require(short opcode) {
    switch (opcode) {
      case Opcodes.PROTO, Opcodes.FRAME, Opcodes.MARK, Opcodes.STOP -> {}
      case Opcodes.BINGET, Opcodes.LONG_BINGET, Opcodes.BINPUT, Opcodes.LONG_BINPUT -> {}
      case Opcodes.MEMOIZE, Opcodes.NONE, Opcodes.NEWTRUE, Opcodes.NEWFALSE -> {}
      case Opcodes.BININT, Opcodes.BININT1, Opcodes.BININT2, Opcodes.LONG1, Opcodes.BINFLOAT -> {}
      case Opcodes.STRING, Opcodes.UNICODE, Opcodes.SHORT_BINUNICODE -> {}
      case Opcodes.SHORT_BINSTRING, Opcodes.SHORT_BINBYTES -> {}
      case Opcodes.EMPTY_LIST, Opcodes.LIST, Opcodes.APPEND, Opcodes.APPENDS -> {}
      case Opcodes.EMPTY_DICT, Opcodes.DICT, Opcodes.SETITEM, Opcodes.SETITEMS -> {}
      case Opcodes.EMPTY_TUPLE, Opcodes.TUPLE, Opcodes.TUPLE1, Opcodes.TUPLE2, Opcodes.TUPLE3 -> {}
      case Opcodes.INT, Opcodes.LONG, Opcodes.FLOAT, Opcodes.GET, Opcodes.PUT -> requireShortLine();
      case Opcodes.BINSTRING, Opcodes.BINBYTES, Opcodes.BINUNICODE, Opcodes.LONG4 ->
          requireLength(4);
      case Opcodes.BINUNICODE8, Opcodes.BINBYTES8 -> requireLength(8);
      case Opcodes.GLOBAL, Opcodes.STACK_GLOBAL, Opcodes.INST, Opcodes.OBJ -> throw ofAClass();
      case Opcodes.NEWOBJ, Opcodes.NEWOBJ_EX, Opcodes.REDUCE, Opcodes.BUILD -> throw ofAClass();
      case Opcodes.PERSID, Opcodes.BINPERSID, Opcodes.EXT1, Opcodes.EXT2, Opcodes.EXT4 ->
          throw ofAClass();
      default ->
          throw new PickleException(
              String.format(
                  Locale.ROOT,
                  "0x%02x begins no plain value of a pickle; give a file such as refs(unc).p,"
                      + " copied again if it is one",
                  opcode));
    }
  }

  private static PickleException ofAClass() {
    return new PickleException(
        "an object of a class, which is not read since it can run code; write the list again with"
            + " nothing but dict, list, tuple, str, int, float, bool and None");
  }

  private void requireShortLine() {
    int begin = at + 1;
    int end = Math.min(bytes.length, begin + MOST_DIGITS);
    for (int i = begin; i < end; i++) {
      if (bytes[i] == '\n') {
        return;
      }
    }
    if (end - begin == MOST_DIGITS) {
      throw new PickleException("a very long number");
    }
  }

  /**
   * Fails unless a value is there whole. Its length is a number of so many bytes after the
   * instruction, the lowest first.
   */
  private void requireLength(int numBytes) {
    int left = in.available() - numBytes;
    if (left < 0) {
      throw new PickleException("ends too early; copy it again");
    }
    long length = 0;
    for (int i = numBytes; i > 0; i--) {
      length = length << 8 | (bytes[at + i] & 0xFF);
    }
    if (length < 0 || length > left) {
      throw new PickleException(
          String.format(
              Locale.ROOT,
              "a value of %s bytes where %d are left; copy the file again",
              Long.toUnsignedString(length),
              left));
    }
    if (bytes[at] == (byte) Opcodes.LONG4 && length > MOST_DIGITS) {
      throw new PickleException("a very long number");
    }
  }

  /** Puts keys and values in turn into the dict that is on the stack. */
  @SuppressWarnings("unchecked") // what is in it is looked at one by one
  private Object put(List<Object> entries) {
    var map = (Map<Object, Object>) stack.peek();
    for (int i = 0; i < entries.size(); i += 2) {
      var key = entries.get(i);
      boolean isOfParts = key instanceof Map || key instanceof List || key instanceof Object[];
      if (isOfParts) { // which may take for ever to compare
        throw new PickleException("a key of a dict that is neither text nor number");
      }
      map.put(key, entries.get(i + 1));
    }
    return NO_RETURN_VALUE;
  }

  @SuppressWarnings("unchecked")
  private static List<Object> list(Object value) {
    return (ArrayList<Object>) value;
  }

  /** UTF-8, or else Latin-1, in which all bytes are letters. */
  private static String text(byte[] bytes) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      return new String(bytes, StandardCharsets.ISO_8859_1);
    }
  }
}
