package ai.echogen.jobs;

import ai.echogen.config.Key;
import ai.echogen.config.Reference;
import ai.echogen.jobs.cli.Job;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * What bash needs to complete a command line of {@code ./echogen}: jobs, keys of the job, options;
 * after {@code key=} it completes file names, as it does by itself. zsh takes it by {@code
 * bashcompinit}.
 */
final class Completion {
  private static final String OPTIONS = "--config --dry-run --dry-run=measure --help --version";

  private Completion() {}

  /** The script, of which {@code source <(./echogen --completion)} makes use. */
  static String script(Reference reference, List<Job<?>> jobs) {
    return """
        # Completes ./echogen in bash; in zsh after: autoload bashcompinit && bashcompinit
        _echogen_keys() {
          case $1 in
        %s  esac
        }
        _echogen() {
          local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]} job=${COMP_WORDS[1]}
          COMPREPLY=()
          [[ $word != = && $before != = && $before != --config ]] || return 0
          if [[ $COMP_CWORD -eq 1 ]]; then
            COMPREPLY=($(compgen -W '%s --help --version --completion' -- "$word"))
            return 0
          fi
          if [[ -n $(_echogen_seconds "$job") ]]; then
            if [[ $COMP_CWORD -eq 2 ]]; then
              COMPREPLY=($(compgen -W "$(_echogen_seconds "$job")" -- "$word"))
              return 0
            fi
            job="$job-${COMP_WORDS[2]}"
          fi
          COMPREPLY=($(compgen -W "$(_echogen_keys "$job") %s" -- "$word"))
          [[ ${COMPREPLY[*]} == *= ]] && compopt -o nospace
          return 0
        }
        _echogen_seconds() {
          case $1 in
        %s  esac
        }
        complete -o default -F _echogen echogen ./echogen
        """
        .formatted(
            jobs.stream().map(job -> keys(reference, job)).collect(Collectors.joining()),
            String.join(" ", firstWords(jobs)),
            OPTIONS,
            seconds(jobs));
  }

  private static String keys(Reference reference, Job<?> job) {
    var words =
        reference.keys(job.section()).stream()
            .map(Key::name)
            .map(name -> name + "=")
            .collect(Collectors.joining(" "));
    var shorthands = String.join(" ", new TreeSet<>(job.shorthands().keySet()));
    return entry(job.section(), (words + " " + shorthands).strip());
  }

  private static TreeSet<String> firstWords(List<Job<?>> jobs) {
    return jobs.stream()
        .map(job -> job.name().split(" ", 2)[0])
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static String seconds(List<Job<?>> jobs) {
    return jobs.stream()
        .map(job -> job.name().split(" ", 2))
        .filter(words -> words.length == 2)
        .collect(Collectors.groupingBy(words -> words[0]))
        .entrySet()
        .stream()
        .map(
            group ->
                entry(
                    group.getKey(),
                    group.getValue().stream()
                        .map(words -> words[1])
                        .collect(Collectors.joining(" "))))
        .collect(Collectors.joining());
  }

  private static String entry(String name, String words) {
    return String.format(Locale.ROOT, "    %s) echo '%s' ;;%n", name, words);
  }
}
