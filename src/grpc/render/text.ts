import type { Text } from '../../core/index.js';
import type { JsonText } from '../json/node.js';
import { refusal } from './refusal.js';

/**
 * A text with holes, its pieces as byte strings.
 * @throws ZipfireError `usage` when a piece holds half of a surrogate pair
 */
export function textBytes(text: JsonText, path: string): Text {
  return text.map((piece) => {
    if (typeof piece === 'number') return piece;
    const bytes = utf8Bytes(piece);
    if (bytes === null) throw refusal(path, 'text', `half of a surrogate pair in ${JSON.stringify(piece)}`);
    return bytes;
  });
}

/** A text as a byte string: its UTF-8 bytes, one char each. Null when it holds half of a surrogate pair. */
export function utf8Bytes(text: string): string | null {
  return /\p{Surrogate}/u.test(text) ? null : Buffer.from(text, 'utf8').toString('latin1');
}

/** The text of a byte string. */
export function utf8Text(bytes: string): string {
  return Buffer.from(bytes, 'latin1').toString('utf8');
}
