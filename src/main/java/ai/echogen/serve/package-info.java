/**
 * The studio: a web page on which layouts are drawn and images are read, and the HTTP interface
 * behind it. {@link ai.echogen.serve.Studio} is the door; {@link ai.echogen.serve.Artist} what it
 * lets work.
 *
 * <p>May import: packages up to inference; Undertow, and XNIO below it, have their home here.
 */
@NullMarked
package ai.echogen.serve;

import org.jspecify.annotations.NullMarked;
