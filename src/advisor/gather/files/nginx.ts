import type { NginxDirective } from './artifact.js';
import type { Sited } from './place.js';

const MOST_DEPTH = 16;
/** Directives whose arguments are kept: others may hold a password. */
const kept =
  /^(?:http|server|upstream|location|include|listen|server_name|keepalive\w*|proxy_pass|grpc_pass|proxy_http_version|worker_\w+|http2\w*|multi_accept|lingering_\w+|ssl_session_tickets|ssl_session_cache|reuseport|load_module)$/;

/** What a `map` gives a Connection header; what others give may be a secret. */
const connections = /^(?:close|upgrade|keep-alive|)$/i;

/** User and password of a URL, as in `proxy_pass http://user:password@api`. */
const credentials = /^([a-z][\w+.-]*:\/\/)[^/]*@/i;

interface Piece {
  readonly text: string;
  readonly line: number;
  /** Quotes make a brace or a semicolon part of a word. */
  readonly quoted: boolean;
}

const space = /\s+|#[^\n]*/y;
const quoted = /"(?:[^"\\]|\\[\s\S])*"|'(?:[^'\\]|\\[\s\S])*'/y;
// `${name}` is part of a word; a brace of its own is not.
const word = /(?:\$\{\w+\}|\\[\s\S]|[^\s;{}\\])+/y;

/**
 * The directives of an nginx configuration, as a tree. The grammar is words, `;` and `{ }`; what a block of Lua holds
 * is left out.
 *
 * @param firstLine of the text, where it stands inside another file
 * @returns the tree, and what is wrong with it: the directives before the fault are kept
 */
export function readNginx(
  text: string,
  file: string,
  firstLine = 1,
): { directives: NginxDirective[]; problem: Sited<string> | null } {
  const pieces = piecesOf(text, firstLine);
  let at = 0;
  let problem: Sited<string> | null = null;
  const fault = (value: string, line: number) => {
    problem ??= { value, file, line };
  };
  const block = (depth: number, isMap = false): NginxDirective[] => {
    const directives: NginxDirective[] = [];
    let words: Piece[] = [];
    while (at < pieces.length && problem === null) {
      const piece = pieces[at++] as Piece;
      if (piece.quoted || !/^[;{}]$/.test(piece.text)) {
        words.push(piece);
        continue;
      }
      const [name, ...args] = words;
      words = [];
      if (piece.text === '}') {
        if (name !== undefined) fault(`"${name.text}" has no semicolon`, name.line);
        else if (depth === 0) fault('a brace closes what none opened', piece.line);
        return directives;
      }
      if (name === undefined) {
        if (piece.text === '{') fault('a brace opens nothing', piece.line);
        continue;
      }
      const kept = isMap && connections.test(args[0]?.text ?? '') ? [args[0]?.text ?? ''] : null;
      const own = { name: name.text, args: kept ?? argumentsOf(name.text, args), file, line: name.line };
      if (piece.text === ';') directives.push({ ...own, block: null });
      else if (name.text.endsWith('_by_lua_block')) {
        skipBraces();
        directives.push({ ...own, block: [] });
      } else if (depth >= MOST_DEPTH) fault(`nested deeper than ${MOST_DEPTH} blocks`, piece.line);
      else directives.push({ ...own, block: block(depth + 1, name.text === 'map') });
    }
    const [unfinished] = words;
    if (unfinished !== undefined) fault(`"${unfinished.text}" has no semicolon`, unfinished.line);
    else if (depth > 0) fault('the file ends within a block', pieces.at(-1)?.line ?? firstLine);
    return directives;
  };
  const skipBraces = () => {
    for (let depth = 1; depth > 0 && at < pieces.length; at++) {
      const { text: brace } = pieces[at] as Piece;
      if (brace === '{') depth++;
      if (brace === '}') depth--;
    }
  };
  return { directives: block(0), problem };
}

function argumentsOf(name: string, args: readonly Piece[]): string[] {
  const isConnection = name === 'proxy_set_header' && /^(?:connection|upgrade)$/i.test(args[0]?.text ?? '');
  if (name === 'map') return args.map(({ text }) => (text.startsWith('$') ? text : ''));
  return kept.test(name) || isConnection ? args.map((each) => each.text.replace(credentials, '$1')) : [];
}

function piecesOf(text: string, firstLine: number): Piece[] {
  const pieces: Piece[] = [];
  let line = firstLine;
  let at = 0;
  const match = (pattern: RegExp): string | null => {
    pattern.lastIndex = at;
    return pattern.exec(text)?.[0] ?? null;
  };
  while (at < text.length) {
    const blank = match(space);
    const own = blank === null ? match(quoted) : null;
    const piece = blank ?? own ?? match(word) ?? (text[at] as string);
    if (blank === null)
      pieces.push({ text: own === null ? piece : own.slice(1, -1), line, quoted: own !== null });
    line += piece.split('\n').length - 1;
    at += piece.length;
  }
  return pieces;
}
