import type { GoCall, GoSource, Made, SourceValue } from './artifact.js';
import { followed } from './go-flow.js';
import { flowOf } from './go-flow-reader.js';
import type { Flowing } from './go-settle.js';
import { type Names, namesOf, numbersOf, sourceValue } from './go-values.js';
import type { Sited } from './place.js';
import { functionsOf, responsesOf } from './responses.js';
import { closing, parts, statementEnd, type Token, textOf, tokensOf, unquoted } from './tokens.js';

/** Types and functions of packages that rules ask for, by the path that is imported. */
const literals: Readonly<Record<string, readonly string[]>> = {
  'net/http': ['Server', 'Transport', 'Client', 'HTTP2Config'],
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
/** Calls whose result has settings, or is one. */
const makers = new Set(['grpc.MaxConcurrentStreams', 'grpc.NewServer', 'httputil.NewSingleHostReverseProxy']);
/** In one file. */
const MOST_MADE = 200;
/** In one file. */
const MOST_IMPORTS = 100;

/**
 * What a Go file sets: servers, transports and clients with their fields, and calls that tune the runtime. It is read by
 * its tokens, not by its types; what other places set of them is put together when all files are read.
 */
export function readGoSource(text: string, file: string): Flowing {
  const tokens = tokensOf(text, 'go');
  const names = namesOf(tokens);
  const packages = importsOf(tokens, file);
  const bodies = functionsOf(tokens);
  const made: Made[] = [];
  const nodes = new Map<number, string>();
  const calls: GoCall[] = [];
  const make = (at: number, type: string, variable: string | null, more: Partial<Made> = {}) => {
    const own = { type, variable, whole: true, fields: {}, file, line: (tokens[at] as Token).line, ...more };
    if (made.length >= MOST_MADE) return;
    nodes.set(at, `m:${file}#${at}`);
    made.push(withAssignments(own, tokens, names, scopeOf(tokens, at, bodies)));
  };
  for (let i = 0; i < tokens.length; i++) {
    const [first, dot, second, open] = tokens.slice(i, i + 4);
    if (first?.kind !== 'word' || dot?.text !== '.' || second === undefined || open === undefined) continue;
    if (tokens[i - 1]?.text === '.') continue;
    const path = packages.byName.get(first.text);
    if (path === undefined) continue;
    const type = `${importName(path)}.${second.text}`;
    const within = functionAround(tokens, i, bodies);
    if (literals[path]?.includes(second.text)) {
      const declared = declaredAt(tokens, i);
      // `func New() *http.Server {` opens a body, and no literal.
      if (open.text === '{' && !/^[*)\]]$/.test(tokens[i - 1]?.text ?? ''))
        make(i, type, variableBefore(tokens, i), { fields: fieldsOf(tokens, i + 3, names, file) });
      else if (declared !== undefined) make(i, type, declared);
    } else if (open.text === '(' && functions[path]?.includes(second.text)) {
      const args = parts(tokens, i + 3, closing(tokens, i + 3));
      const value = `${type}(${args.map(argumentText).join(', ').slice(0, 200)})`;
      calls.push({ value, within, file, line: first.line });
      if (makers.has(type))
        make(i, type, variableBefore(tokens, i), {
          whole: !args.some((each) => each.at(-1)?.text === '.'),
          fields: Object.fromEntries(args.map((each, index) => [`${index}`, sourceValue(each, names, file)])),
        });
    } else if (type === 'http.DefaultClient' && open.text === '.')
      calls.push({ value: `http.DefaultClient.${tokens[i + 4]?.text}(…)`, within, file, line: first.line });
    if (type === 'http.DefaultTransport') defaultTransport(tokens, i, names, file, make);
  }
  calls.push(...frameworkServers(tokens, packages.byName, names, file, made));
  const source: GoSource = {
    file,
    packageName: tokens[0]?.text === 'package' ? (tokens[1]?.text ?? '') : '',
    imports: packages.all
      .filter(({ value }) => literals[value] ?? functions[value] ?? /^[^/]*\./.test(value))
      .slice(0, MOST_IMPORTS),
    made,
    calls,
    numbers: numbersOf(tokens, names),
    responses: responsesOf(tokens, file),
    godebug: godebugOf(text, file),
  };
  return {
    source,
    nodes: [...nodes.values()],
    flow: flowOf({
      tokens,
      file,
      imports: packages.byName,
      made: nodes,
      read: (value) => sourceValue(value, names, file),
    }),
    declared: declaredIn(tokens),
  };
}

