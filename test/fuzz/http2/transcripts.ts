import {
  data,
  END_HEADERS,
  END_STREAM,
  frame,
  goaway,
  headers,
  PADDED,
  ping,
  rst,
  settings,
  settingsAck,
  Type,
  windowUpdate,
} from '../../http2/frames.js';
import type { Dice } from '../http1/mutate.js';
import { mutateBytes } from './binary.js';

const ok = { ':status': '200', server: 'test', 'content-type': 'text/plain' };

/** What servers say to requests on streams 1, 3, 5 and 7, frame by frame. */
const corpus: readonly (readonly Buffer[])[] = [
  [
    settings({ 3: 100, 4: 20 }),
    settingsAck,
    headers(1, ok),
    data(1, 'abc'),
    headers(3, { ...ok, 'content-length': '6' }),
    data(3, 'def'),
    data(3, 'ghi', END_STREAM),
    data(1, '', END_STREAM),
    windowUpdate(5, 100),
    windowUpdate(0, 100),
    headers(5, ok, END_STREAM),
    rst(7, 7),
  ],
  [
    settings({ 1: 0, 5: 20_000 }),
    windowUpdate(0, 1_000_000),
    headers(1, { ':status': '103' }),
    headers(1, ok),
    data(1, '\x03abc\0\0\0', PADDED),
    headers(1, { 'grpc-status': '0', 'grpc-message': 'fine' }, END_STREAM),
    settingsAck,
    ping('12345678'),
    settings({ 3: 2, 4: 0 }),
    settings({ 4: 100_000 }),
    frame(Type.headers, END_STREAM, 3, '\0\x07:sta'),
    frame(Type.continuation, 0, 3, ''),
    frame(Type.continuation, END_HEADERS, 3, 'tus\x03204'),
    headers(5, { ':status': '304', 'content-length': '7' }, END_STREAM),
  ],
  [
    settings({ 3: 1 }),
    frame(Type.headers, END_HEADERS, 1, '\x88\x40\x01a\x01b\x7f\x00\x03xyz'),
    frame(Type.headers, END_HEADERS | END_STREAM, 1, '\xbe\xbf'),
    frame(Type.priority, 0, 3, '\0\0\0\x01\x10'),
    frame(0x42, 7, 9, 'of a type to come'),
    headers(3, ok, END_STREAM),
    goaway(5, 0, 'maintenance'),
    headers(5, ok),
    data(5, 'x'.repeat(60), END_STREAM),
    goaway(0, 11, 'now'),
  ],
];

type FrameMutation = (frames: Buffer[], dice: Dice) => void;

function change(frames: Buffer[], dice: Dice, edit: (one: Buffer) => Buffer): void {
  const at = dice.below(frames.length);
  frames[at] = edit(Buffer.from(frames[at] ?? Buffer.alloc(9)));
}

/** Changes of whole frames: these get past the parser, and at the rules for streams. */
const frameMutations: readonly FrameMutation[] = [
  (frames, dice) => {
    frames.splice(dice.below(frames.length + 1), 0, dice.pick(dice.pick(corpus)));
  },
  (frames, dice) => {
    if (frames.length > 1) frames.splice(dice.below(frames.length), 1);
  },
  (frames, dice) => {
    const [one] = frames.splice(dice.below(frames.length), 1);
    if (one !== undefined) frames.splice(dice.below(frames.length + 1), 0, one);
  },
  (frames, dice) =>
    change(frames, dice, (one) => {
      one.writeUInt8(dice.below(11), 3);
      return one;
    }),
  (frames, dice) =>
    change(frames, dice, (one) => {
      one.writeUInt8(dice.pick([0, 1, 4, 5, 8, 9, 12, 13, 0x20, 0x24, 0x2d, 0xff]), 4);
      return one;
    }),
  (frames, dice) =>
    change(frames, dice, (one) => {
      one.writeUInt32BE(dice.pick([0, 1, 2, 3, 5, 7, 9, 11, 99, 0x7fff_ffff]), 5);
      return one;
    }),
  // Another payload with its length put right.
  (frames, dice) =>
    change(frames, dice, (one) => {
      const mutated = Buffer.concat([one.subarray(0, 9), mutateBytes(one.subarray(9), dice)]);
      mutated.writeUIntBE(mutated.length - 9, 0, 3);
      return mutated;
    }),
];

/** What a server says, with one to four things done to it; at times to bytes without regard to frames. */
export function mutant(dice: Dice): Buffer {
  const frames = [...dice.pick(corpus)];
  for (let count = 1 + dice.below(4); count > 0; count--) dice.pick(frameMutations)(frames, dice);
  const bytes = Buffer.concat(frames);
  return dice.below(4) === 0 ? mutateBytes(bytes, dice) : bytes;
}
