import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Conversation } from '../../http2/conversation.js';
import { framesOf } from '../../http2/frames.js';
import { Dice } from '../http1/mutate.js';
import { fuzzRun, shown } from '../http1/run.js';
import { someCuts } from './binary.js';
import { mutant } from './transcripts.js';

const { cases, seed } = fuzzRun(10_000);
const SLOTS = 4;
/** So that a session that answers every event with a request comes to an end. */
const MAX_REQUESTS = 40;
const PREFACE = 24;

interface Play {
  /** Every event, then every frame that was written. */
  readonly lines: string[];
  /** How the server's bytes ended: the session failed, or it was still good. */
  readonly failed: boolean;
  readonly written: number;
}

/**
 * A session with a driver that uses its slots again, cancels some and sends on others, as its events have it.
 * Throws when a request does not end exactly once.
 */
function play(wire: Buffer, cuts: readonly number[]): Play {
  const conversation = new Conversation({
    slots: SLOTS,
    streamWindow: 100,
    maxIdleFrames: 30,
    maxStreamId: 61,
  });
  const { log, session } = conversation;
  const busy: boolean[] = new Array(SLOTS).fill(false);
  let requests = 0;
  const start = (slot: number) => {
    if (requests >= MAX_REQUESTS) return;
    const open = requests % 3 === 2;
    if (!session.request(slot, '\x82', requests % 3 === 0 ? null : 'b'.repeat(50), !open)) return;
    requests++;
    busy[slot] = true;
  };
  let events = 0;
  log.react = (line) => {
    events++;
    const [kind = '', word = ''] = line.split(' ');
    const slot = Number(word);
    if (kind === 'early') {
      session.cancel(Number(line.split(' ')[2]));
      busy[Number(line.split(' ')[2])] = false;
    } else if (kind === 'end' || kind === 'reset') {
      assert.ok(busy[slot], `a second end: ${line}`);
      busy[slot] = false;
      start(slot);
    } else if (kind === 'head' && events % 5 === 0) {
      session.cancel(slot);
      busy[slot] = false;
      start(slot);
    } else if (kind === 'head' || kind === 'drain') session.send(slot, 'more', events % 2 === 0);
  };
  for (let slot = 0; slot < SLOTS; slot++) start(slot);
  feedIn(conversation, wire, cuts);
  const failed = session.closed;
  let text = '';
  for (let more = session.takeOutbox(); more !== ''; more = session.takeOutbox()) text += more;
  const frames = framesOf(text.slice(PREFACE));
  session.disconnect('the end');
  assert.deepEqual(busy, new Array(SLOTS).fill(false), 'a request without an end');
  const ids = frames.filter(({ type }) => type === 'headers').map(({ id }) => id);
  assert.deepEqual(
    ids,
    ids.map((_, i) => 2 * i + 1),
  );
  return { lines: [...log.lines, ...frames.map((one) => JSON.stringify(one))], failed, written: text.length };
}

/** Each piece goes into the same buffer, over the one before. */
function feedIn(conversation: Conversation, wire: Buffer, cuts: readonly number[]): void {
  const shared = Buffer.alloc(wire.length);
  let from = 0;
  for (const cut of [...cuts, wire.length]) {
    shared.fill(0xee);
    wire.copy(shared, 0, from, cut);
    conversation.session.feed(shared, 0, cut - from);
    from = cut;
  }
}

test(`${cases} mutated servers: no throw, every request ends once, the same however cut (seed ${seed})`, () => {
  const outcomes = { failed: 0, good: 0 };
  const dice = new Dice(seed);
  for (let i = 0; i < cases; i++) {
    const wire = mutant(dice);
    const cuts = someCuts(wire.length, dice);
    const bytewise = Array.from({ length: wire.length }, (_, at) => at);
    try {
      const whole = play(wire, []);
      assert.deepEqual(play(wire, cuts), whole);
      assert.deepEqual(play(wire, bytewise), whole);
      // The beginning, what the requests are, and at most an answer to each frame.
      assert.ok(
        whole.written <= 200 + MAX_REQUESTS * 200 + wire.length * 2,
        `${whole.written} bytes written`,
      );
      if (whole.failed) outcomes.failed++;
      else outcomes.good++;
    } catch (cause) {
      throw new Error(`case ${i} of seed ${seed}: ${shown(wire)}, cuts ${cuts}`, { cause });
    }
  }
  for (const [outcome, count] of Object.entries(outcomes)) assert.ok(count > cases / 20, outcome);
});
