import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { renderJson, renderTerminal } from '#zipfire/report/index.js';
import { resultOf } from '../fixtures/result.js';

const plain = { colour: false, width: 80, unicode: true };

describe('faults in the report', () => {
  it('are told with their counts, eight at most', () => {
    const faults = Array.from({ length: 10 }, (_, i) => ({ what: `RST_STREAM ${i}`, count: 2000 - i }));
    const text = renderTerminal(resultOf({ faults }), plain);
    assert.match(text, /\nfaults +2,000 {2}RST_STREAM 0\n +1,999 {2}RST_STREAM 1\n/);
    assert.match(text, /RST_STREAM 7\n +and 2 more\n/);
    assert.doesNotMatch(text, /RST_STREAM 8/);
    assert.doesNotMatch(renderTerminal(resultOf(), plain), /faults/);
  });

  it('are escaped, and cut to the width', () => {
    const text = renderTerminal(
      resultOf({ faults: [{ what: `UNAVAILABLE: \x1b[2J\n${'x'.repeat(500)}`, count: 1 }] }),
      plain,
    );
    assert.ok(!text.includes('\x1b'));
    assert.match(text, /UNAVAILABLE: \\e\[2J\\nxxx/);
    for (const line of text.split('\n')) assert.ok(line.length <= 80, line);
  });

  it('are in the JSON', () => {
    const faults = [{ what: 'GOAWAY', count: 3 }];
    assert.deepEqual(JSON.parse(renderJson(resultOf({ faults }))).faults, faults);
  });
});