/** Names of functions and methods. */
function declaredIn(tokens: readonly Token[]): Set<string> {
  const declared = new Set<string>();
  for (const [i, { text }] of tokens.entries()) {
    if (text !== 'func') continue;
    const name = tokens[i + 1]?.text === '(' ? tokens[closing(tokens, i + 1)] : tokens[i + 1];
    if (name?.kind === 'word') declared.add(name.text);
  }
  return declared;
}

type Make = (at: number, type: string, variable: string | null, more?: Partial<Made>) => void;

/** A clone of the default transport, or settings of the default one itself. */
function defaultTransport(
  tokens: readonly Token[],
  at: number,
  names: Names,
  file: string,
  make: Make,
): void {
  const texts = tokens.slice(at + 3, at + 13).map(({ text }) => text);
  if (texts.includes('Clone')) {
    make(at, 'http.DefaultTransport.Clone', variableBefore(tokens, at));
    return;
  }
  if (texts.slice(0, 7).join('') !== '.(*http.Transport)') return;
  const field = texts[7] === '.' && texts[9] === '=' ? (tokens[at + 11] as Token) : undefined;
  const value = tokens.slice(at + 13, statementEnd(tokens, at + 10));
  if (field === undefined) make(at, 'http.DefaultTransport', variableBefore(tokens, at));
  else if (value.length > 0)
    make(at, 'http.DefaultTransport', null, { fields: { [field.text]: sourceValue(value, names, file) } });
}

/** `r := gin.Default()` … `r.Run(":80")`, and the same of Echo: they make an http.Server without time-outs. */
function frameworkServers(
  tokens: readonly Token[],
  byName: ReadonlyMap<string, string>,
  names: Names,
  file: string,
  made: Made[],
): GoCall[] {
  const engines = new Map<string, 'gin.Engine' | 'echo.Echo'>();
  const calls: GoCall[] = [];
  for (const [i, token] of tokens.entries()) {
    const path = tokens[i + 1]?.text === '.' ? byName.get(token.text) : undefined;
    const method = tokens[i + 2]?.text ?? '';
    const variable = variableBefore(tokens, i);
    if (path === 'github.com/gin-gonic/gin' && /^(?:Default|New)$/.test(method) && variable !== null)
      engines.set(variable, 'gin.Engine');
    if (/^github\.com\/labstack\/echo/.test(path ?? '') && method === 'New' && variable !== null)
      engines.set(variable, 'echo.Echo');
    const engine = engines.get(token.text);
    if (engine === undefined || tokens[i + 1]?.text !== '.' || tokens[i + 3]?.text !== '(') continue;
    if (!(engine === 'gin.Engine' ? /^Run(?:TLS)?$/ : /^Start(?:TLS)?$/).test(method)) continue;
    const args = parts(tokens, i + 3, closing(tokens, i + 3));
    const fields = serverFields(tokens, token.text, names, file);
    if (Object.keys(fields).length > 0)
      made.push({ type: 'http.Server', variable: null, whole: true, fields, file, line: token.line });
    else
      calls.push({
        value: `${engine}.${method}(${args.map(argumentText).join(', ').slice(0, 200)})`,
        within: null,
        file,
        line: token.line,
      });
  }
  return calls;
}

/** `e.Server.ReadHeaderTimeout = …` */
function serverFields(
  tokens: readonly Token[],
  engine: string,
  names: Names,
  file: string,
): Record<string, SourceValue> {
  const fields: Record<string, SourceValue> = {};
  for (const [i, token] of tokens.entries()) {
    const field = tokens[i + 4];
    if (token.text !== engine || tokens[i + 2]?.text !== 'Server' || tokens[i + 5]?.text !== '=') continue;
    const value = tokens.slice(i + 6, statementEnd(tokens, i));
    if (field !== undefined && value.length > 0) fields[field.text] = sourceValue(value, names, file);
  }
  return fields;
}

