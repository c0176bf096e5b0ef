import type { GoSource, Made, SourceValue } from './artifact.js';
import { type Names, namesOf, sourceValue } from './go-values.js';
import type { Sited } from './place.js';
import { responsesOf } from './responses.js';
import { closing, parts, statementEnd, type Token, textOf, tokensOf, unquoted } from './tokens.js';

/** Types and functions of packages that rules ask for, by the path that is imported. */
const literals: Readonly<Record<string, readonly string[]>> = {
  'net/http': ['Server', 'Transport', 'Client'],
  'net/http/httputil': ['ReverseProxy'],
  'google.golang.org/grpc/keepalive': ['ServerParameters', 'EnforcementPolicy', 'ClientParameters'],
  'golang.org/x/net/http2': ['Server', 'Transport'],
};
const functions: Readonly<Record<string, readonly string[]>> = {
  'net/http': ['ListenAndServe', 'ListenAndServeTLS', 'Serve', 'ServeTLS', 'Get', 'Post', 'PostForm', 'Head'],
  'net/http/httputil': ['NewSingleHostReverseProxy'],
  'google.golang.org/grpc': [
    'NewServer',
    'NewClient',
    'Dial',
    'DialContext',
    'MaxConcurrentStreams',
    'KeepaliveParams',
    'KeepaliveEnforcementPolicy',
    'WithKeepaliveParams',
  ],
  runtime: ['GOMAXPROCS'],
  'runtime/debug': ['SetMemoryLimit'],
};
/** In one file. */
const MOST_MADE = 200;
/** An import that does its work by being there. */
const noted = /automaxprocs|automemlimit/;

/**
 * What a Go file sets: servers, transports and clients with their fields, and calls that tune the runtime. It is read by
 * its tokens, not by its types, so what is put together in other files is not seen.
 */
export function readGoSource(text: string, file: string): GoSource {
  const tokens = tokensOf(text, 'go');
  const names = namesOf(tokens);
  const packages = importsOf(tokens, file);
  const made: Made[] = [];
  const calls: Sited<string>[] = [];
  for (let i = 0; i < tokens.length; i++) {
    const [first, dot, second, open] = tokens.slice(i, i + 4);
    if (first?.kind !== 'word' || dot?.text !== '.' || second === undefined || open === undefined) continue;
    if (tokens[i - 1]?.text === '.') continue;
    const path = packages.byName.get(first.text);
    if (path === undefined) continue;
    const type = `${standardName(path)}.${second.text}`;
    if (open.text === '{' && literals[path]?.includes(second.text)) {
      made.push(literalOf(tokens, i, type, names, file));
    } else if (open.text === '(' && functions[path]?.includes(second.text)) {
      const args = parts(tokens, i + 3, closing(tokens, i + 3));
      calls.push({
        value: `${type}(${args.map(argumentText).join(', ').slice(0, 200)})`,
        file,
        line: first.line,
      });
      if (type === 'grpc.MaxConcurrentStreams' || type === 'grpc.NewServer')
        made.push({
          type,
          variable: variableBefore(tokens, i),
          whole: !args.some((each) => each.at(-1)?.text === '.'),
          fields: Object.fromEntries(args.map((each, index) => [`${index}`, sourceValue(each, names, file)])),
          file,
          line: first.line,
        });
    }
    if (type === 'http.DefaultTransport' && cloneFollows(tokens, i))
      made.push({
        type: 'http.DefaultTransport.Clone',
        variable: variableBefore(tokens, i),
        whole: true,
        fields: {},
        file,
        line: first.line,
      });
  }
  return {
    file,
    packageName: tokens[0]?.text === 'package' ? (tokens[1]?.text ?? '') : '',
    imports: packages.all.filter(({ value }) => literals[value] ?? functions[value] ?? noted.test(value)),
    made: made.slice(0, MOST_MADE).map((each) => withAssignments(each, tokens, names)),
    calls,
    responses: responsesOf(tokens, file),
    godebug: godebugOf(text, file),
  };
}

