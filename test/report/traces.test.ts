import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { SlowTrace } from '#zipfire/core/index.js';
import { renderJson, renderTerminal } from '#zipfire/report/index.js';
import { operationOf, resultOf } from '../fixtures/result.js';

const plain = { colour: false, width: 100, unicode: true };
const trace = (us: number, change: Partial<SlowTrace> = {}): SlowTrace => ({
  traceId: `${us}`.padStart(32, '0'),
  us,
  operation: 'read',
  status: 200,
  ...change,
});

describe('traces in the report', () => {
  it('are the slowest three, with where they went when there are several operations', () => {
    const traces = [trace(9000), trace(8000, { status: 0, operation: 'write' }), trace(700), trace(600)];
    const one = renderTerminal(resultOf({ traces }), plain);
    assert.match(
      one,
      /\ntraces +0{28}9000 +9\.00 ms +200\n +0{28}8000 +8\.00 ms +0\n +0{29}700 +700 µs +200\n\n/,
    );
    assert.doesNotMatch(one, /0600 /);
    const operations = [operationOf('read'), operationOf('write')];
    const several = renderTerminal(resultOf({ traces, operations }), plain);
    assert.match(several, /0{28}8000 +8\.00 ms +0 +write\n/);
  });

  it('are not mentioned when nothing was traced', () => {
    assert.doesNotMatch(renderTerminal(resultOf(), plain), /traces/);
  });

  it('let nothing through that acts on a terminal', () => {
    const traces = [trace(1, { traceId: '\x1b[31m', operation: 'a\nb' })];
    const text = renderTerminal(
      resultOf({ traces, operations: [operationOf('a'), operationOf('b')] }),
      plain,
    );
    assert.doesNotMatch(text, /\x1b|a\nb/);
  });

  it('stand in the JSON, and so does what an operation is a part of', () => {
    const operations = [operationOf('read'), { ...operationOf('read[a=b]'), partOf: 'read' }];
    const written = JSON.parse(renderJson(resultOf({ traces: [trace(5)], operations })));
    assert.deepEqual(written.traces, [trace(5)]);
    assert.equal(written.operations[1].partOf, 'read');
    assert.ok(!('partOf' in written.operations[0]));
  });
});
