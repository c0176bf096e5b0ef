import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { validResponse } from './arbitrary.js';
import { corpus } from './corpus.js';
import { type Case, differences } from './differences.js';
import { Dice, mutant } from './mutate.js';
import { askNode } from './oracle.js';
import { readResponse } from './reading.js';
import { fuzzRun, shown } from './run.js';

const { cases, seed } = fuzzRun(2_000);

/** Lets both read it. */
async function compare(wire: Buffer, head: boolean): Promise<Case> {
  const node = await askNode(wire, head);
  return { text: wire.toString('latin1'), head, ours: readResponse(wire, { head }), node };
}

/** Whether they agree: on whole or not, and of a whole response on its status, body and connection. */
function agree({ ours, node }: Case): boolean {
  if (ours.complete !== node.complete) return false;
  if (!ours.complete) return true;
  return (
    ours.status === node.status && ours.bodyBytes === node.bodyBytes && ours.keepAlive === node.keepAlive
  );
}

function told({ text, head, ours, node }: Case): string {
  const request = head ? 'to HEAD' : 'to GET';
  return `${request} ${JSON.stringify(text)}\n  ours: ${JSON.stringify(ours)}\n  node: ${JSON.stringify(node)}`;
}

describe('the parser differs from node on purpose:', () => {
  for (const difference of differences) {
    test(`${difference.rule} (${difference.because})`, async () => {
      const wire = Buffer.from(difference.example, 'latin1');
      const it = await compare(wire, difference.head ?? false);
      if (difference.someVersions && agree(it)) return;
      assert.equal(agree(it), false, `they agree now: ${told(it)}`);
      assert.equal(difference.explains(it), true, told(it));
    });
  }
});

test('valid responses are the same to both', async () => {
  const explained = (it: Case) => differences.some((difference) => difference.explains(it));
  await fc.assert(
    fc.asyncProperty(validResponse, async ({ wire, head }) => {
      const it = await compare(wire, head);
      assert.ok(agree(it) || explained(it), told(it));
    }),
    { numRuns: 300 },
  );
});

test(`${cases} mutated responses are, but for the differences above (seed ${seed})`, async () => {
  const dice = new Dice(seed);
  const counts = { agreed: 0, whole: 0, refused: 0 };
  for (let i = 0; i < cases; i++) {
    const wire = mutant(dice);
    const it = await compare(wire, dice.below(8) === 0);
    const agreed = agree(it);
    assert.ok(
      agreed || differences.some((difference) => difference.explains(it)),
      `case ${i} of seed ${seed}, ${shown(wire)}: ${told(it)}`,
    );
    if (!agreed) continue;
    counts.agreed++;
    if (it.ours.complete) counts.whole++;
    else if (it.ours.error !== null) counts.refused++;
  }
  assert.ok(counts.agreed > cases * 0.9, `they agree on ${counts.agreed}`);
  assert.ok(counts.whole > cases * 0.05 && counts.refused > cases * 0.05, JSON.stringify(counts));
});

test('both take what servers send', async () => {
  const it = await compare(corpus[0]!, false);
  assert.equal(it.ours.complete, true);
  assert.ok(agree(it), told(it));
});
