import { ZipfireError } from '../../core/index.js';
import { dataHole, templateHoles } from '../../request/index.js';
import type { DraftOperation } from '../operation.js';
import type { Problems } from '../problems.js';

/** A column that an operation is filled with, and where: that decides what may be in it. */
export interface ColumnUse {
  readonly feeder: string;
  readonly column: string;
  readonly operation: string;
  readonly place: 'method' | 'path' | 'header' | 'metadata' | 'binary metadata' | 'body';
  /** Name of the header; empty elsewhere. */
  readonly header: string;
}

/** The columns that operations are filled with. Templates that cannot be read are complained about elsewhere. */
export function columnUses(
  operations: readonly DraftOperation[],
  isFeeder: (name: string) => boolean,
): ColumnUse[] {
  return operations.flatMap((draft) =>
    templatesOf(draft).flatMap(({ template, ...where }) =>
      columnsIn(template, isFeeder).map((column) => ({
        ...column,
        ...where,
        operation: draft.operation.name,
      })),
    ),
  );
}

interface PlacedTemplate extends Pick<ColumnUse, 'place' | 'header'> {
  readonly template: string;
}

function templatesOf({ operation, weighted = [] }: DraftOperation): PlacedTemplate[] {
  const { method, path, headers, body, call } = operation;
  const values = [
    ...headers,
    ...weighted.flatMap(({ name, values }) => values.map(([value]) => [name, value] as const)),
  ];
  const lines = values.map(([name, template]): PlacedTemplate => {
    const place = call === undefined ? 'header' : name.endsWith('-bin') ? 'binary metadata' : 'metadata';
    return { template, place, header: name };
  });
  if (call !== undefined) {
    return [
      ...lines,
      ...(call.data.kind === 'json'
        ? [{ template: call.data.text, place: 'body', header: '' } as const]
        : []),
    ];
  }
  return [
    { template: method, place: 'method', header: '' },
    { template: path, place: 'path', header: '' },
    ...lines,
    ...(body?.kind === 'text' ? [{ template: body.template, place: 'body', header: '' } as const] : []),
  ];
}

/** Complains about feeders of flags that the one operation there is has no hole for. */
export function checkFeedsUsed(
  draft: DraftOperation,
  data: Readonly<Record<string, unknown>>,
  problems: Problems,
): void {
  const uses = columnUses([draft], (name) => Object.hasOwn(data, name));
  for (const name of Object.keys(data)) {
    if (uses.some(({ feeder }) => feeder === name)) continue;
    problems.add(['--feed'], `nothing uses {{${name}.…}}`, `write a column where it goes: {{${name}.id}}`);
  }
}

function columnsIn(
  template: string,
  isFeeder: (name: string) => boolean,
): Pick<ColumnUse, 'feeder' | 'column'>[] {
  try {
    return templateHoles(template).flatMap((hole) => {
      const found = dataHole(hole, isFeeder);
      return found === null ? [] : [{ feeder: found.feeder, column: found.column }];
    });
  } catch (error) {
    if (error instanceof ZipfireError) return [];
    throw error;
  }
}
