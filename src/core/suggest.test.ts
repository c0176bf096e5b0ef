import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { closest, suggestion } from './suggest.js';

const names = ['y', 'connections', 'connectTimeout', 'workers', 'rate', 'p99', 'p90'];

describe('closest', () => {
  const cases: [string, string | undefined][] = [
    ['conections', 'connections'],
    ['connectoins', 'connections'],
    ['CONNECTIONS', 'connections'],
    ['connecttimeout', 'connectTimeout'],
    ['wrokers', 'workers'],
    ['rat', 'rate'],
    ['p98', 'p99'],
    ['threads', undefined],
    ['', undefined],
    ['x', undefined],
    ['x'.repeat(10_000), undefined],
  ];
  for (const [name, expected] of cases) {
    it(`of "${name.slice(0, 20)}" is ${expected}`, () => assert.equal(closest(name, names), expected));
  }

  it('finds a name with any one edit, in names of three letters and more', () => {
    const word = fc.stringMatching(/^[a-z]{3,12}$/);
    fc.assert(
      fc.property(word, fc.nat(), fc.stringMatching(/^[a-z]$/), (name, at, letter) => {
        const place = at % name.length;
        const substituted = name.slice(0, place) + letter + name.slice(place + 1);
        const inserted = name.slice(0, place) + letter + name.slice(place);
        const deleted = name.slice(0, place) + name.slice(place + 1);
        for (const mistyped of [substituted, inserted, deleted])
          assert.equal(closest(mistyped, [name]), name);
      }),
    );
  });
});

describe('suggestion', () => {
  it('asks for the near name', () => {
    assert.equal(suggestion('conections', names), 'did you mean "connections"?');
  });
  it('lists the names when none is near', () => {
    assert.equal(suggestion('threads', ['a', 'b']), 'known here: a, b');
  });
});
