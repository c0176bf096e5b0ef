import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { type Column, cut, flow, labelled, padEnd, padStart, table, textWidth, wrap } from './layout.js';

const red = (text: string) => `\x1b[31m${text}\x1b[39m`;

describe('layout', () => {
  it('measures columns, not characters', () => {
    const rows: readonly (readonly [string, number])[] = [
      ['', 0],
      ['abc', 3],
      ['µs –', 4],
      [red('abc'), 3],
      ['名前', 4],
      ['🚀', 2],
      ['ｱ', 1],
      ['e\u0301', 1],
    ];
    for (const [text, width] of rows) assert.equal(textWidth(text), width, JSON.stringify(text));
  });

  it('pads by columns', () => {
    assert.equal(padEnd('名', 4), '名  ');
    assert.equal(padStart(red('ab'), 4), `  ${red('ab')}`);
    assert.equal(padStart('abcdef', 4), 'abcdef');
  });

  it('cuts what is too long and keeps every colour code', () => {
    assert.equal(cut('abcdef', 6), 'abcdef');
    assert.equal(cut('abcdef', 4), 'abc…');
    assert.equal(cut(`${red('abc')}def`, 4), `${red('abc')}…`);
    assert.equal(cut(red('abcdef'), 4), red('abc…'));
    assert.equal(cut('名前名前', 4), '名…');
    assert.equal(cut('abc', 1), '…');
    assert.equal(cut('abc', 0), '');
  });

  it('never cuts to more than the width', () => {
    const piece = fc.oneof(fc.string({ unit: 'grapheme' }), fc.string().map(red), fc.constant('名前'));
    fc.assert(
      fc.property(fc.array(piece), fc.nat(40), (pieces, width) => {
        const visible = pieces
          .join('')
          .replaceAll('\x1b[', '\u0001')
          .replaceAll('\x1b', '')
          .replaceAll('\u0001', '\x1b[');
        assert.ok(textWidth(cut(visible, width)) <= width);
      }),
    );
  });

  it('flows items and breaks between them', () => {
    assert.deepEqual(flow(['one', 'two', 'three'], 20), ['one · two · three']);
    assert.deepEqual(flow(['one', 'two', 'three'], 10), ['one · two', 'three']);
    assert.deepEqual(flow(['a long item of words', 'two'], 10), ['a long', 'item of', 'words', 'two']);
    assert.deepEqual(flow([], 10), []);
  });

  it('wraps prose, and a word that is too long', () => {
    assert.deepEqual(wrap('to be or not to be', 8), ['to be or', 'not to', 'be']);
    assert.deepEqual(wrap('see http://example.org/abc now', 10), [
      'see',
      'http://exa',
      'mple.org/a',
      'bc now',
    ]);
    assert.deepEqual(wrap('', 10), ['']);
  });

  it('labels the first line only', () => {
    assert.deepEqual(labelled('load', ['a', 'b'], 6), ['load  a', '      b']);
  });

  it('lines up a table and drops its least column first', () => {
    const columns: readonly Column[] = [
      { title: '', align: 'left', rank: 0, cells: ['read', 'w'] },
      { title: 'p50', align: 'right', rank: 1, cells: ['1 ms', red('20 ms')] },
      { title: 'max', align: 'right', rank: 2, cells: ['900 ms'] },
    ];
    assert.deepEqual(table(columns, 80), [
      '        p50     max',
      'read   1 ms  900 ms',
      `w     ${red('20 ms')}`,
    ]);
    assert.deepEqual(table(columns, 18), ['        p50', 'read   1 ms', `w     ${red('20 ms')}`]);
    assert.deepEqual(table(columns, 3), ['', 'read', 'w']);
  });
});
