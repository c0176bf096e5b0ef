import type { GoResponse } from './artifact.js';
import { closing, type Token } from './tokens.js';

/** Methods of a client that give a response. */
const requests = new Set(['Do', 'Get', 'Post', 'PostForm', 'Head', 'RoundTrip']);

/**
 * Responses of a client, and whether anything reads their bodies. Where one is closed and looked at by nothing else in
 * its function, the connection it came on is closed with it, and not used again. One that leaves the function, or whose body does, is taken as read elsewhere.
 */
export function responsesOf(tokens: readonly Token[], file: string): GoResponse[] {
  const found: GoResponse[] = [];
  for (const [start, end] of functionsOf(tokens)) {
    for (let i = start; i < end; i++) {
      const response = responseAt(tokens, i);
      if (response === null) continue;
      const { name, method, certain } = response;
      const { closed, looked, otherwise } = usesOf(tokens, i + 1, end, name.text);
      const isOne = closed || otherwise || certain || looked;
      // A response to HEAD has no body.
      if (isOne && method !== 'Head')
        found.push({ value: name.text, read: otherwise, closed, file, line: name.line });
    }
  }
  return found;
}

/** The bodies of functions that are not within another; literals belong to the one around them. */
export function functionsOf(tokens: readonly Token[]): [number, number][] {
  const all: [number, number][] = [];
  for (let i = 0; i < tokens.length; i++) {
    if (tokens[i]?.text !== 'func') continue;
    let open = i + 1;
    while (open < tokens.length && tokens[open]?.text !== '{') {
      const text = tokens[open]?.text;
      // `interface{}` and `struct{}` of a signature are no bodies.
      if (text === 'interface' || text === 'struct') open = closing(tokens, open + 1);
      else open = text === '(' || text === '[' ? closing(tokens, open) : open + 1;
    }
    if (open >= tokens.length) break;
    const end = closing(tokens, open);
    all.push([open, end]);
    i = end - 1;
  }
  return all;
}

/** The `resp` of `resp, err := client.Do(`. Of `http.Get` it is certain what comes back. */
function responseAt(
  tokens: readonly Token[],
  at: number,
): { name: Token; method: string; certain: boolean } | null {
  const [name, comma, , sign] = tokens.slice(at, at + 4);
  if (name?.kind !== 'word' || comma?.text !== ',') return null;
  if (sign?.text !== ':=' && sign?.text !== '=') return null;
  for (let i = at + 4; i < at + 12; i++) {
    const { text, line } = tokens[i] ?? { text: '', line: -1 };
    if (line !== name.line) return null;
    if (text !== '(') continue;
    const method = tokens[i - 1]?.text ?? '';
    if (!requests.has(method) || tokens[i - 2]?.text !== '.') return null;
    const receiver = tokens[i - 3]?.text;
    const certain = (receiver === 'http' && tokens[i - 4]?.text !== '.') || receiver === 'DefaultClient';
    return name.text === '_' && !certain ? null : { name, method, certain };
  }
  return null;
}

function usesOf(
  tokens: readonly Token[],
  start: number,
  end: number,
  name: string,
): { closed: boolean; looked: boolean; otherwise: boolean } {
  let closed = false;
  let looked = false;
  for (let i = start; i < end && name !== '_'; i++) {
    if (tokens[i]?.text !== name || tokens[i - 1]?.text === '.') continue;
    const rest = tokens.slice(i + 1, i + 5).map(({ text }) => text);
    // Given another response: what follows is about that one.
    if ((rest[0] === ',' && (rest[2] === ':=' || rest[2] === '=')) || rest[0] === '=') break;
    if (rest[0] === '.' && rest[1] === 'Body') {
      if (rest[2] === '.' && rest[3] === 'Close') closed = true;
      else return { closed, looked, otherwise: true };
    } else if (rest[0] === '.' && rest[1] === 'StatusCode' && rest[2] !== '(') looked = true;
    else if (rest[0] !== '.' && rest[0] !== '!' && rest[0] !== '=')
      return { closed, looked, otherwise: true };
  }
  return { closed, looked, otherwise: false };
}
