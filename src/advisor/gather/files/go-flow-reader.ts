import { posix } from 'node:path';
import type { SourceValue } from './artifact.js';
import {
  type Callee,
  embeddedNode,
  type FieldSet,
  type FlowFunction,
  fieldNode,
  followed,
  type GoFlow,
  type Move,
  resultNode,
  type Spot,
} from './go-flow.js';
import type { GoFunction } from './go-functions.js';
import { GoScopes } from './go-scopes.js';
import { closing, partRanges, statementEnd, type Token } from './tokens.js';

const fields = new Set(Object.values(followed).flatMap((each) => [...each]));
/** In one file. */
const MOST_MOVES = 4000;
/** Of one statement. */
const MOST_VALUES = 10;

export interface FlowSource {
  readonly tokens: readonly Token[];
  readonly file: string;
  readonly imports: ReadonlyMap<string, string>;
  /** Tokens at which something is made, and what it is called in the graph. */
  readonly made: ReadonlyMap<number, string>;
  readonly read: (tokens: readonly Token[]) => SourceValue;
}

export function flowOf(source: FlowSource): GoFlow {
  return new FlowReader(source).read();
}

class FlowReader {
  readonly #tokens: readonly Token[];
  readonly #file: string;
  readonly #folder: string;
  readonly #imports: ReadonlyMap<string, string>;
  readonly #made: ReadonlyMap<number, string>;
  readonly #read: FlowSource['read'];
  readonly #scopes: GoScopes;
  readonly #parameters: ReadonlySet<number>;
  readonly #moves: Move[] = [];
  readonly #sets: FieldSet[] = [];

  constructor({ tokens, file, imports, made, read }: FlowSource) {
    this.#tokens = tokens;
    this.#file = file;
    this.#folder = posix.dirname(file);
    this.#imports = imports;
    this.#made = made;
    this.#read = read;
    this.#scopes = new GoScopes(tokens, file, imports);
    this.#parameters = new Set(this.#scopes.functions.map(({ open }) => open));
  }

  read(): GoFlow {
    for (let i = 0; i < this.#tokens.length; i++) {
      const { kind, text } = this.#tokens[i] as Token;
      if (text === '=' || text === ':=') this.#assignment(i);
      else if (text === 'return' && kind === 'word') this.#returned(i);
      else if (text === '(' && kind === 'punctuation') this.#call(i);
      else if (text === '{' && kind === 'punctuation') this.#composite(i);
    }
    // `var srv http.Server`
    for (const [at, made] of this.#made) {
      const name = this.#tokens[at - 1];
      if (name?.kind === 'word' && this.#tokens[at - 2]?.text === 'var')
        this.#move({ node: made }, this.#scopes.named([name.text], at - 1));
    }
    return {
      functions: this.#scopes.functions.map((each) => this.#flowFunction(each)),
      moves: this.#moves,
      sets: this.#sets,
      structs: this.#scopes.structs(),
    };
  }

  #flowFunction(each: GoFunction): FlowFunction {
    const [outer] = this.#scopes.around(each.body[0]);
    return {
      id: this.#scopes.idOf(each),
      name: each.name,
      scope: each.literal && outer !== undefined ? this.#scopes.idOf(outer) : null,
      method: each.receiver !== null,
      params: each.params.map(({ name, type }) =>
        type !== null && type in followed ? this.#scopes.local(each, name) : null,
      ),
    };
  }

  #move(from: Spot | null, to: Spot | null): void {
    if (from !== null && to !== null && this.#moves.length < MOST_MOVES) this.#moves.push({ from, to });
  }

