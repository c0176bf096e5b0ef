import type { NginxConfig, NginxDirective } from '../../gather/files/index.js';

/** A directive, and the blocks around it from the outermost. */
export interface Nested {
  readonly directive: NginxDirective;
  readonly around: readonly (readonly NginxDirective[])[];
}

/** Every directive of a configuration for HTTP: not those of `mail` and `stream`. */
export function nestedOf({ directives }: NginxConfig): Nested[] {
  const all: Nested[] = [];
  const visit = (block: readonly NginxDirective[], around: readonly (readonly NginxDirective[])[]) => {
    const own = [...around, block];
    for (const directive of block) {
      if (directive.name === 'stream' || directive.name === 'mail') continue;
      all.push({ directive, around: own });
      if (directive.block !== null) visit(directive.block, own);
    }
  };
  visit(directives, []);
  return all;
}

/** The setting that holds at a place: of the nearest block that has it. */
export function inherited(nested: Nested, name: string): readonly NginxDirective[] {
  for (const block of nested.around.toReversed()) {
    const own = block.filter((each) => each.name === name);
    if (own.length > 0) return own;
  }
  return [];
}
