/**
 * A judge that is asked over the network: {@link
 * ai.echogen.scoring.judges.http.HttpVisualQuestion}, a chat model that sees pictures behind
 * OpenAI's interface.
 *
 * <p>May import: config, json, storage, image, data, scoring.judges.
 */
@NullMarked
package ai.echogen.scoring.judges.http;

import org.jspecify.annotations.NullMarked;