  /** `a, b := f()`, `a.srv = x`, `srv.IdleTimeout = y`, `for _, srv := range list` */
  #assignment(at: number): void {
    const tokens = this.#tokens;
    if (/^[=!<>+\-*/%&|^]$/.test(tokens[at - 1]?.text ?? '') || tokens[at + 1]?.text === '=') return;
    const targets = this.#scopes.targets(at);
    for (const target of targets) {
      const field = target.at(-1) ?? '';
      if (target.length > 1 && fields.has(field))
        this.#set(target.slice(0, -1), field, tokens.slice(at + 1, statementEnd(tokens, at)), at - 1);
    }
    const isRange = tokens[at + 1]?.text === 'range';
    const values = this.#expressions(isRange ? at + 2 : at + 1);
    for (const [index, target] of targets.entries()) {
      const [single] = values;
      const spread = values.length === 1 && targets.length > 1;
      if (isRange && index !== targets.length - 1) continue;
      const from = isRange || !spread ? values[isRange ? 0 : index] : withIndex(single ?? null, index);
      this.#move(from ?? null, this.#scopes.named(target, at - 1));
    }
  }

  #set(of: readonly string[], field: string, value: readonly Token[], at: number): void {
    const spot = this.#scopes.named(of, at);
    const [first = '', second] = of;
    if (spot === null || !('node' in spot) || value.length === 0) return;
    const type = second === undefined ? this.#scopes.typeNamed(first, this.#scopes.around(at)) : null;
    const own = { field, type, of: of.join('.') };
    const read = { ...this.#read(value), line: this.#tokens[at]?.line ?? 1 };
    this.#sets.push({ ...own, node: spot.node, value: read });
    // What it embeds has its fields.
    if (type !== null && !type.includes('.'))
      this.#sets.push({ ...own, node: embeddedNode(this.#folder, type), value: read });
  }

  #returned(at: number): void {
    const innermost = this.#scopes.around(at).at(-1);
    if (innermost === undefined || this.#tokens[at + 1]?.line !== this.#tokens[at]?.line) return;
    const id = this.#scopes.idOf(innermost);
    const values = this.#expressions(at + 1);
    // `return newServer(cfg)` gives all of its results on.
    const [single] = values;
    if (values.length === 1 && single != null && 'call' in single)
      for (const index of [0, 1]) this.#move(withIndex(single, index), { node: resultNode(id, index) });
    else for (const [index, value] of values.entries()) this.#move(value, { node: resultNode(id, index) });
  }

  #call(open: number): void {
    const call = this.#calleeAt(open);
    if (call === null) return;
    const args = partRanges(this.#tokens, open);
    if (call.chain.join('.') === 'append') {
      const list = args[0] === undefined ? null : this.#whole(args[0]);
      for (const each of args.slice(1)) this.#move(this.#whole(each), list);
      return;
    }
    for (const [index, each] of args.entries()) this.#move(this.#whole(each), { call, index });
  }

  /** Null: what stands before the bracket is no name. */
  #calleeAt(open: number): Callee | null {
    const tokens = this.#tokens;
    const line = tokens[open]?.line ?? 1;
    const place = { file: this.#file, line };
    const scope = this.#scopes.scopeAt(open);
    // `go func(srv *http.Server) {…}(srv)`
    if (tokens[open - 1]?.text === '}') {
      const literal = this.#scopes.endingAt(open);
      return literal === undefined
        ? null
        : { chain: [], path: null, scope: this.#scopes.idOf(literal), value: 'a function', ...place };
    }
    const chain = this.#scopes.chainBefore(open);
    if (chain === null || tokens[chain.start - 1]?.text === 'func') return null;
    const [first = ''] = chain.names;
    if (keywords.has(first) || this.#parameters.has(open)) return null;
    // What is before the dot may be a call: a method of who knows what.
    const isMethod = tokens[chain.start - 1]?.text === '.';
    const path = !isMethod && !this.#scopes.isLocal(first, open) ? (this.#imports.get(first) ?? null) : null;
    const names = isMethod ? ['?', ...chain.names] : chain.names;
    return { chain: names, path, scope, value: chain.names.join('.'), ...place };
  }

  /** `&App{srv: x}`: what goes into the fields of a struct. */
  #composite(open: number): void {
    const tokens = this.#tokens;
    const type = tokens[open - 1];
    if (type?.kind !== 'word' || keywords.has(type.text)) return;
    const [, colon] = tokens.slice(open + 1, open + 3);
    if (colon?.text !== ':') return;
    for (const [start, end] of partRanges(tokens, open)) {
      const name = tokens[start];
      if (name?.kind !== 'word' || tokens[start + 1]?.text !== ':' || end < start + 3) continue;
      this.#move(this.#whole([start + 2, end]), { node: fieldNode(this.#folder, type.text, name.text) });
    }
  }

  /** A list of expressions from a token on, as far as they are simple. */
  #expressions(at: number): (Spot | null)[] {
    const values: (Spot | null)[] = [];
    let i = at;
    while (values.length < MOST_VALUES) {
      const { spot, end } = this.#expression(i);
      values.push(spot);
      if (end === null || this.#tokens[end]?.text !== ',') return values;
      i = end + 1;
    }
    return values;
  }

  /** Tokens that are one expression, and nothing else. */
  #whole([start, last]: readonly [number, number]): Spot | null {
    const { spot, end } = this.#expression(start);
    return end === last ? spot : null;
  }

  #expression(at: number): { spot: Spot | null; end: number | null } {
    const tokens = this.#tokens;
    let i = at;
    while (tokens[i]?.text === '&' || tokens[i]?.text === '*') i++;
    // `new(http.Server)`
    const own = tokens[i]?.text === 'new' && tokens[i + 1]?.text === '(' ? i + 2 : i;
    const made = this.#made.get(own);
    if (made !== undefined) return { spot: { node: made }, end: this.#endOfMade(own, i) };
    if (tokens[i]?.kind !== 'word') return { spot: null, end: null };
    const names = [tokens[i]?.text ?? ''];
    let end = i + 1;
    for (;;) {
      if (tokens[end]?.text === '[') end = closing(tokens, end);
      else if (tokens[end]?.text === '.' && tokens[end + 1]?.kind === 'word') {
        names.push(tokens[end + 1]?.text ?? '');
        end += 2;
      } else break;
    }
    const next = tokens[end];
    if (next?.text === '(') {
      const call = this.#calleeAt(end);
      const after = closing(tokens, end);
      const isAll = tokens[after]?.text !== '.' && tokens[after]?.text !== '(';
      return { spot: call !== null && isAll ? { call, index: 0 } : null, end: isAll ? after : null };
    }
    const ends = next === undefined || next.line !== tokens[end - 1]?.line || /^[,;)}{\]]$/.test(next.text);
    if (!ends || keywords.has(names[0] ?? '')) return { spot: null, end: null };
    return { spot: this.#scopes.named(names, at), end };
  }

  /** Behind a literal, a `new(…)` or a `http.DefaultTransport.(*http.Transport).Clone()`. */
  #endOfMade(at: number, start: number): number {
    const tokens = this.#tokens;
    if (at !== start) return at + 4;
    if (tokens[at + 3]?.text === '{' || tokens[at + 3]?.text === '(') return closing(tokens, at + 3);
    let i = at;
    while (tokens[i]?.line === tokens[at]?.line && tokens[i]?.text !== 'Clone') i++;
    return closing(tokens, i + 1);
  }
}

/** Words that stand before a bracket and are no call; and those of Go that set nothing. */
const keywords = new Set([
  ...[
    'if',
    'for',
    'switch',
    'select',
    'return',
    'go',
    'defer',
    'range',
    'case',
    'func',
    'struct',
    'interface',
  ],
  ...['map', 'chan', 'import', 'var', 'const', 'type', 'else', 'nil', 'true', 'false'],
  ...['len', 'cap', 'copy', 'delete', 'panic', 'print', 'println', 'close', 'make', 'min', 'max', 'recover'],
]);

function withIndex(spot: Spot | null, index: number): Spot | null {
  return spot !== null && 'call' in spot ? { ...spot, index } : spot;
}
