import { escapeText, type PlanOperation, usageError } from '../core/index.js';
import { type Header, sameName } from './headers.js';
import type { HeaderValues, WeightedValue } from './schema-headers.js';
import { looksSecret } from './secret-names.js';

/** A header of which each request has one of several values, in shares of the weights. */
export interface WeightedHeader {
  readonly name: string;
  readonly values: readonly WeightedValue[];
}

/** The headers of an operation as they were read: those that are fixed, and those with weights. */
export function splitHeaders(given: Readonly<Record<string, HeaderValues>>): {
  readonly headers: Header[];
  readonly weighted: WeightedHeader[];
} {
  const headers: Header[] = [];
  const weighted: WeightedHeader[] = [];
  for (const [name, values] of Object.entries(given)) {
    if ('weights' in values) weighted.push({ name, values: values.weights });
    else for (const value of values) headers.push([name, value]);
  }
  return { headers, weighted };
}

/**
 * An operation with weighted headers as the operations that it is made of, one for each combination of values:
 * `read[x-env=prod]`, `read[x-env=canary]`. So every figure, gate and report has each of them, and nothing is drawn
 * for a request but which operation it is.
 */
export function expandWeighted(
  operation: PlanOperation,
  weighted: readonly WeightedHeader[],
): PlanOperation[] {
  if (weighted.length === 0) return [operation];
  let parts: PlanOperation[] = [{ ...operation, partOf: operation.name, share: 1 }];
  for (const { name, values } of weighted) {
    const total = values.reduce((sum, [, weight]) => sum + weight, 0);
    parts = parts.flatMap((part) =>
      values.map(([value, weight]) => ({
        ...part,
        name: `${part.name}[${name}=${value}]`,
        weight: (part.weight * weight) / total,
        share: ((part.share ?? 1) * weight) / total,
        headers: [...part.headers, [name, value] as const],
      })),
    );
  }
  return parts;
}

/** How many operations an operation becomes. */
export function countOfParts(weighted: readonly WeightedHeader[]): number {
  return weighted.reduce((count, { values }) => count * values.length, 1);
}

/** Refuses what could not be told apart, or not be named in a gate. @throws ZipfireError `usage` */
export function checkWeighted({ name, values }: WeightedHeader, secrets: readonly string[]): void {
  if (sameName(name, 'host')) throw usageError('the Host header has one value for a whole run');
  const isSecret = ([value]: WeightedValue) => secrets.some((secret) => value.includes(secret));
  if (looksSecret(name) || values.some(isSecret)) {
    const hint = 'give one value, or take it from data: "{{users.token}}"';
    throw usageError('a secret may not have weights: reports name its values', hint);
  }
  for (const [value] of values) {
    if (/^[^[\]\0-\x1f\x7f]{1,64}$/.test(value)) continue;
    const shown = escapeText(value, { maxLength: 60 });
    throw usageError(
      `expected a value of 1 to 64 characters without [ and ], read "${shown}"`,
      'a value with a weight names an operation',
    );
  }
  if (!(values.reduce((sum, [, weight]) => sum + weight, 0) > 0))
    throw usageError('the weights sum to nothing');
}
