import { escapeText, usageError } from '../core/index.js';
import type { PlanContext } from './context.js';
import type { Draft } from './draft.js';
import { hasCalls } from './grpc/protocol.js';
import type { Problems } from './problems.js';

const MAX_SCRIPT_BYTES = 2 ** 20;

/** Whether this Node runs TypeScript by itself: 22.18 and later do, unless they are told not to. */
const stripsTypes = Boolean(Reflect.get(process.features, 'typescript'));

/** A script is a module that this Node can load, for a run of HTTP requests. */
export function checkScript(draft: Draft, context: PlanContext, problems: Problems): void {
  const { script } = draft.settings;
  if (script === undefined) return;
  problems.attempt(['script'], () => {
    checkLanguage(script, stripsTypes);
    context.readFile(script, MAX_SCRIPT_BYTES);
    if (hasCalls(draft)) throw usageError('a script makes HTTP requests, and these are gRPC calls');
  });
}

/** @throws ZipfireError `usage` */
export function checkLanguage(path: string, typescript: boolean): void {
  if (/\.lua$/i.test(path)) {
    throw usageError(
      "wrk's Lua scripts are not run",
      'write a profile (zipfire init shows one), or a script in JavaScript',
    );
  }
  if (!/\.(?:[cm]?js|[cm]?ts)$/.test(path)) {
    throw usageError(`expected a script that ends in .mjs, .js or .ts, read "${escapeText(path)}"`);
  }
  if (/\.[cm]?ts$/.test(path) && !typescript) {
    throw usageError(
      `Node ${process.versions.node} does not run TypeScript`,
      'use Node 22.18 or later, or write it as .mjs with the types in comments',
    );
  }
}
