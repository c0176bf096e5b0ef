import { type Alias, type Document, isAlias, isMap, isScalar, isSeq, type Node, type YAMLMap } from 'yaml';
import { escapeText, usageError } from '../core/index.js';
import { interpolate } from './interpolate.js';
import type { Places } from './places.js';
import type { Path, Problems } from './problems.js';
import type { References } from './references.js';

/** A profile has tens of names and a depth of five. */
export const MAX_DEPTH = 64;
const MAX_VALUES = 50_000;
/** A value that is an axis of the matrix, whatever that is: a text, or a whole part. */
const wholeAxis = /^\$\{matrix\.([A-Za-z_][\w-]*)\}$/;

/** Turns nodes into plain data, filling in the environment and noting the places. */
export class YamlReader {
  readonly #document: Document.Parsed;
  readonly #env: Readonly<Record<string, string | undefined>>;
  readonly #places: Places;
  readonly #problems: Problems;
  readonly #secrets: string[];
  readonly #references: References;
  /** Maps and lists that are being read. */
  readonly #open = new Set<Node>();
  #values = 0;

  constructor(
    document: Document.Parsed,
    env: Readonly<Record<string, string | undefined>>,
    places: Places,
    problems: Problems,
    secrets: string[],
    references: References,
  ) {
    this.#document = document;
    this.#env = env;
    this.#places = places;
    this.#problems = problems;
    this.#secrets = secrets;
    this.#references = references;
  }

  /** @throws ZipfireError `usage` when there are too many values; lesser faults become problems */
  read(node: unknown, path: Path, depth: number): unknown {
    if (++this.#values > MAX_VALUES)
      throw usageError(`aliases make more than ${MAX_VALUES} values of this file`);
    if (depth > MAX_DEPTH) throw usageError(`nested deeper than ${MAX_DEPTH} levels`);
    if (isAlias(node)) {
      this.#note(node, path);
      return this.#alias(node, path, depth);
    }
    if (isScalar(node)) {
      this.#note(node, path);
      return this.#scalar(node.value, path);
    }
    if (isSeq(node)) {
      this.#note(node, path);
      this.#open.add(node);
      const items = node.items.map((item, index) => this.read(item, [...path, index], depth + 1));
      this.#open.delete(node);
      return items;
    }
    if (isMap(node)) {
      this.#note(node, path);
      this.#open.add(node);
      const map = this.#map(node, path, depth);
      this.#open.delete(node);
      return map;
    }
    return null;
  }

  #alias(alias: Alias, path: Path, depth: number): unknown {
    const anchored = alias.resolve(this.#document);
    if (anchored === undefined || this.#open.has(anchored)) {
      const name = escapeText(alias.source);
      const what =
        anchored === undefined ? `there is no &${name} before` : `*${name} stands for what it is in`;
      this.#problems.add(path, what);
      return null;
    }
    return this.read(anchored, path, depth + 1);
  }

  #scalar(value: unknown, path: Path): unknown {
    if (typeof value === 'string') {
      if (!value.includes('${')) return value;
      const axis = wholeAxis.exec(value)?.[1];
      if (axis !== undefined) return this.#problems.attempt(path, () => this.#axis(axis, path)) ?? null;
      const filled = this.#problems.attempt(path, () =>
        interpolate(value, this.#env, (name) => this.#references.textOf(name, path)),
      );
      this.#secrets.push(...(filled?.secrets ?? []));
      return filled?.text ?? null;
    }
    if (typeof value === 'number' || typeof value === 'boolean' || value === null) return value;
    this.#problems.add(path, 'expected a text, a number or a boolean; leave the tag out');
    return null;
  }

  #axis(name: string, path: Path): unknown {
    const value = this.#references.valueOf(name, path);
    this.#values += countOf(value);
    if (this.#values > MAX_VALUES) throw usageError(`axes make more than ${MAX_VALUES} values of this file`);
    return value;
  }

  #map(map: YAMLMap, path: Path, depth: number): Record<string, unknown> {
    const object: Record<string, unknown> = {};
    for (const { key, value } of map.items) {
      const name = isScalar(key) && key.value !== null ? String(key.value) : '?';
      const at = [...path, name];
      if (name === '?' || name === '__proto__') {
        this.#places.setName(at, offsetOf(key));
        this.#problems.add(at, 'expected a name, of letters and digits', undefined, 'name');
        continue;
      }
      if (Object.hasOwn(object, name)) {
        this.#places.setName(at, offsetOf(key));
        this.#problems.add(at, 'given twice', 'remove one of them', 'name');
        continue;
      }
      this.#places.setName(at, offsetOf(key));
      object[name] = this.read(value, at, depth + 1);
    }
    return object;
  }

  #note(node: Node, path: Path): void {
    this.#places.setValue(path, offsetOf(node));
  }
}

function offsetOf(node: unknown): number {
  const range = isScalar(node) || isMap(node) || isSeq(node) || isAlias(node) ? node.range : null;
  return range?.[0] ?? 0;
}

/** Values in a value that was read before, itself included. */
function countOf(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 1;
  return Object.values(value).reduce<number>((sum, inner) => sum + countOf(inner), 1);
}
