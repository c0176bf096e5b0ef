import { posix } from 'node:path';
import type { GoModule, GoSource, Made, SourceValue } from './artifact.js';
import {
  type Callee,
  embeddedNode,
  type FieldSet,
  type FlowFunction,
  followed,
  type GoFlow,
  type Move,
  resultNode,
  type Spot,
} from './go-flow.js';
import type { Sited } from './place.js';

/** Functions of others that take a server or a transport and set no times of it. */
const settingNothing: readonly RegExp[] = [
  /^golang\.org\/x\/net\/http2\.Configure/,
  /^github\.com\/prometheus\/exporter-toolkit\/web\./,
  /^github\.com\/facebookgo\/grace\/gracehttp\./,
  /^google\.golang\.org\/grpc[./]/,
  /^golang\.org\/x\/(?:net\/netutil|sync\/)/,
  // These take an http.RoundTripper, whose fields nobody sees.
  /\.(?:Instrument|Wrap|New)\w*(?:RoundTrip|Transport)\w*$|\.WithTransport$|\.RoundTripper\w*$/,
];
const MOST_STEPS = 24;
/** Nodes that are looked at for one thing made. */
const MOST_VISITS = 5000;
/** A field that is called as its type is what a struct embeds. */
const embeddable = new Set(['Server', 'Transport', 'Client', 'ReverseProxy']);
/** What a variable is called that may be one, where its type is not seen. */
const likely: Readonly<Record<string, RegExp>> = {
  'http.Server': /srv|server/i,
  'http.Transport': /transport|^tr$/i,
};

/** What sets the fields of something, wherever it goes. */
interface Settled {
  readonly fields: ReadonlyMap<string, SourceValue>;
  /** The first place that it goes to where nobody knows what is set. */
  readonly elsewhere: Sited<string> | null;
}
const NOTHING: Settled = { fields: new Map(), elsewhere: null };

export interface Flowing {
  readonly source: GoSource;
  readonly flow: GoFlow;
  /** Names of all of its functions and methods. */
  readonly declared: ReadonlySet<string>;
  /** The node of each thing made, in the order of `made`. */
  readonly nodes: readonly string[];
}

/** Sources with the fields that functions of other places set filled in, each with the place at which it is set. */
export function withSettings(files: readonly Flowing[], modules: readonly GoModule[]): GoSource[] {
  const graph = new Graph(files, modules);
  const settled = files.map(({ source, nodes }) => ({
    ...source,
    made: source.made.map((made, i) => graph.settle(made, nodes[i] ?? '')),
  }));
  return settled.map((source) => ({ ...source, made: source.made.map((made) => graph.doubt(made)) }));
}

class Graph {
  readonly #moves = new Map<string, Move[]>();
  /** Results of calls, by the file that calls. */
  readonly #results = new Map<string, Spot[]>();
  readonly #sets = new Map<string, FieldSet[]>();
  readonly #fieldOwners = new Map<string, Set<string>>();
  readonly #functions = new Map<string, (FlowFunction & { readonly folder: string })[]>();
  readonly #byId = new Map<string, FlowFunction>();
  readonly #declared = new Map<string, Set<string>>();
  readonly #structs = new Map<string, Readonly<Record<string, string | null>>>();
  readonly #folders: (path: string) => string | null;
  #visits = 0;
  /** Nodes that something made was seen to reach. */
  readonly #reached = new Set<string>();

