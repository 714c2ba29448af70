/**
 * Metrics: numbers from boxes, pixels, feature vectors and answers that somebody else judged.
 *
 * <p>Every metric gives the same bits whatever the partitions that its samples came from: ratios of
 * sums keep a row a sample and add at the end, by id ({@link
 * ai.echogen.scoring.metrics.RatioTable}); detections are matched image by image and ranked at the
 * end ({@link ai.echogen.scoring.metrics.CocoImage}); feature vectors are added along one fixed
 * tree ({@link ai.echogen.scoring.metrics.FeatureSums}); boxes are summed as whole numbers ({@link
 * ai.echogen.scoring.metrics.BoxBaselines}).
 *
 * <p>Benchmarks' rules: {@link ai.echogen.scoring.metrics.GroundingAccuracy} (Ref-L4, RefCOCO),
 * {@link ai.echogen.scoring.metrics.MultiInstanceScores} (COCO-MIG, COCO-Position), {@link
 * ai.echogen.scoring.metrics.OverlapScores} (OverLayBench), {@link
 * ai.echogen.scoring.metrics.SpatialScores} (T2I-CompBench), {@link
 * ai.echogen.scoring.metrics.LayoutSamScores} (LayoutSAM-Eval). {@link
 * ai.echogen.scoring.metrics.Bootstrap} gives intervals.
 *
 * <p>May import: layout, data.
 */
@NullMarked
package ai.echogen.scoring.metrics;

import org.jspecify.annotations.NullMarked;
