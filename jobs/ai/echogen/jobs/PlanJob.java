package ai.echogen.jobs;

import ai.echogen.jobs.cli.Job;
import ai.echogen.jobs.cli.JobContext;
import ai.echogen.jobs.cli.JobRunner;
import ai.echogen.jobs.plan.PlanInput;
import ai.echogen.jobs.plan.PlanJson;
import ai.echogen.jobs.plan.PlanSettings;
import ai.echogen.jobs.plan.PlanTables;
import java.io.IOException;
import java.util.List;
import java.util.Locale;

/**
 * Computes what a training would take: what fits, hours, the exchange's share, the mode to choose.
 * Starts no Spark, and reads nothing but the {@code config.json} of directories that are named.
 */
public final class PlanJob extends Job<PlanSettings> {
  public PlanJob() {
    super(
        "plan",
        "Computes what a training would take: memory, hours, the exchange's share, the mode.",
        PlanSettings.class);
  }

  public static void main(String[] args) {
    JobRunner.main(new PlanJob(), args);
  }

  @Override
  public List<String> plan(PlanSettings settings) throws IOException {
    var planned = PlanInput.of(settings);
    if (settings.out().isPresent()) {
      settings.out().get().requireWritable("out");
      if (PlanJson.place(settings.out().get()).exists()) {
        throw new IllegalArgumentException(
            PlanJson.place(settings.out().get()) + ": is there already; give another out");
      }
    }
    return List.of(
        String.format(
            Locale.ROOT,
            "computes a plan for %,d trained weights on %s executors; nothing is trained",
            planned.run().model().trained(),
            settings.executors()));
  }

  @Override
  public void run(PlanSettings settings, JobContext context) throws IOException {
    var planned = PlanInput.of(settings);
    context.console().print(new PlanTables(planned).text());
    if (settings.out().isPresent()) {
      PlanJson.write(settings.out().get(), planned, context.provenance());
      context.console().println("wrote " + PlanJson.place(settings.out().get()));
    }
  }
}
