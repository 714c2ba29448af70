/**
 * Settings: HOCON files and key=value overrides become validated records.
 *
 * <p>May import: nothing of ours.
 */
@NullMarked
package ai.echogen.config;

import org.jspecify.annotations.NullMarked;
