import type { JsonText } from '../../core/index.js';

export type { JsonMember, JsonNode, JsonText } from '../../core/index.js';

/** The text itself when it has no hole, else null. */
export function fixedText(text: JsonText): string | null {
  const [first = ''] = text;
  return text.length <= 1 && typeof first === 'string' ? first : null;
}
