import assert from 'node:assert/strict';
import { test } from 'node:test';
import { evaluatePreconditions, type Precondition, type Representation } from './preconditions.js';

const written: Representation = { etag: '"v1"', isWritten: true };
const generated: Representation = { etag: '"g"', isWritten: false };
const absent: Representation = { etag: null, isWritten: false };

/** RFC 9110 sections 13.1.1 and 13.1.2, row by row. */
test('If-Match and If-None-Match', () => {
  type Row = [
    Representation,
    { match?: string; noneMatch?: string },
    read: Precondition,
    write: Precondition,
  ];
  const table: Row[] = [
    [written, {}, 'proceed', 'proceed'],
    [written, { match: '"v1"' }, 'proceed', 'proceed'],
    [written, { match: '"v0", "v1"' }, 'proceed', 'proceed'],
    [written, { match: '"v0"' }, 'failed', 'failed'],
    [written, { match: 'W/"v1"' }, 'failed', 'failed'],
    [written, { match: '*' }, 'proceed', 'proceed'],
    [written, { match: 'v1' }, 'failed', 'failed'],
    [written, { noneMatch: '"v1"' }, 'not-modified', 'failed'],
    [written, { noneMatch: 'W/"v1"' }, 'not-modified', 'failed'],
    [written, { noneMatch: '"v0", W/"v1"' }, 'not-modified', 'failed'],
    [written, { noneMatch: '"v0"' }, 'proceed', 'proceed'],
    [written, { noneMatch: '*' }, 'not-modified', 'failed'],
    [written, { match: '"v0"', noneMatch: '"v1"' }, 'failed', 'failed'],
    [absent, { match: '*' }, 'failed', 'failed'],
    [absent, { match: '"v1"' }, 'failed', 'failed'],
    [absent, { noneMatch: '*' }, 'proceed', 'proceed'],
    [generated, { match: '"g"' }, 'proceed', 'proceed'],
    [generated, { match: '*' }, 'failed', 'failed'],
    [generated, { noneMatch: '"g"' }, 'not-modified', 'failed'],
    [generated, { noneMatch: '*' }, 'not-modified', 'proceed'],
  ];
  for (const [current, { match, noneMatch }, read, write] of table) {
    const headers = {
      ...(match === undefined ? {} : { 'if-match': match }),
      ...(noneMatch === undefined ? {} : { 'if-none-match': noneMatch }),
    };
    const what = `${JSON.stringify(current)} ${JSON.stringify(headers)}`;
    assert.equal(evaluatePreconditions(headers, current, true), read, `read ${what}`);
    assert.equal(evaluatePreconditions(headers, current, false), write, `write ${what}`);
  }
});
