package ai.echogen.config;

/**
 * One resolved key.
 *
 * @param key dotted path, relative to the job's section
 * @param value as HOCON would write it; {@code null} for a key that is listed but not set
 * @param origin {@code command line}, or a file and its line
 */
public record Setting(String key, String value, String origin) {}
