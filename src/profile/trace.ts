import type { Draft } from './draft.js';
import { sameName } from './headers.js';
import type { Problems } from './problems.js';

const TRACEPARENT = 'traceparent';

/** A traced request has one traceparent, and a run that traces makes it. */
export function checkTrace({ settings, operations }: Draft, problems: Problems): void {
  if (settings.traceShare === undefined) return;
  for (const { operation, weighted = [] } of operations) {
    const names = [...operation.headers.map(([name]) => name), ...weighted.map(({ name }) => name)];
    const own = names.find((name) => sameName(name, TRACEPARENT));
    if (own === undefined) continue;
    const part = operation.call === undefined ? 'headers' : 'metadata';
    problems.add(
      ['operations', operation.name, part, own],
      'requests are traced, and that sets it',
      'leave the header out, or --trace',
      'name',
    );
  }
}
