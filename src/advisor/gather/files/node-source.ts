import type { Made, NodeSource, SourceValue } from './artifact.js';
import type { Sited } from './place.js';
import { closing, parts, statementEnd, type Token, textOf, tokensOf, unquoted } from './tokens.js';

const modules = new Set([
  'http',
  'https',
  'http2',
  'undici',
  'express',
  'koa',
  'fastify',
  'axios',
  'got',
  'node-fetch',
  'cluster',
  '@nestjs/core',
]);
/** What is made of a module with settings, or gives a server. */
const makers: Readonly<Record<string, readonly string[]>> = {
  http: ['createServer', 'Agent', 'Server', 'request', 'get'],
  https: ['createServer', 'Agent', 'Server', 'request', 'get'],
  http2: ['createServer', 'createSecureServer'],
  undici: ['Agent', 'Pool', 'Client', 'BalancedPool', 'request', 'fetch', 'setGlobalDispatcher'],
  axios: ['create', 'get', 'post', 'request', 'put', 'delete'],
  cluster: ['fork'],
  '@nestjs/core': ['create'],
};
/** Modules that are a maker themselves. */
const callable = new Set(['express', 'koa', 'fastify', 'axios', 'got', 'node-fetch']);

/** In one file. */
const MOST_MADE = 200;
const MOST_TEXT = 80;
const MOST_STEPS = 4;

interface Imported {
  readonly module: string;
  /** Null: the module as a whole. */
  readonly name: string | null;
}

/** What a JavaScript or TypeScript file sets of servers and agents, read by its tokens. */
export function readNodeSource(text: string, file: string): NodeSource {
  const tokens = tokensOf(text, 'javascript');
  const imports = importsOf(tokens);
  const names = namesOf(tokens);
  const made: Made[] = [];
  const calls: Sited<string>[] = [];
  for (let i = 0; i < tokens.length; i++) {
    calls.push(...globalAgentAt(tokens, i, imports, file));
    const found = makerAt(tokens, i, imports);
    if (found === null) continue;
    const { type, open } = found;
    const { line } = tokens[i] as Token;
    const args = parts(tokens, open, closing(tokens, open));
    calls.push({ value: type, file, line });
    const start = tokens[i - 1]?.text === 'new' ? i - 1 : i;
    const settings = settingsOf(args, names, file);
    made.push({ type, variable: variableBefore(tokens, start), ...settings, file, line });
  }
  made.push(...listening(tokens, made, file));
  const assigned = made.slice(0, MOST_MADE).map((each) => withAssignments(each, tokens, names));
  const own = new Set(made.flatMap(({ variable }) => variable ?? []));
  return { file, made: assigned, calls, keepAliveTimeouts: looseTimeouts(tokens, own, names, file) };
}

/** `http.globalAgent = …` and `http.globalAgent.keepAlive = …` */
function globalAgentAt(
  tokens: readonly Token[],
  at: number,
  imports: ReadonlyMap<string, Imported>,
  file: string,
): Sited<string>[] {
  const { text, line } = tokens[at] as Token;
  const { module = '' } = imports.get(text) ?? {};
  if (!/^https?$/.test(module) || tokens[at + 2]?.text !== 'globalAgent') return [];
  const rest = tokens.slice(at + 3, statementEnd(tokens, at)).map((each) => each.text);
  const sets = rest[0] === '=' || (rest[0] === '.' && rest.includes('keepAlive') && rest.includes('='));
  return sets ? [{ value: `${module}.globalAgent`, file, line }] : [];
}

/** `app.listen(8080)` gives the server of a framework: of one made here, or in a file that this one takes it from. */
function listening(tokens: readonly Token[], made: readonly Made[], file: string): Made[] {
  const known = new Map(
    made.flatMap((each) => (each.variable === null ? [] : [[each.variable, each.type] as const])),
  );
  return tokens.flatMap((token, i): Made[] => {
    if (tokens[i + 1]?.text !== '.' || tokens[i + 2]?.text !== 'listen' || tokens[i + 3]?.text !== '(')
      return [];
    const type = known.get(token.text) ?? (/^(?:\w+A|a)pp(?:lication)?$/.test(token.text) ? 'app' : '');
    if (!/^(?:express|koa|app)$/.test(type)) return [];
    const { line } = token;
    // `this.app.listen(`
    const start = tokens[i - 1]?.text === '.' ? i - 2 : i;
    const variable = variableBefore(tokens, start);
    return [{ type: `${type}.listen`, variable, fields: {}, whole: true, file, line }];
  });
}

