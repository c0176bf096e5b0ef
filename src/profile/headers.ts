import { escapeText, usageError } from '../core/index.js';
import { looksSecret } from './secret-names.js';

export type Header = readonly [name: string, value: string];

/** RFC 9110, section 5.6.2: token. */
const token = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
/** RFC 9110, section 5.5: no control character but the tab. CR and LF would end the line and begin another. */
const notInValue = /[\0-\x08\x0a-\x1f\x7f]/;

/** Headers that follow from other settings, and where to set them. */
const owned: Readonly<Record<string, string>> = {
  'content-length': 'leave it out: it follows from the body',
  'transfer-encoding': 'leave it out: bodies are sent with their length',
  connection: "use keepAlive: false of a profile's load, or --no-keepalive",
};

export function isToken(text: string): boolean {
  return token.test(text);
}

/** Whether two header names are one: case does not count. */
export function sameName(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}

/** `Name: value`, as -H has it. */
export function parseHeader(line: string): Header {
  const colon = line.indexOf(':');
  if (colon < 1) {
    throw usageError(`expected a header such as "Accept: text/plain", read ${shown(withoutSecret(line))}`);
  }
  const header: Header = [line.slice(0, colon), line.slice(colon + 1).trim()];
  checkSyntax(header);
  return header;
}

/** Refuses what is no header, or a header that is not for the user to write. */
export function checkHeader(header: Header): void {
  checkSyntax(header);
  const hint = owned[header[0].toLowerCase()];
  if (hint !== undefined) throw usageError(`${header[0]} is not for an operation to set`, hint);
}

/** A line that lacks its colon, which may well be the token that was pasted. */
function withoutSecret(line: string): string {
  const [name = ''] = line.trim().split(/[\s=]/);
  return looksSecret(name) ? `${name} …` : line;
}

function checkSyntax([name, value]: Header): void {
  if (!isToken(name)) {
    throw usageError(`expected a header name (letters, digits and -), read ${shown(name)}`);
  }
  if (notInValue.test(value)) {
    throw usageError(
      `the value of ${name} holds a line break or another control character`,
      'remove it: it would end the header line and forge another',
    );
  }
}

/** `headers` with `others` in the place of those of the same name, or after them. */
export function overrideHeaders(headers: readonly Header[], others: readonly Header[]): Header[] {
  const kept = headers.filter(([name]) => !others.some(([other]) => sameName(name, other)));
  return [...kept, ...others];
}

function shown(text: string): string {
  return `"${escapeText(text, { maxLength: 60 })}"`;
}
