import type { Cursor } from './cursor.js';

/**
 * Ranges of numbers: `1, 5 to 9, 100 to max`. Both ends belong to a range.
 * @param max the largest number, which `max` stands for
 */
export function readRanges(
  cursor: Cursor,
  min: number,
  max: number,
  add: (start: number, end: number) => void,
): void {
  do {
    const start = cursor.integer('a number', min, max);
    let end = start;
    if (cursor.take('to')) end = cursor.take('max') ? max : cursor.integer('a number', start, max);
    add(start, end);
  } while (cursor.take(','));
}

/** What may not be used (again), after the word `reserved`: ranges, or names with quotes or without. */
export function readReserved(
  cursor: Cursor,
  min: number,
  max: number,
  names: string[],
  addRange: (start: number, end: number) => void,
): void {
  if (cursor.atKind('string') || cursor.atKind('word')) {
    do names.push(cursor.atKind('string') ? cursor.string('a name') : cursor.word('a name'));
    while (cursor.take(','));
  } else {
    readRanges(cursor, min, max, addRange);
  }
  cursor.expect(';');
}
