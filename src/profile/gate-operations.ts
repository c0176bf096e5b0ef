import type { Draft } from './draft.js';
import { expandWeighted } from './weighted.js';

/** The operations that gates may name: those of the draft, what their weighted headers make of them, and sequences. */
export function gateOperations({ operations, operationNames, sequences = [] }: Draft): string[] {
  const parts = operations.flatMap(({ operation, weighted = [] }) =>
    expandWeighted(operation, weighted).map(({ name }) => name),
  );
  return [...new Set([...operationNames, ...parts, ...sequences.map(({ name }) => name)])];
}
