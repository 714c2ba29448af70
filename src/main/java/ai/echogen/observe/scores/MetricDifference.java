package ai.echogen.observe.scores;

/**
 * What two systems differ in by one number, over the samples of both.
 *
 * @param difference the second's less the first's
 * @param low of the difference's 95 % interval
 * @param p two-sided, that there is no difference; of this number alone
 * @param draws of the bootstrap in which both numbers were defined
 */
public record MetricDifference(
    String metric,
    double first,
    double second,
    double difference,
    double low,
    double high,
    double p,
    int draws) {}
