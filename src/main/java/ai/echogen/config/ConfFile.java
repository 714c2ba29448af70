package ai.echogen.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigIncludeContext;
import com.typesafe.config.ConfigIncluder;
import com.typesafe.config.ConfigIncluderClasspath;
import com.typesafe.config.ConfigIncluderFile;
import com.typesafe.config.ConfigIncluderURL;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigSyntax;
import java.io.File;
import java.io.IOException;
import java.io.StringReader;
import java.net.URL;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * Reads HOCON files.
 *
 * <p>HOCON ignores an include that is missing, and looks for {@code file(...)} in the current
 * directory; here every include is relative to the file that it stands in, and must exist. Nothing
 * is fetched from elsewhere.
 */
final class ConfFile {
  private ConfFile() {}

  /** Parses without resolving; throws {@link SettingsException} if the file cannot be read. */
  static Config parse(Path file) {
    return parse(file, List.of());
  }

  private static Config parse(Path file, List<Path> includedBy) {
    if (!Files.isRegularFile(file)) {
      throw problem(
          file
              + ": no such file"
              + (file.isAbsolute() ? "" : " in " + Path.of("").toAbsolutePath()));
    }
    return parse(read(file), file.toString(), new Includer(file, includedBy));
  }

  /** Parses {@code text}; origins will say {@code name: line}. */
  static Config parse(String text, String name, ConfigIncluder includer) {
    return ConfigFactory.parseReader(
        new StringReader(text),
        ConfigParseOptions.defaults()
            .setSyntax(ConfigSyntax.CONF)
            .setOriginDescription(name)
            .setIncluder(includer));
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (MalformedInputException e) {
      throw problem(file + ": must be text in UTF-8");
    } catch (IOException e) {
      throw problem(file + ": cannot be read: " + e.getMessage());
    }
  }

  private static SettingsException problem(String text) {
    return new SettingsException(List.of(text));
  }

  /** Decides on every kind of include, and asks no other. */
  private interface Only
      extends ConfigIncluder, ConfigIncluderFile, ConfigIncluderURL, ConfigIncluderClasspath {
    @Override
    default ConfigIncluder withFallback(ConfigIncluder fallback) {
      return this;
    }
  }

  /** Where nothing can be included: there is no file that it would be relative to. */
  record Nothing() implements Only {
    @Override
    public ConfigObject include(ConfigIncludeContext context, String what) {
      throw problem(Settings.COMMAND_LINE + ": an include stands in a file only, got " + what);
    }

    @Override
    public ConfigObject includeFile(ConfigIncludeContext context, File what) {
      return include(context, what.toString());
    }

    @Override
    public ConfigObject includeURL(ConfigIncludeContext context, URL what) {
      return include(context, what.toString());
    }

    @Override
    public ConfigObject includeResources(ConfigIncludeContext context, String what) {
      return include(context, what);
    }
  }

  /** Includes relative to {@code file}; {@code includedBy} is the chain that led to it. */
  private record Includer(Path file, List<Path> includedBy) implements Only {
    @Override
    public ConfigObject include(ConfigIncludeContext context, String what) {
      return includeFile(context, new File(what));
    }

    @Override
    public ConfigObject includeFile(ConfigIncludeContext context, File what) {
      var target = file.resolveSibling(what.toPath()).normalize();
      var chain = Stream.concat(includedBy.stream(), Stream.of(file.normalize())).toList();
      if (chain.contains(target)) {
        throw problem(where(what) + "include of " + what + " includes itself");
      }
      if (!Files.isRegularFile(target)) {
        throw problem(
            where(what) + "include of " + what + ": no such file; it is looked for at " + target);
      }
      return parse(target, chain).root();
    }

    @Override
    public ConfigObject includeURL(ConfigIncludeContext context, URL what) {
      throw noFile("include url(%s)".formatted(what));
    }

    @Override
    public ConfigObject includeResources(ConfigIncludeContext context, String what) {
      throw noFile("include classpath(%s)".formatted(what));
    }

    private SettingsException noFile(String what) {
      return problem(
          "%s: %s: only files are included, and nothing is fetched".formatted(file, what));
    }

    /** The library does not say which line an include stands on. */
    private String where(File what) {
      var lines = read(file).lines().toList();
      for (var i = 0; i < lines.size(); i++) {
        if (lines.get(i).contains("include") && lines.get(i).contains(what.getPath())) {
          return file + ": " + (i + 1) + ": ";
        }
      }
      return file + ": ";
    }
  }
}
