import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Log } from './log.js';

describe('log', () => {
  it('is whole lines of JSON, each with its time and what all have in common', () => {
    const taken: string[] = [];
    const log = new Log({ startNs: 1e9, maxChars: 1e6 }, { worker: 3 }, (lines) => taken.push(lines));
    log.write(1e9 + 1_234_567, { event: 'fault', why: 'two\nlines' });
    log.write(1e9 + 2e6, { event: 'closed' });
    assert.deepEqual(taken, []);
    log.flush();
    log.flush();
    assert.deepEqual(taken, [
      '{"ms":1.235,"worker":3,"event":"fault","why":"two\\nlines"}\n{"ms":2,"worker":3,"event":"closed"}\n',
    ]);
  });

  it('ends with a word on it where it would be too long', () => {
    let text = '';
    const log = new Log({ startNs: 0, maxChars: 5000 }, {}, (lines) => {
      text += lines;
    });
    for (let i = 0; i < 10_000; i++) log.write(i, { event: 'call', operation: 'read' });
    log.flush();
    const lines = text.trimEnd().split('\n');
    assert.ok(text.length < 5100);
    assert.equal(JSON.parse(lines.at(-1) ?? '').event, 'log-full');
    assert.ok(lines.slice(0, -1).every((line) => JSON.parse(line).event === 'call'));
  });

  it('hands on in batches what is much', () => {
    let batches = 0;
    const log = new Log({ startNs: 0, maxChars: 1e6 }, {}, () => batches++);
    for (let i = 0; i < 10_000; i++) log.write(i, { event: 'call' });
    assert.ok(batches >= 4);
    log.flush();
  });
});
