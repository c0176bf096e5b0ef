import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Words } from './words.js';

const words = new Words(['close', 'closed', 'chunked']);

function recognise(text: string): number {
  let mask = words.all;
  for (let i = 0; i < text.length; i++) mask = words.next(mask, i, text.charCodeAt(i));
  return words.ended(mask, text.length);
}

test('a known word is recognised in any letter case', () => {
  assert.equal(recognise('close'), words.bit('close'));
  assert.equal(recognise('CLOSE'), words.bit('close'));
  assert.equal(recognise('cLoSeD'), words.bit('closed'));
  assert.equal(recognise('Chunked'), words.bit('chunked'));
});

test('anything else is not', () => {
  const others = [
    '',
    'c',
    'clos',
    'closee',
    'closedd',
    'xclose',
    'chunke',
    'chunkedx',
    'c\x0cose',
    'clo\xf3e',
  ];
  for (const text of [...others, 'close'.repeat(100)]) {
    assert.equal(recognise(text), 0, text);
  }
});

test('a byte that differs from a letter in the case bit alone does not stand for it', () => {
  const hyphenated = new Words(['keep-alive']);
  let mask = hyphenated.all;
  for (const [i, char] of [...'keep\ralive'].entries()) mask = hyphenated.next(mask, i, char.charCodeAt(0));
  assert.equal(hyphenated.ended(mask, 10), 0);
});
