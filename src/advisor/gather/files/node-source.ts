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
]);
/** What is made of a module with settings, or gives a server. */
const makers: Readonly<Record<string, readonly string[]>> = {
  http: ['createServer', 'Agent', 'Server', 'request', 'get'],
  https: ['createServer', 'Agent', 'Server', 'request', 'get'],
  http2: ['createServer', 'createSecureServer'],
  undici: ['Agent', 'Pool', 'Client', 'BalancedPool', 'request', 'fetch', 'setGlobalDispatcher'],
  axios: ['create', 'get', 'post', 'request', 'put', 'delete'],
  cluster: ['fork'],
};
/** Modules that are a maker themselves. */
const callable = new Set(['express', 'koa', 'fastify', 'axios', 'got', 'node-fetch']);

/** In one file. */
const MOST_MADE = 200;
const MOST_TEXT = 80;

interface Imported {
  readonly module: string;
  /** Null: the module as a whole. */
  readonly name: string | null;
}

/** What a JavaScript or TypeScript file sets of servers and agents, read by its tokens. */
export function readNodeSource(text: string, file: string): NodeSource {
  const tokens = tokensOf(text, 'javascript');
  const imports = importsOf(tokens);
  const made: Made[] = [];
  const calls: Sited<string>[] = [];
  for (let i = 0; i < tokens.length; i++) {
    const found = makerAt(tokens, i, imports);
    if (found === null) continue;
    const { type, open } = found;
    const { line } = tokens[i] as Token;
    const end = closing(tokens, open);
    const args = parts(tokens, open, end);
    calls.push({ value: type, file, line });
    const start = tokens[i - 1]?.text === 'new' ? i - 1 : i;
    const settings = settingsOf(args, file);
    made.push({ type, variable: variableBefore(tokens, start), ...settings, file, line });
  }
  // `app.listen(8080)` gives the server of a framework.
  const apps = new Map(made.flatMap((each) => (each.variable === null ? [] : [[each.variable, each.type]])));
  for (const [i, token] of tokens.entries()) {
    if (tokens[i + 1]?.text !== '.' || tokens[i + 2]?.text !== 'listen' || tokens[i + 3]?.text !== '(')
      continue;
    const type = apps.get(token.text);
    if (type !== 'express' && type !== 'koa') continue;
    made.push({
      type: `${type}.listen`,
      variable: variableBefore(tokens, i),
      fields: {},
      whole: true,
      file,
      line: token.line,
    });
  }
  return { file, made: made.slice(0, MOST_MADE).map((each) => withAssignments(each, tokens)), calls };
}

/** `import http from 'node:http'`, `import { Agent as A } from 'undici'`, `const { Agent } = require('undici')` */
function importsOf(tokens: readonly Token[]): Map<string, Imported> {
  const names = new Map<string, Imported>();
  for (const [i, token] of tokens.entries()) {
    const module = token.kind === 'string' ? unquoted(token).replace(/^node:/, '') : '';
    if (!modules.has(module)) continue;
    const before = tokens[i - 1]?.text;
    if (before === 'from') {
      let start = i - 1;
      while (start > 0 && tokens[start]?.text !== 'import' && i - start < 60) start--;
      bind(tokens.slice(start + 1, i - 1), module, 'as', names);
    } else if (before === '(' && tokens[i - 2]?.text === 'require') {
      let start = i - 2;
      while (start > 0 && !/^(?:const|let|var)$/.test(tokens[start]?.text ?? '') && i - start < 60) start--;
      const sign = tokens[i - 3]?.text;
      if (sign === '=') bind(tokens.slice(start + 1, i - 3), module, ':', names, tokens[i + 2]);
    }
  }
  return names;
}

function bind(
  tokens: readonly Token[],
  module: string,
  renaming: string,
  names: Map<string, Imported>,
  after?: Token,
): void {
  if (after?.text === '.') return;
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

/** `http.createServer(`, `createServer(`, `new Agent(`, `express(`; with type arguments between. */
function makerAt(
  tokens: readonly Token[],
  at: number,
  imports: ReadonlyMap<string, Imported>,
): { type: string; open: number } | null {
  const token = tokens[at] as Token;
  if (token.kind !== 'word' || tokens[at - 1]?.text === '.') return null;
  const imported = imports.get(token.text);
  if (imported === undefined) return null;
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

function settingsOf(args: readonly Token[][], file: string): Pick<Made, 'fields' | 'whole'> {
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
        fields[unquoted(name)] = sourceValue(value, name.line, file);
      else if (name?.kind === 'word' && colon === undefined)
        fields[name.text] = { text: name.text, number: null, file, line: name.line };
    }
  }
  return { fields, whole };
}

/** Products of numbers; in the unit that the setting has. */
function sourceValue(tokens: readonly Token[], line: number, file: string): SourceValue {
  const text = textOf(tokens);
  const product = /^[\d_.e]+(?: \* [\d_.e]+)*$/i.test(text);
  const number = product
    ? text.split(' * ').reduce((all, each) => all * Number(each.replaceAll('_', '')), 1)
    : null;
  return {
    text: text.slice(0, MOST_TEXT),
    number: number === null || Number.isNaN(number) ? null : number,
    file,
    line,
  };
}

function variableBefore(tokens: readonly Token[], at: number): string | null {
  const i = tokens[at - 1]?.text === 'await' ? at - 2 : at - 1;
  const name = tokens[i - 1];
  return tokens[i]?.text === '=' && name?.kind === 'word' ? name.text : null;
}

/** `server.keepAliveTimeout = 65_000`, further down. */
function withAssignments(made: Made, tokens: readonly Token[]): Made {
  if (made.variable === null) return made;
  const fields = { ...made.fields };
  for (const [i, token] of tokens.entries()) {
    if (token.text !== made.variable || tokens[i + 1]?.text !== '.') continue;
    // `app.server.keepAliveTimeout` of a framework.
    const at = tokens[i + 2]?.text === 'server' && tokens[i + 3]?.text === '.' ? i + 4 : i + 2;
    if (tokens[at + 1]?.text !== '=' || tokens[at + 2]?.text === '=') continue;
    const name = tokens[at] as Token;
    const value = tokens.slice(at + 2, statementEnd(tokens, at));
    if (value.length > 0) fields[name.text] = sourceValue(value, name.line, made.file);
  }
  return { ...made, fields };
}