/** Where a server listens matters: on the loopback address nobody else meets it. */
function argumentText(argument: readonly Token[]): string {
  const [first] = argument;
  const isLocal = first?.kind === 'string' && /^(?:localhost|127\.|\[::1\])/.test(unquoted(first));
  return isLocal ? 'loopback' : textOf(argument);
}

/** `net/http` is `http` whatever the file calls it, and `…/echo/v4` is `echo`. */
function importName(path: string): string {
  return (
    path
      .replace(/\/v\d+$/, '')
      .split('/')
      .at(-1) ?? path
  );
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
    byName.set(alias?.text ?? importName(path), path);
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

function fieldsOf(
  tokens: readonly Token[],
  open: number,
  names: Names,
  file: string,
): Record<string, SourceValue> {
  const fields: Record<string, SourceValue> = {};
  for (const part of parts(tokens, open, closing(tokens, open))) {
    const [name, colon, ...value] = part;
    if (name?.kind === 'word' && colon?.text === ':' && value.length > 0)
      fields[name.text] = { ...sourceValue(value, names, file), line: name.line };
  }
  return fields;
}

/** `srv := &http.Server{`, `var srv = `, `s.server = ` */
function variableBefore(tokens: readonly Token[], at: number): string | null {
  const i = tokens[at - 1]?.text === '&' ? at - 2 : at - 1;
  const sign = tokens[i]?.text;
  if (sign !== ':=' && sign !== '=') return null;
  const name = tokens[i - 1];
  return name?.kind === 'word' ? name.text : null;
}

/** `var srv http.Server`, `srv := new(http.Server)`: made with no field set. Undefined: neither; null: it has no name. */
function declaredAt(tokens: readonly Token[], at: number): string | null | undefined {
  const [name, before] = [tokens[at - 1], tokens[at - 2]];
  const after = tokens[at + 3];
  if (name?.text === '(' && before?.text === 'new' && after?.text === ')')
    return variableBefore(tokens, at - 2);
  const isLast = after === undefined || after.line !== tokens[at]?.line;
  return name?.kind === 'word' && before?.text === 'var' && isLast ? name.text : undefined;
}

/** Where a variable that is made at a place is known by its name: in the function around it. */
function scopeOf(
  tokens: readonly Token[],
  at: number,
  bodies: readonly (readonly [number, number])[],
): readonly [number, number] {
  const isLocal = tokens.slice(Math.max(0, at - 4), at).some(({ text }) => text === ':=' || text === 'var');
  const around = bodies.find(([start, end]) => start <= at && at < end);
  return isLocal && around !== undefined ? around : [0, tokens.length];
}

function functionAround(
  tokens: readonly Token[],
  at: number,
  bodies: readonly (readonly [number, number])[],
): string | null {
  const [start] = bodies.find(([first, end]) => first <= at && at < end) ?? [];
  if (start === undefined) return null;
  let i = start;
  while (i > 0 && tokens[i]?.text !== 'func') i--;
  // `func (s *Server) handle(`
  const name = tokens[i + 1]?.text === '(' ? tokens[closing(tokens, i + 1)] : tokens[i + 1];
  return name?.kind === 'word' ? name.text : null;
}

/** `srv.IdleTimeout = time.Minute`, further down. */
function withAssignments(
  made: Made,
  tokens: readonly Token[],
  names: Names,
  [start, end]: readonly [number, number],
): Made {
  if (made.variable === null) return made;
  const fields = { ...made.fields };
  for (let i = start; i < end; i++) {
    if (tokens[i]?.text !== made.variable || tokens[i + 1]?.text !== '.' || tokens[i + 3]?.text !== '=')
      continue;
    const name = tokens[i + 2] as Token;
    // These are followed further than this file.
    if (followed[made.type]?.has(name.text) === true) continue;
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
