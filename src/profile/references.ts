import { suggestion, usageError } from '../core/index.js';
import type { ValuedAxis } from './matrix-axes.js';
import type { Path } from './problems.js';
import { scalarText } from './schema-parts.js';

/** What `${matrix.NAME}` stands for while a file is read. */
export interface References {
  /** @param path of the value that refers to it @throws ZipfireError `usage` */
  valueOf(name: string, path: Path): unknown;
  /** The same within a text. @throws ZipfireError `usage` for a value that is no single one */
  textOf(name: string, path: Path): string;
}

/** Of files that cannot have a matrix. */
export const noReferences: References = { valueOf: refuse, textOf: refuse };

function refuse(name: string): never {
  throw usageError(`there is no matrix for \${matrix.${name}}`, 'write $${ for a literal ${');
}

/** Notes what a file refers to, before it is known whether it has a matrix. */
export class NotedReferences implements References {
  readonly found: { readonly name: string; readonly path: Path }[] = [];

  valueOf(name: string, path: Path): null {
    this.found.push({ name, path });
    return null;
  }

  textOf(name: string, path: Path): string {
    this.valueOf(name, path);
    return '';
  }
}

/** The values of one cell. */
export class CellReferences implements References {
  readonly #axes: readonly ValuedAxis[];
  readonly #at: readonly number[];

  constructor(axes: readonly ValuedAxis[], at: readonly number[]) {
    this.#axes = axes;
    this.#at = at;
  }

  valueOf(name: string): unknown {
    const index = this.#axes.findIndex((axis) => axis.name === name);
    const axis = this.#axes[index];
    if (axis !== undefined) return axis.values[this.#at[index] as number];
    const names = this.#axes.map((each) => each.name);
    throw usageError(`the matrix has no axis "${name}"; ${suggestion(name, names)}`);
  }

  textOf(name: string): string {
    const value = this.valueOf(name);
    if (typeof value === 'object') {
      throw usageError(
        `\${matrix.${name}} is not a single value here`,
        'let it stand by itself, in place of a whole part',
      );
    }
    return scalarText(value);
  }
}
