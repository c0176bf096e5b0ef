import type { JsHistogram } from 'hdr-histogram-js';
import { ZipfireError } from '../core/index.js';

/** An encoded histogram of three digits takes some tens of KiB; more than this is not one of ours. */
const MAX_ENCODED_LENGTH = 1 << 18;

/** Decodes a histogram, lends it, and frees it. */
export type UseHistogram = <T>(encoded: string, place: string, use: (histogram: JsHistogram) => T) => T;

/**
 * The library, loaded when asked for: it is large, and a run has to start quickly.
 * What it gives throws a ZipfireError `usage` when a text is no histogram; `place` is where in the result it stands.
 */
export async function loadHistograms(): Promise<UseHistogram> {
  const { decodeFromCompressedBase64, JsHistogram } = await import('hdr-histogram-js');
  return (encoded, place, use) => {
    if (encoded.length > MAX_ENCODED_LENGTH) throw unreadable(place, `is ${encoded.length} characters long`);
    try {
      const histogram = decodeFromCompressedBase64(encoded);
      if (!(histogram instanceof JsHistogram)) throw new TypeError('not of the plain implementation');
      const found = use(histogram);
      histogram.destroy();
      return found;
    } catch (cause) {
      throw unreadable(place, 'cannot be decoded', cause);
    }
  };
}

function unreadable(place: string, what: string, cause?: unknown): ZipfireError {
  return new ZipfireError(
    'usage',
    `${place} of the result ${what}`,
    'expected an HdrHistogram V2, compressed, as base64',
    cause,
  );
}
