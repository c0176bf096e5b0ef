import { type Document, isAlias, isMap, isNode, isScalar, isSeq, LineCounter, parseAllDocuments } from 'yaml';
import type { Place, Sited } from './place.js';

/** What a document may hold; a file of more is not written by people. */
const MOST_DOCUMENTS = 2000;
const MOST_MERGES = 4;
/** With what aliases stand for; a manifest of more is a trap. */
const MOST_VALUES = 50_000;

/** A place in a YAML document: looked into without knowing what is there. */
export class YamlView {
  readonly #node: unknown;
  readonly #targets: Targets;
  readonly #lines: LineCounter;
  readonly #place: Place;
  readonly #firstLine: number;

  /** @param firstLine of the text, where it stands inside another file */
  constructor(node: unknown, targets: Targets, lines: LineCounter, place: Place, firstLine: number) {
    this.#targets = targets;
    this.#firstLine = firstLine;
    this.#lines = lines;
    // What an alias stands for is read where it is written, and told where it is used.
    this.#node = isAlias(node) ? targets.get(node) : node;
    const start = isNode(node) ? node.range?.[0] : undefined;
    this.#place = start === undefined ? place : this.#placeAt(place.file, start);
  }

  get place(): Place {
    return this.#place;
  }

  /** A scalar as text; null for anything else, and for null. */
  get text(): string | null {
    if (!isScalar(this.#node)) return null;
    const { value, source } = this.#node;
    if (value === null || value === undefined) return null;
    return typeof value === 'string' ? value : (source ?? String(value));
  }

  get sited(): Sited<string> | null {
    const { text } = this;
    return text === null ? null : { value: text, ...this.#place };
  }

  /** The line of the first character of a block of text, which stands below its `|`. */
  get firstLine(): number {
    const block = isScalar(this.#node) && /^BLOCK/.test(this.#node.type ?? '');
    return this.#place.line + (block ? 1 : 0);
  }

  get isMap(): boolean {
    return isMap(this.#node);
  }

  get isList(): boolean {
    return isSeq(this.#node);
  }

  /** What is under these names; empty where nothing is. */
  at(...path: readonly string[]): YamlView {
    let view: YamlView = this;
    for (const name of path) view = view.#step(name);
    return view;
  }

  /** The members of a map, and of those that it takes in with `<<`. */
  entries(depth = 0): [string, YamlView][] {
    // A map may take in itself.
    if (!isMap(this.#node) || depth > MOST_MERGES) return [];
    const own: [string, YamlView][] = [];
    const inherited: [string, YamlView][] = [];
    for (const { key, value } of this.#node.items) {
      const name = isScalar(key) ? String(key.value) : String(key);
      const view = this.#view(value, key);
      if (name !== '<<') own.push([name, view]);
      else for (const each of view.isList ? view.items() : [view]) inherited.push(...each.entries(depth + 1));
    }
    return [...new Map([...inherited, ...own])];
  }

  items(): YamlView[] {
    return isSeq(this.#node) ? this.#node.items.map((item) => this.#view(item)) : [];
  }

  #step(name: string): YamlView {
    return this.entries().find(([key]) => key === name)?.[1] ?? this.#view(undefined);
  }

  /** @param key where the place is told when the value has none */
  #view(node: unknown, key?: unknown): YamlView {
    const start = isNode(key) ? key.range?.[0] : undefined;
    const place = start === undefined ? this.#place : this.#placeAt(this.#place.file, start);
    return new YamlView(node ?? undefined, this.#targets, this.#lines, place, this.#firstLine);
  }

  #placeAt(file: string, offset: number): Place {
    return { file, line: this.#lines.linePos(offset).line + this.#firstLine - 1 };
  }
}

export interface YamlFile {
  readonly documents: readonly YamlView[];
  /** What is wrong, with its place; the documents that are right are read all the same. */
  readonly problems: readonly Sited<string>[];
}

/** Every document of a file. JSON is YAML, too. */
export function readYaml(text: string, file: string, firstLine = 1): YamlFile {
  const lines = new LineCounter();
  const parsed = parseAllDocuments(text, { lineCounter: lines, keepSourceTokens: false, logLevel: 'silent' });
  const all = [...parsed].slice(0, MOST_DOCUMENTS) as Document.Parsed[];
  const problems: Sited<string>[] = [];
  const documents: YamlView[] = [];
  for (const document of all) {
    const [error] = document.errors;
    if (error !== undefined) {
      const line = lines.linePos(error.pos[0]).line + firstLine - 1;
      // The place is told beside it.
      const [said = ''] = error.message.split('\n');
      const value = /call stack/.test(said) ? 'nested too deeply' : said;
      problems.push({ value: value.replace(/ at line \d+, column \d+:?$/, ''), file, line });
      continue;
    }
    const { targets, values } = aliasesOf(document.contents);
    if (targets.size === 0 || values <= MOST_VALUES)
      documents.push(new YamlView(document.contents, targets, lines, { file, line: 1 }, firstLine));
    else
      problems.push({
        value: `its aliases make more than ${MOST_VALUES} values of it`,
        file,
        line: firstLine,
      });
  }
  return { documents, problems };
}

/** What each alias stands for. */
type Targets = ReadonlyMap<unknown, unknown>;

/**
 * What aliases stand for, looked up once, and how many values there are when each is what it stands for: a few lines
 * can make billions of them.
 */
function aliasesOf(contents: unknown): { readonly targets: Targets; readonly values: number } {
  const targets = new Map<unknown, unknown>();
  const anchors = new Map<string, { readonly node: unknown; size: number }>();
  const sizeOf = (node: unknown): number => {
    if (isAlias(node)) {
      const anchor = anchors.get(node.source);
      targets.set(node, anchor?.node);
      return anchor?.size ?? 1;
    }
    if (!isScalar(node) && !isMap(node) && !isSeq(node)) return 1;
    // One that is inside of what it stands for counts for one.
    const anchor = { node, size: 1 };
    if (node.anchor !== undefined) anchors.set(node.anchor, anchor);
    if (isMap(node)) for (const { key, value } of node.items) anchor.size += sizeOf(key) + sizeOf(value);
    if (isSeq(node)) for (const item of node.items) anchor.size += sizeOf(item);
    return anchor.size;
  };
  return { values: sizeOf(contents), targets };
}