  constructor(files: readonly Flowing[], modules: readonly GoModule[]) {
    this.#folders = foldersOf(files, modules);
    for (const { source, declared, flow } of files) {
      const folder = posix.dirname(source.file);
      const own = this.#declared.get(folder) ?? new Set();
      for (const each of declared) own.add(each);
      this.#declared.set(folder, own);
      for (const each of flow.functions) {
        this.#byId.set(each.id, each);
        add(this.#functions, each.name ?? '', { ...each, folder });
      }
      for (const [name, fields] of Object.entries(flow.structs))
        this.#structs.set(`${folder}#${name}`, fields);
    }
    const flows = files.map(({ flow }) => flow);
    for (const { sets } of flows)
      for (const set of sets) {
        add(this.#sets, this.#own(set.node), set);
        this.#owned(set.node);
      }
    for (const { moves } of flows) for (const move of moves) this.#connect(move);
  }

  #connect(move: Move): void {
    if ('node' in move.to) this.#owned(move.to.node);
    if ('node' in move.from) {
      this.#owned(move.from.node);
      add(this.#moves, this.#own(move.from.node), move);
      return;
    }
    const { call, index } = move.from;
    const functions = this.#called(call);
    for (const each of Array.isArray(functions) ? functions : [])
      add(this.#results, resultNode(each.id, index), move.to);
  }

  settle(made: Made, node: string): Made {
    const type = typeOf(made);
    const asked = followed[type];
    if (asked === undefined) return made;
    this.#visits = 0;
    const { fields, elsewhere } = this.#reach(node, 0, new Set());
    const found = [...fields].filter(([name, value]) => {
      const old = made.fields[name];
      return asked.has(name) && (old === undefined || (old.number === 0 && value.number !== 0));
    });
    // What a client is given to may wrap its transport; it does not make another.
    const told = type === 'http.Server' || type === 'http.Transport' ? elsewhere : null;
    return {
      ...made,
      fields: { ...made.fields, ...Object.fromEntries(found) },
      ...(told === null ? {} : { elsewhere: told }),
    };
  }

  /**
   * What sets a field in the same package, of something that nothing made was seen to become: it may be this one.
   */
  doubt(made: Made): Made {
    const type = typeOf(made);
    const name = likely[type];
    if (name === undefined || made.elsewhere !== undefined) return made;
    const folder = posix.dirname(made.file);
    for (const [node, sets] of this.#sets) {
      if (this.#reached.has(node) || node.startsWith('e:')) continue;
      for (const { field, value, type: own, of } of sets) {
        if (made.fields[field] !== undefined || posix.dirname(value.file) !== folder) continue;
        if (!(followed[type]?.has(field) ?? false)) continue;
        const known = own ?? this.#fieldType(node);
        if (known === type || (known === undefined && name.test(of.split('.').at(-1) ?? '')))
          return { ...made, elsewhere: { value: `${of}.${field}`, file: value.file, line: value.line } };
      }
    }
    return made;
  }

  /** The type of a field of a struct that was read; null: another than those followed; undefined: not known. */
  #fieldType(node: string): string | null | undefined {
    const [, folder, owner, name] = /^f:(.*)#([^#]*)#(\w+)$/s.exec(node) ?? [];
    return this.#structs.get(`${folder}#${owner}`)?.[name ?? ''];
  }

  #reach(node: string, step: number, path: ReadonlySet<string>): Settled {
    if (step > MOST_STEPS || path.has(node) || ++this.#visits > MOST_VISITS) return NOTHING;
    const next = new Set([...path, node]);
    const parts: Settled[] = this.#same(node).flatMap((each) => {
      this.#reached.add(each);
      return [
        {
          fields: new Map((this.#sets.get(each) ?? []).map(({ field, value }) => [field, value])),
          elsewhere: null,
        },
        ...(this.#moves.get(each) ?? []).map(({ to }) => this.#follow(to, step, next)),
      ];
    });
    const callers = (this.#results.get(node) ?? []).map((to) => this.#follow(to, step, next));
    return all([...parts, ...(callers.length > 0 ? [each(callers)] : [])]);
  }

  #follow(to: Spot, step: number, path: ReadonlySet<string>): Settled {
    if ('node' in to) return this.#reach(this.#own(to.node), step + 1, path);
    const functions = this.#called(to.call);
    if (functions === 'nothing') return NOTHING;
    if (functions === 'unknown')
      return {
        fields: new Map(),
        elsewhere: { value: to.call.value, file: to.call.file, line: to.call.line },
      };
    const outcomes = functions.map(({ params }) => {
      const node = params[Math.min(to.index, params.length - 1)];
      return node == null ? NOTHING : this.#reach(node, step + 1, path);
    });
    const settled = each(outcomes);
    // Which of several methods of the name is meant nobody knows.
    const differ = outcomes.some(({ fields }) => fields.size > settled.fields.size);
    return differ && settled.elsewhere === null
      ? { ...settled, elsewhere: { value: to.call.value, file: to.call.file, line: to.call.line } }
      : settled;
  }

  /** The functions that a call may mean. `nothing`: one that sets nothing; `unknown`: one that was not read. */
  #called(call: Callee): readonly FlowFunction[] | 'nothing' | 'unknown' {
    const { chain, path, scope, file } = call;
    const own = posix.dirname(file);
    const name = chain.at(-1) ?? '';
    if (chain.length === 0) {
      const literal = this.#byId.get(scope);
      return literal === undefined ? 'unknown' : [literal];
    }
    const named = this.#functions.get(name) ?? [];
    if (path !== null && chain.length === 2) {
      const folder = this.#folders(path);
      if (folder === null) return isHarmless(path, name) ? 'nothing' : 'unknown';
      const found = named.filter((each) => each.folder === folder && !each.method && each.scope === null);
      if (found.length > 0) return found;
      return this.#declared.get(folder)?.has(name) === true ? 'nothing' : 'unknown';
    }
    if (chain.length === 1) {
      const local = named.filter((each) => each.scope === scope && scope !== '');
      if (local.length > 0) return local;
      const found = named.filter((each) => each.folder === own && !each.method && each.scope === null);
      if (found.length > 0) return found;
      return this.#declared.get(own)?.has(name) === true ? 'nothing' : 'unknown';
    }
    const methods = named.filter(({ method }) => method);
    const near = methods.filter(({ folder }) => folder === own);
    if (near.length > 0) return near;
    if (methods.length > 0) return methods;
    return [...this.#declared.values()].some((names) => names.has(name)) ? 'nothing' : 'unknown';
  }

  /** A variable of another package is where that is. */
  #own(node: string): string {
    const [, path = '', name = ''] = /^g:(.*)#(\w+)$/s.exec(node) ?? [];
    const folder = path === '' || this.#declared.has(path) ? null : this.#folders(path);
    return folder === null ? node : `g:${folder}#${name}`;
  }

  #owned(node: string): void {
    const [, folder, owner, name] = /^f:(.*)#([^#]*)#(\w+)$/s.exec(node) ?? [];
    if (owner === undefined) return;
    const key = `${folder}#${name}`;
    this.#fieldOwners.set(key, (this.#fieldOwners.get(key) ?? new Set()).add(owner));
  }

  /** The same field, where its struct is not named; and what embeds it. */
  #same(node: string): string[] {
    const [, folder, owner, name] = /^f:(.*)#([^#]*)#(\w+)$/s.exec(node) ?? [];
    if (folder === undefined || owner === undefined) return [node];
    const owners = [...(this.#fieldOwners.get(`${folder}#${name}`) ?? [])];
    const embeds = owner !== '?' && embeddable.has(name ?? '') ? [embeddedNode(folder, owner)] : [];
    return [
      node,
      ...embeds,
      ...owners
        .filter((other) => other !== owner && (other === '?' || owner === '?'))
        .map((other) => `f:${folder}#${other}#${name}`),
    ];
  }
}

function typeOf({ type }: Made): string {
  return type === 'http.DefaultTransport.Clone' ? 'http.Transport' : type;
}

/** All of it happens. */
function all(parts: readonly Settled[]): Settled {
  return {
    fields: new Map(parts.flatMap(({ fields }) => [...fields])),
    elsewhere: parts.find(({ elsewhere }) => elsewhere !== null)?.elsewhere ?? null,
  };
}

/** One of them happens: what counts is what each of them sets. */
function each(ways: readonly Settled[]): Settled {
  const [first = NOTHING, ...rest] = ways;
  return {
    fields: new Map([...first.fields].filter(([name]) => rest.every(({ fields }) => fields.has(name)))),
    elsewhere: ways.find(({ elsewhere }) => elsewhere !== null)?.elsewhere ?? null,
  };
}

/** Packages of the standard library have no dot in their first part; what they take they leave as it is. */
function isHarmless(path: string, name: string): boolean {
  return !/^[^/]*\./.test(path) || settingNothing.some((each) => each.test(`${path}.${name}`));
}

/** The folder of a package among the files, by its import; null: it is not among them. */
function foldersOf(files: readonly Flowing[], modules: readonly GoModule[]): (path: string) => string | null {
  const folders = new Set(files.map(({ source }) => posix.dirname(source.file)));
  const known = new Map<string, string | null>();
  const find = (path: string): string | null => {
    for (const { module, file } of modules) {
      if (module === '' || (path !== module && !path.startsWith(`${module}/`))) continue;
      const folder = posix.join(posix.dirname(file), path.slice(module.length + 1));
      if (folders.has(folder)) return folder;
    }
    if (modules.length > 0) return null;
    const like = [...folders].filter(
      (folder) => folder !== '.' && `/${path}`.endsWith(`/${posix.basename(folder)}`),
    );
    return like.length === 1 ? (like[0] ?? null) : null;
  };
  return (path) => {
    const old = known.get(path);
    if (old !== undefined) return old;
    const folder = find(path);
    known.set(path, folder);
    return folder;
  };
}

function add<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else list.push(value);
}
