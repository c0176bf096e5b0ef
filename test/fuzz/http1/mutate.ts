import { corpus } from './corpus.js';

/** Numbers from a seed, so that a failing case can be had again. */
export class Dice {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** A whole number in [0, n). */
  below(n: number): number {
    // Weyl sequence through the finalizer of MurmurHash3: plenty for choosing mutations.
    this.#state = (this.#state + 0x9e3779b9) >>> 0;
    let x = this.#state;
    x = Math.imul(x ^ (x >>> 16), 0x85ebca6b);
    x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
    return ((x ^ (x >>> 16)) >>> 0) % n;
  }

  pick<T>(from: readonly T[]): T {
    return from[this.below(from.length)]!; // no list here is empty
  }
}

/** Bytes that mean something somewhere in a response. */
const dictionary = [
  ...[
    '\r\n',
    '\r\n\r\n',
    '\r',
    '\n',
    '\0',
    ' ',
    '\t',
    ',',
    ':',
    ';',
    '"',
    '=',
    '0',
    '1',
    '9',
    'f',
    '-',
    '\x7f',
    '\xff',
  ],
  ...[
    '\r\n ',
    '\r\n\t',
    'HTTP/1.1 ',
    'HTTP/1.0 ',
    ' 200',
    ' 204 ',
    'HTTP/1.1 100\r\n\r\n',
    'HTTP/1.1 101 S\r\n\r\n',
  ],
  ...[
    'Content-Length: 3\r\n',
    'Content-Length: 4\r\n',
    'Content-Length:',
    'Transfer-Encoding: chunked\r\n',
    'chunked',
  ],
  ...[
    'Transfer-Encoding: identity\r\n',
    'Connection: close\r\n',
    'Connection: keep-alive\r\n',
    'close',
    'keep-alive',
  ],
  ...[
    '0\r\n\r\n',
    '3\r\nabc\r\n',
    'ffffffff',
    'ffffffffffffffff',
    '00000000000000000',
    '9007199254740993',
    ';a=b',
  ],
].map((text) => Buffer.from(text, 'latin1'));

type Mutation = (bytes: Buffer, dice: Dice) => Buffer;

/** Replaces bytes[from,to). */
function splice(bytes: Buffer, from: number, to: number, by: Buffer): Buffer {
  return Buffer.concat([bytes.subarray(0, from), by, bytes.subarray(to)]);
}

function span(bytes: Buffer, dice: Dice, longest: number): [from: number, to: number] {
  const from = dice.below(bytes.length + 1);
  return [from, Math.min(bytes.length, from + 1 + dice.below(longest))];
}

const mutations: readonly Mutation[] = [
  (bytes, dice) => {
    const [from, to] = span(bytes, dice, 1);
    return splice(bytes, from, to, Buffer.of(dice.below(256)));
  },
  (bytes, dice) => {
    const [from, to] = span(bytes, dice, 1);
    return splice(bytes, from, to, Buffer.of((bytes[from] ?? 0) ^ (1 << dice.below(8))));
  },
  (bytes, dice) => {
    const [from] = span(bytes, dice, 1);
    return splice(bytes, from, from, dice.pick(dictionary));
  },
  (bytes, dice) => {
    const [from, to] = span(bytes, dice, 4);
    return splice(bytes, from, to, dice.pick(dictionary));
  },
  (bytes, dice) => {
    const [from, to] = span(bytes, dice, 12);
    return splice(bytes, from, to, Buffer.alloc(0));
  },
  (bytes, dice) => {
    const [from, to] = span(bytes, dice, 30);
    return splice(bytes, from, from, bytes.subarray(from, to));
  },
  (bytes, dice) => bytes.subarray(0, dice.below(bytes.length + 1)),
  (bytes, dice) => {
    const other = dice.pick(corpus);
    const from = dice.below(bytes.length + 1);
    return Buffer.concat([bytes.subarray(0, from), other.subarray(dice.below(other.length))]);
  },
];

/** A response of the corpus with one to four things done to it. */
export function mutant(dice: Dice): Buffer {
  let bytes = dice.pick(corpus);
  for (let count = 1 + dice.below(4); count > 0; count--) bytes = dice.pick(mutations)(bytes, dice);
  return bytes;
}
