import { posix } from 'node:path';
import { fieldNode, followed, type Spot } from './go-flow.js';
import { type GoFunction, signaturesOf } from './go-functions.js';
import { closing, type Token } from './tokens.js';

/** Functions within functions; those further in are taken for a part of the ones around them. */
const MOST_NESTED = 20;
/** Before one sign of assignment. */
const MOST_TARGETS = 10;
/** Of one name with what is behind its dots and in its brackets. */
const MOST_TOKENS = 200;

/** What names stand for in a Go file: which variable, which field, and of what type where that is written. */
export class GoScopes {
  readonly functions: readonly GoFunction[];
  readonly #tokens: readonly Token[];
  readonly #file: string;
  readonly #folder: string;
  readonly #imports: ReadonlyMap<string, string>;
  readonly #indices: ReadonlyMap<GoFunction, number>;
  readonly #byEnd: ReadonlyMap<number, GoFunction>;
  /** By token, the function around it; by function, the one around that; −1: none. */
  readonly #innermost: Int32Array;
  readonly #outer: Int32Array;
  readonly #locals = new Map<GoFunction, Map<string, string | null>>();

  constructor(tokens: readonly Token[], file: string, imports: ReadonlyMap<string, string>) {
    this.#tokens = tokens;
    this.#file = file;
    this.#folder = posix.dirname(file);
    this.#imports = imports;
    this.functions = signaturesOf(tokens, (type) => this.typeOf(type));
    this.#indices = new Map(this.functions.map((each, index) => [each, index]));
    this.#byEnd = new Map(this.functions.map((each) => [each.body[1], each]));
    this.#innermost = new Int32Array(tokens.length).fill(-1);
    this.#outer = new Int32Array(this.functions.length).fill(-1);
    const open: number[] = [];
    for (const [index, { body }] of this.functions.entries()) {
      while (open.length > 0 && (this.functions[open.at(-1) ?? 0]?.body[1] ?? 0) <= body[0]) open.pop();
      this.#outer[index] = open.at(-1) ?? -1;
      if (open.length >= MOST_NESTED) continue;
      open.push(index);
      this.#innermost.fill(index, body[0], body[1]);
    }
  }

  /** The functions around a token, the outermost first; none outside of all. */
  around(at: number): readonly GoFunction[] {
    const functions: GoFunction[] = [];
    for (let i = this.#innermost[at] ?? -1; i >= 0; i = this.#outer[i] ?? -1) {
      const each = this.functions[i];
      if (each !== undefined) functions.unshift(each);
    }
    return functions;
  }

  endingAt(end: number): GoFunction | undefined {
    return this.#byEnd.get(end);
  }

