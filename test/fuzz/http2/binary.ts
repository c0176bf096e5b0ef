import type { Dice } from '../http1/mutate.js';

/** Bytes that mean something somewhere in a frame or a header block: bounds of integers, prefixes, flags. */
const telling = [
  ...['00', '01', '7f', '80', 'ff', '0f', '1f', '20', '3f', '40', '82', '88', 'be', 'c0', '8808'],
  ...['ffff', '7fffffff', '80000000', 'ffffffff', '00000000', 'ff8080808000', '3fe11f', '20'],
].map((text) => Buffer.from(text, 'hex'));

function splice(bytes: Buffer, from: number, to: number, by: Buffer): Buffer {
  return Buffer.concat([bytes.subarray(0, from), by, bytes.subarray(to)]);
}

type Mutation = (bytes: Buffer, dice: Dice) => Buffer;

const mutations: readonly Mutation[] = [
  (bytes, dice) => {
    const at = dice.below(bytes.length + 1);
    return splice(bytes, at, at + 1, Buffer.of(dice.below(256)));
  },
  (bytes, dice) => {
    const at = dice.below(bytes.length + 1);
    return splice(bytes, at, at + 1, Buffer.of((bytes[at] ?? 0) ^ (1 << dice.below(8))));
  },
  (bytes, dice) => {
    const at = dice.below(bytes.length + 1);
    return splice(bytes, at, at, dice.pick(telling));
  },
  (bytes, dice) => {
    const at = dice.below(bytes.length + 1);
    const by = dice.pick(telling);
    return splice(bytes, at, at + by.length, by);
  },
  (bytes, dice) => {
    const at = dice.below(bytes.length + 1);
    return splice(bytes, at, at + 1 + dice.below(6), Buffer.alloc(0));
  },
  (bytes, dice) => {
    const from = dice.below(bytes.length + 1);
    return splice(bytes, from, from, bytes.subarray(from, from + 1 + dice.below(20)));
  },
  (bytes, dice) => bytes.subarray(0, dice.below(bytes.length + 1)),
];

/** `bytes` with one thing done to them, whatever they mean. */
export function mutateBytes(bytes: Buffer, dice: Dice): Buffer {
  return dice.pick(mutations)(bytes, dice);
}

/** Offsets that cut so many bytes into at most eight reads. */
export function someCuts(length: number, dice: Dice): number[] {
  const cuts = Array.from({ length: 1 + dice.below(7) }, () => dice.below(length + 1));
  return cuts.sort((a, b) => a - b);
}