/** Where a server listens matters: on the loopback address nobody else meets it. */
function argumentText(argument: readonly Token[]): string {
  const [first] = argument;
  const isLocal = first?.kind === 'string' && /^(?:localhost|127\.|\[::1\])/.test(unquoted(first));
  return isLocal ? 'loopback' : textOf(argument);
}

/** `net/http` is `http` whatever the file calls it. */
function standardName(path: string): string {
  if (path === 'golang.org/x/net/http2') return 'http2';
  return path.split('/').at(-1) ?? path;
}

function importsOf(
  tokens: readonly Token[],
  file: string,
): { byName: Map<string, string>; all: Sited<string>[] } {
  const byName = new Map<string, string>();
  const all: Sited<string>[] = [];
  const add = (token: Token, alias: Token | undefined) => {
    const path = unquoted(token);
    all.push({ value: path, file, line: token.line });
    byName.set(alias?.text ?? standardName(path).replace(/^v\d+$/, ''), path);
  };
  for (let i = 0; i < tokens.length; i++) {
    const token = tokens[i] as Token;
    // Imports stand before all else.
    if (token.text === 'func' || token.text === 'type') break;
    if (token.text !== 'import') continue;
    const isBlock = tokens[i + 1]?.text === '(';
    const end = isBlock ? closing(tokens, i + 1) : i + 4;
    for (let k = i + 1; k < end; k++) {
      const each = tokens[k];
      if (each?.kind !== 'string') continue;
      const before = tokens[k - 1];
      add(
        each,
        before?.kind === 'word' && before.text !== 'import' && before.line === each.line ? before : undefined,
      );
      if (!isBlock) break;
    }
    i = end - 1;
  }
  return { byName, all };
}

function literalOf(tokens: readonly Token[], at: number, type: string, names: Names, file: string): Made {
  const open = at + 3;
  const fields: Record<string, SourceValue> = {};
  for (const part of parts(tokens, open, closing(tokens, open))) {
    const [name, colon, ...value] = part;
    if (name?.kind === 'word' && colon?.text === ':' && value.length > 0)
      fields[name.text] = { ...sourceValue(value, names, file), line: name.line };
  }
  const { line } = tokens[at] as Token;
  return { type, variable: variableBefore(tokens, at), whole: true, fields, file, line };
}

/** `srv := &http.Server{`, `var srv = `, `s.server = ` */
function variableBefore(tokens: readonly Token[], at: number): string | null {
  const i = tokens[at - 1]?.text === '&' ? at - 2 : at - 1;
  const sign = tokens[i]?.text;
  if (sign !== ':=' && sign !== '=') return null;
  const name = tokens[i - 1];
  return name?.kind === 'word' ? name.text : null;
}

function cloneFollows(tokens: readonly Token[], at: number): boolean {
  return tokens.slice(at, at + 12).some(({ text }) => text === 'Clone');
}

/** `srv.IdleTimeout = time.Minute`, further down. */
function withAssignments(made: Made, tokens: readonly Token[], names: Names): Made {
  if (made.variable === null) return made;
  const fields = { ...made.fields };
  for (const [i, token] of tokens.entries()) {
    if (token.text !== made.variable || tokens[i + 1]?.text !== '.' || tokens[i + 3]?.text !== '=') continue;
    const name = tokens[i + 2] as Token;
    const value = tokens.slice(i + 4, statementEnd(tokens, i));
    if (value.length > 0) fields[name.text] = { ...sourceValue(value, names, made.file), line: name.line };
  }
  return { ...made, fields };
}

function godebugOf(text: string, file: string): Sited<string>[] {
  if (!text.includes('//go:debug')) return [];
  return text.split('\n').flatMap((each, index) => {
    const value = /^\/\/go:debug\s+(\S+)/.exec(each)?.[1];
    return value === undefined ? [] : [{ value, file, line: index + 1 }];
  });
}