  /** The node of a variable, or of a field of what is before the last dot. */
  named(chain: readonly string[], at: number): Spot | null {
    const [first = '', ...rest] = chain;
    if (first === '_' || chain.length === 0 || chain.length > 6) return null;
    const functions = this.around(at);
    const [outer] = functions;
    const last = rest.at(-1);
    if (last !== undefined) {
      if (this.#imports.has(first) && !this.isLocal(first, at))
        return rest.length === 1 ? { node: `g:${this.#imports.get(first)}#${last}` } : null;
      const owner = rest.length === 1 ? this.typeNamed(first, functions) : null;
      return { node: fieldNode(this.#folder, owner, last) };
    }
    const holder =
      functions.findLast(({ params }) => params.some(({ name }) => name === first)) ??
      (outer !== undefined && this.#localsOf(outer).has(first) ? outer : undefined);
    return holder === undefined
      ? { node: `g:${this.#folder}#${first}` }
      : { node: this.local(holder, first) };
  }

  isLocal(name: string, at: number): boolean {
    const functions = this.around(at);
    const [outer] = functions;
    return (
      functions.some(({ params, receiver }) => [receiver, ...params].some((each) => each?.name === name)) ||
      (outer !== undefined && this.#localsOf(outer).has(name))
    );
  }

  /** The type of a name where a function says it: of its receiver, a parameter, or what is made there. */
  typeNamed(name: string, functions: readonly GoFunction[]): string | null {
    for (const { params, receiver } of functions.toReversed()) {
      const own = [receiver, ...params].find((each) => each?.name === name);
      if (own != null) return own.type;
    }
    const [outer] = functions;
    return outer === undefined ? null : (this.#localsOf(outer).get(name) ?? null);
  }

  /** What a function declares, with the type where that is written: `a := &App{`, `var a App`. */
  #localsOf(outer: GoFunction): ReadonlyMap<string, string | null> {
    const known = this.#locals.get(outer);
    if (known !== undefined) return known;
    const locals = new Map<string, string | null>();
    this.#locals.set(outer, locals);
    const tokens = this.#tokens;
    for (let i = outer.body[0]; i < outer.body[1]; i++) {
      const { text, kind } = tokens[i] as Token;
      if (text === ':=' && kind === 'punctuation')
        for (const [target = ''] of this.targets(i)) locals.set(target, this.#typeMadeAt(i + 1));
      const name = tokens[i + 1];
      if (text === 'var' && kind === 'word' && name?.kind === 'word') {
        const line = name.line;
        let end = i + 2;
        while (tokens[end]?.line === line && tokens[end]?.text !== '=') end++;
        locals.set(name.text, this.typeOf(tokens.slice(i + 2, end)));
      }
    }
    return locals;
  }

  #typeMadeAt(at: number): string | null {
    const tokens = this.#tokens;
    let i = tokens[at]?.text === '&' ? at + 1 : at;
    if (tokens[i]?.text === 'new' && tokens[i + 1]?.text === '(') i += 2;
    const start = i;
    while (tokens[i]?.kind === 'word' && tokens[i + 1]?.text === '.') i += 2;
    if (tokens[i]?.kind !== 'word' || !/^[{)]$/.test(tokens[i + 1]?.text ?? '')) return null;
    return this.typeOf(tokens.slice(start, i + 1));
  }

  /** `*http.Server`, `...*App`, `[]*http.Server`: of what it is, whatever holds it. */
  typeOf(type: readonly Token[]): string | null {
    const own = type.filter(({ text }) => !/^[*.[\]]$/.test(text));
    const [first, second] = own;
    if (own.some(({ kind }) => kind !== 'word') || first === undefined || own.length > 2) return null;
    if (second === undefined) return first.text;
    const path = this.#imports.get(first.text);
    const name = path === 'net/http' ? 'http' : path === 'net/http/httputil' ? 'httputil' : first.text;
    return `${name}.${second.text}`;
  }

  scopeAt(at: number): string {
    const [outer] = this.around(at);
    return outer === undefined ? '' : this.idOf(outer);
  }

  idOf(each: GoFunction): string {
    return `${this.#file}#${this.#indices.get(each)}`;
  }

  local(holder: GoFunction, name: string): string {
    return `l:${this.idOf(holder)}#${name}`;
  }

  /** The names before a sign of assignment, each as a chain. */
  targets(at: number): string[][] {
    const tokens = this.#tokens;
    const targets: string[][] = [];
    let end = at;
    while (targets.length < MOST_TARGETS) {
      const chain = this.chainBefore(end);
      if (chain === null) return targets;
      targets.unshift(chain.names);
      if (tokens[chain.start - 1]?.text !== ',') return targets;
      end = chain.start - 1;
    }
    return targets;
  }

  /** The chain that ends before a token: `s.server`, `servers[i]`. */
  chainBefore(end: number): { names: string[]; start: number } | null {
    const tokens = this.#tokens;
    const names: string[] = [];
    let i = end - 1;
    const least = Math.max(0, end - MOST_TOKENS);
    while (i >= least) {
      while (tokens[i]?.text === ']') {
        let depth = 0;
        for (; i >= least; i--) {
          if (tokens[i]?.text === ']') depth++;
          if (tokens[i]?.text === '[' && --depth === 0) break;
        }
        i--;
      }
      if (tokens[i]?.kind !== 'word') return null;
      names.unshift(tokens[i]?.text ?? '');
      if (tokens[i - 1]?.text !== '.') return { names, start: i };
      i -= 2;
    }
    return null;
  }

  structs(): Record<string, Record<string, string | null>> {
    const structs: Record<string, Record<string, string | null>> = {};
    const tokens = this.#tokens;
    for (let i = 1; i < tokens.length - 1; i++) {
      if (tokens[i]?.text !== 'struct' || tokens[i + 1]?.text !== '{' || tokens[i - 1]?.kind !== 'word')
        continue;
      const own: Record<string, string | null> = {};
      const end = closing(tokens, i + 1);
      for (let k = i + 2; k < end - 1; ) {
        const line = tokens[k]?.line;
        let next = k;
        while (next < end - 1 && tokens[next]?.line === line)
          next = /^[{([]$/.test(tokens[next]?.text ?? '') ? closing(tokens, next) : next + 1;
        const type = tokens.slice(k, next).filter(({ kind }) => kind !== 'string');
        this.#field(own, type);
        k = Math.max(next, k + 1);
      }
      structs[tokens[i - 1]?.text ?? ''] = own;
    }
    return structs;
  }

  /** `srv, admin *http.Server`, or an embedded one. */
  #field(own: Record<string, string | null>, line: readonly Token[]): void {
    const isEmbedded = line[0]?.text === '*' || line.length === 1 || line[1]?.text === '.';
    const type = this.typeOf(
      isEmbedded ? line : line.slice(line.findLastIndex(({ text }) => text === ',') + 2),
    );
    const known = type !== null && type in followed ? type : null;
    if (isEmbedded) own[line.at(-1)?.text ?? ''] = known;
    else
      for (const [i, { kind, text }] of line.entries())
        if (kind === 'word' && (i === 0 || line[i - 1]?.text === ',')) own[text] = known;
  }
}