/** `server.keepAliveTimeout = 65_000` where it is not seen which server that is. */
function looseTimeouts(
  tokens: readonly Token[],
  own: ReadonlySet<string>,
  names: Names,
  file: string,
): SourceValue[] {
  return tokens.flatMap((token, i): SourceValue[] => {
    if (token.text !== 'keepAliveTimeout' || tokens[i - 1]?.text !== '.') return [];
    const receiver = tokens[i - 2]?.text === 'server' ? tokens[i - 4]?.text : tokens[i - 2]?.text;
    if (own.has(tokens[i - 2]?.text ?? '') || own.has(receiver ?? '')) return [];
    const value = tokens.slice(i + 2, statementEnd(tokens, i));
    return tokens[i + 1]?.text === '=' && value.length > 0 && value[0]?.text !== '='
      ? [sourceValue(value, token.line, names, file)]
      : [];
  });
}

/** What names stand for: `const IDLE_MS = 65_000`. A name with two values stands for neither. */
type Names = ReadonlyMap<string, readonly Token[] | null>;

function namesOf(tokens: readonly Token[]): Names {
  const names = new Map<string, readonly Token[] | null>();
  for (const [i, token] of tokens.entries()) {
    if (token.kind !== 'word' || tokens[i + 1]?.text !== '=' || tokens[i - 1]?.text === '.') continue;
    const value = tokens.slice(i + 2, statementEnd(tokens, i));
    if (value.length > 0 && value.length <= 8) names.set(token.text, names.has(token.text) ? null : value);
  }
  return names;
}

/** `import http from 'node:http'`, `import { Agent as A } from 'undici'`, `const { Agent } = require('undici')` */
function importsOf(tokens: readonly Token[]): Map<string, Imported> {
  const names = new Map<string, Imported>();
  for (const [i, token] of tokens.entries()) {
    const module = moduleOf(token);
    if (module === null) continue;
    const before = tokens[i - 1]?.text;
    if (before === 'from') {
      let start = i - 1;
      while (start > 0 && tokens[start]?.text !== 'import' && i - start < 60) start--;
      bind(tokens.slice(start + 1, i - 1), module, 'as', names);
    } else if (before === '(' && /^(?:require|import)$/.test(tokens[i - 2]?.text ?? '')) {
      const call = tokens[i - 3]?.text === 'await' ? i - 3 : i - 2;
      let start = call;
      while (start > 0 && !/^(?:const|let|var|import)$/.test(tokens[start]?.text ?? '') && i - start < 60)
        start--;
      if (tokens[call - 1]?.text === '=')
        bind(tokens.slice(start + 1, call - 1), module, ':', names, tokens[i + 2]);
    }
  }
  return names;
}

function moduleOf(token: Token | undefined): string | null {
  const module = token?.kind === 'string' ? unquoted(token).replace(/^node:/, '') : '';
  return modules.has(module) ? module : null;
}

function bind(
  tokens: readonly Token[],
  module: string,
  renaming: string,
  names: Map<string, Imported>,
  after?: Token,
): void {
  // `require('http').createServer(…)` gives what it makes, and no module.
  if (after?.text === '.' || after?.text === '(') return;
  let inside = false;
  for (const [i, token] of tokens.entries()) {
    if (token.text === '{') inside = true;
    if (token.text === '}') inside = false;
    if (token.kind !== 'word' || token.text === 'as' || token.text === 'type') continue;
    if (tokens[i + 1]?.text === renaming && inside) continue;
    const renamed = tokens[i - 1]?.text === renaming && inside;
    const name = renamed ? (tokens[i - 2]?.text ?? token.text) : token.text;
    names.set(token.text, { module, name: inside && name !== 'default' ? name : null });
  }
}

/** `require('http').createServer(`, `require('fastify')(`; the end of `require(…)` is at `close`. */
function requiredAt(tokens: readonly Token[], at: number): { type: string; open: number } | null {
  const module =
    tokens[at]?.text === 'require' && tokens[at + 1]?.text === '(' ? moduleOf(tokens[at + 2]) : null;
  if (module === null) return null;
  const close = at + 3;
  if (tokens[close + 1]?.text === '(') return callable.has(module) ? { type: module, open: close + 1 } : null;
  const member = tokens[close + 1]?.text === '.' ? (tokens[close + 2]?.text ?? '') : '';
  if (!makers[module]?.includes(member)) return null;
  // `new (require('http').Agent)(`
  const open = tokens[close + 3]?.text === ')' ? close + 4 : close + 3;
  return tokens[open]?.text === '(' ? { type: `${module}.${member}`, open } : null;
}

