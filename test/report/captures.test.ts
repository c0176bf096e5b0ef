import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { renderTerminal } from '#zipfire/report/index.js';
import { resultOf } from '../fixtures/result.js';

const plain = { colour: false, width: 80, unicode: true };
const capture = (name: string, missed = 0, refused = 0) => ({
  operation: 'read',
  name,
  captured: 1998,
  missed,
  refused,
});

describe('captures in the report', () => {
  it('are shown by name, with what was not found', () => {
    const text = renderTerminal(resultOf({ captures: [capture('version'), capture('id', 2, 1)] }), plain);
    assert.match(
      text,
      /\ncaptures +version of read: 1,998 captured\n +id of read: 1,998 captured · 2 missed · 1 refused\n/,
    );
  });

  it('are not mentioned where nothing is captured', () => {
    assert.doesNotMatch(renderTerminal(resultOf(), plain), /captures/);
    assert.doesNotMatch(renderTerminal(resultOf({ captures: [] }), plain), /captures/);
  });

  it('are counted beyond the twentieth', () => {
    const captures = Array.from({ length: 23 }, (_, index) => capture(`value${index}`));
    const text = renderTerminal(resultOf({ captures }), plain);
    assert.match(text, /value19 of read.*\n +and 3 more\n/);
    assert.doesNotMatch(text, /value20/);
  });

  it('let nothing through that acts on a terminal', () => {
    const text = renderTerminal(resultOf({ captures: [capture('\x1b[31m\n')] }), plain);
    assert.doesNotMatch(text, /\x1b|\[31m\n/);
  });
});
