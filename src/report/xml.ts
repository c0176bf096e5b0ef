import { escapeText } from '../core/index.js';

/** Text from outside as an attribute: first made visible and bounded, so that no character is left that XML forbids. */
export function attribute(text: string): string {
  return xml(escapeText(text, { maxLength: 400 }));
}

/** Text as XML takes it; not made visible. */
export function xml(text: string): string {
  const entities: Readonly<Record<string, string>> = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&quot;',
    "'": '&apos;',
  };
  return text.replace(/[&<>"']/g, (character) => entities[character] ?? character);
}