/** `http.createServer(`, `createServer(`, `new Agent(`, `express(`; with type arguments between. */
function makerAt(
  tokens: readonly Token[],
  at: number,
  imports: ReadonlyMap<string, Imported>,
): { type: string; open: number } | null {
  const token = tokens[at] as Token;
  if (token.kind !== 'word' || tokens[at - 1]?.text === '.') return null;
  const imported = imports.get(token.text);
  if (imported === undefined) return requiredAt(tokens, at);
  // `NestFactory.create(AppModule)`
  if (imported.name === 'NestFactory' && tokens[at + 2]?.text === 'create') {
    const open = tokens.findIndex(({ text }, i) => i > at && text === '(');
    const isFastify = parts(tokens, open, closing(tokens, open))
      .flat()
      .some(({ text }) => text === 'FastifyAdapter');
    return isFastify ? null : { type: 'nest', open };
  }
  const { module } = imported;
  const [dot, member] = tokens.slice(at + 1, at + 3);
  if (imported.name === null && dot?.text === '.' && member !== undefined) {
    return makers[module]?.includes(member.text) && tokens[at + 3]?.text === '('
      ? { type: `${module}.${member.text}`, open: at + 3 }
      : null;
  }
  if (dot?.text !== '(') return null;
  if (imported.name === null || imported.name === module)
    return callable.has(module) ? { type: module, open: at + 1 } : null;
  return makers[module]?.includes(imported.name)
    ? { type: `${module}.${imported.name}`, open: at + 1 }
    : null;
}

function settingsOf(args: readonly Token[][], names: Names, file: string): Pick<Made, 'fields' | 'whole'> {
  const fields: Record<string, SourceValue> = {};
  let whole = true;
  for (const argument of args) {
    if (argument[0]?.text !== '{') {
      // A name may stand for settings; a function, a string or a number does not.
      if (argument.length === 1 && argument[0]?.kind === 'word' && /opt|conf|setting/i.test(argument[0].text))
        whole = false;
      continue;
    }
    for (const part of parts(argument, 0, argument.length)) {
      const [name, colon, ...value] = part;
      if (name?.text === '.') whole = false;
      else if (name !== undefined && colon?.text === ':' && value.length > 0)
        fields[unquoted(name)] = sourceValue(value, name.line, names, file);
      else if (name?.kind === 'word' && colon === undefined)
        fields[name.text] = sourceValue([name], name.line, names, file);
    }
  }
  return { fields, whole };
}

/** Products of numbers and names of such; in the unit that the setting has. */
function sourceValue(tokens: readonly Token[], line: number, names: Names, file: string): SourceValue {
  return {
    text: textOf(tokens).slice(0, MOST_TEXT),
    number: numberOf(tokens, names, 0),
    file,
    line,
  };
}

function numberOf(tokens: readonly Token[], names: Names, step: number): number | null {
  const own = tokens[0]?.text === '(' && tokens.at(-1)?.text === ')' ? tokens.slice(1, -1) : tokens;
  let product = 1;
  for (const [i, token] of own.entries()) {
    if (i % 2 === 1) {
      if (token.text !== '*') return null;
      continue;
    }
    const named = token.kind === 'word' && step < MOST_STEPS ? names.get(token.text) : null;
    const value =
      token.kind === 'number'
        ? Number(token.text.replaceAll('_', ''))
        : named == null
          ? Number.NaN
          : (numberOf(named, names, step + 1) ?? Number.NaN);
    if (Number.isNaN(value)) return null;
    product *= value;
  }
  return own.length % 2 === 1 ? product : null;
}

/** `const server = `, `this.server = await `, `const app: Application = ` */
function variableBefore(tokens: readonly Token[], at: number): string | null {
  const i = tokens[at - 1]?.text === 'await' ? at - 2 : at - 1;
  if (tokens[i]?.text !== '=') return null;
  for (let k = i - 1; k > 0 && i - k < 16 && tokens[k]?.line === tokens[i]?.line; k--) {
    const isDeclared = /^(?:const|let|var)$/.test(tokens[k - 1]?.text ?? '');
    if (isDeclared) return tokens[k]?.kind === 'word' ? (tokens[k]?.text ?? null) : null;
  }
  const name = tokens[i - 1];
  return name?.kind === 'word' ? name.text : null;
}

/** `server.keepAliveTimeout = 65_000`, further down. */
function withAssignments(made: Made, tokens: readonly Token[], names: Names): Made {
  if (made.variable === null) return made;
  const fields = { ...made.fields };
  for (const [i, token] of tokens.entries()) {
    if (token.text !== made.variable) continue;
    if (tokens[i - 2]?.text === 'assign' && tokens[i + 1]?.text === ',') {
      Object.assign(
        fields,
        settingsOf(parts(tokens, i - 1, closing(tokens, i - 1)), names, made.file).fields,
      );
      continue;
    }
    if (tokens[i + 1]?.text !== '.') continue;
    // `app.server.keepAliveTimeout` of a framework.
    const at = tokens[i + 2]?.text === 'server' && tokens[i + 3]?.text === '.' ? i + 4 : i + 2;
    if (tokens[at + 1]?.text !== '=' || tokens[at + 2]?.text === '=') continue;
    const name = tokens[at] as Token;
    const value = tokens.slice(at + 2, statementEnd(tokens, at));
    if (value.length > 0) fields[name.text] = sourceValue(value, name.line, names, made.file);
  }
  return { ...made, fields };
}
