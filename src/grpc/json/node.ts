/** A text with holes: literal pieces, and indices into the values of a hit. Pieces are text here, not bytes. */
export type JsonText = readonly (string | number)[];

/**
 * JSON with holes. Plain data. Numbers stay as they were written, so that 64 bits come through whole, and
 * members stay in their order.
 */
export type JsonNode =
  | { readonly kind: 'literal'; readonly value: null | boolean }
  | { readonly kind: 'number'; readonly text: string }
  | { readonly kind: 'string'; readonly text: JsonText }
  /** Holes outside quotes, with what touches them: `{{hit}}`, `-{{hit}}`, `{{a}}.{{b}}`. What they make is JSON. */
  | { readonly kind: 'bare'; readonly text: JsonText }
  | { readonly kind: 'array'; readonly items: readonly JsonNode[] }
  | { readonly kind: 'object'; readonly members: readonly JsonMember[] };

export interface JsonMember {
  readonly name: JsonText;
  readonly value: JsonNode;
}

/** The text itself when it has no hole, else null. */
export function fixedText(text: JsonText): string | null {
  const [first = ''] = text;
  return text.length <= 1 && typeof first === 'string' ? first : null;
}
