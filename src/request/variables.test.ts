import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { assertFollows } from '../core/chi-square.test.kit.js';
import { parseTemplate } from './template.js';
import { createVariable, type ValueSource } from './variables.js';

const context = { seed: 7, worker: 3, numbers: { user: (hit: number) => hit * 1000 } };

function variable(template: string): ValueSource {
  const [hole] = parseTemplate(template);
  if (hole === undefined || typeof hole === 'string') return assert.fail(template);
  return createVariable(hole, context) ?? assert.fail(`${template} is none`);
}

function counts(template: string, values: readonly string[]): number[] {
  const source = variable(template);
  const seen = values.map(() => 0);
  for (let hit = 0; hit < 20_000; hit++) {
    const index = values.indexOf(source(hit));
    assert.ok(index >= 0, source(hit));
    (seen[index] as number)++;
  }
  return seen;
}

describe('variables', () => {
  it('choose: each as likely', () => {
    assertFollows(counts('{{choose a b c}}', ['a', 'b', 'c']), [1 / 3, 1 / 3, 1 / 3], 'choose');
  });

  it('weighted: by weight, the last colon counts', () => {
    const seen = counts('{{weighted prod:90 a:b:9 canary:1}}', ['prod', 'a:b', 'canary']);
    assertFollows(seen, [0.9, 0.09, 0.01], 'weighted');
  });

  it('choose and weighted have bytes', () => {
    assert.equal(Buffer.from(variable('{{choose ü}}')(0), 'latin1').toString('utf8'), 'ü');
    assert.equal(Buffer.from(variable('{{weighted ü:1}}')(0), 'latin1').toString('utf8'), 'ü');
  });

  it('sequence: the hit from a start on', () => {
    assert.equal(variable('{{sequence}}')(0), '1');
    assert.equal(variable('{{sequence 1000}}')(5), '1005');
  });

  it('hex and int64: the number of a key or of the hit', () => {
    assert.equal(variable('{{hex user 16}}')(3), '0000000000000bb8');
    assert.equal(variable('{{hex hit 2}}')(4096), '1000');
    fc.assert(
      fc.property(fc.maxSafeNat(), (hit) => {
        assert.equal(BigInt(`0x${variable('{{hex hit 16}}')(hit)}`), BigInt(hit));
        const bytes = Buffer.from(variable('{{int64 hit}}')(hit), 'latin1');
        assert.equal(bytes.length, 8);
        assert.equal(bytes.readBigInt64BE(), BigInt(hit));
      }),
    );
  });

  it('randomBase64: so many bytes, others for each hit, the same for a seed', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 100 }), fc.nat(), (size, hit) => {
        const text = variable(`{{randomBase64 ${size}}}`)(hit);
        assert.equal(Buffer.from(text, 'base64').length, size);
        assert.equal(Buffer.from(text, 'base64').toString('base64'), text);
        assert.equal(variable(`{{randomBase64 ${size}}}`)(hit), text);
      }),
    );
    assert.notEqual(variable('{{randomBase64 8}}')(0), variable('{{randomBase64 8}}')(1));
  });

  const offsets: [offset: string, seconds: number][] = [
    ['+60s', 60],
    ['-5m', -300],
    ['+1h30m', 5400],
    ['', 0],
  ];
  for (const [offset, seconds] of offsets) {
    it(`times have offsets: ${offset || 'none'}`, () => {
      const least = Math.floor(Date.now() / 1000) + seconds;
      const unix = Number(variable(`{{timestampUnix ${offset}}}`)(0));
      const milli = Number(variable(`{{timestampUnixMilli ${offset}}}`)(0)) / 1000;
      const nano = Number(variable(`{{timestampUnixNano ${offset}}}`)(0)) / 1e9;
      const iso = Date.parse(variable(`{{timestamp ${offset}}}`)(0)) / 1000;
      const most = Date.now() / 1000 + seconds;
      // The performance clock, which nanoseconds come from, may drift from that of the day.
      for (const time of [unix, milli, iso]) assert.ok(time >= least && time <= most, `${time}`);
      assert.ok(Math.abs(nano - milli) < 30, `${nano} and ${milli}`);
    });
  }

  const refused: [template: string, message: RegExp][] = [
    ['{{choose}}', /takes 1 or more argument/],
    ['{{weighted a}}', /expected value:weight, such as canary:10, got "a"/],
    ['{{weighted :1}}', /expected value:weight/],
    ['{{weighted a:-1}}', /expected value:weight/],
    ['{{weighted a:0 b:0}}', /the weights sum to nothing/],
    ['{{timestampUnix 60}}', /expected an offset such as \+60s or -5m, got "60"/],
    ['{{timestampUnix +soon}}', /expected an offset/],
    ['{{timestamp +1s +1s}}', /takes 0 to 1 argument/],
    ['{{sequence -1}}', /start must be an integer/],
    ['{{hex usr 16}}', /"usr" names no keys; known here: user, hit/],
    ['{{hex constructor 16}}', /names no keys/],
    ['{{hex user 17}}', /digits must be an integer in \[1, 16\]/],
    ['{{int64}}', /takes 1 argument/],
    ['{{randomBase64 0}}', /bytes must be an integer/],
  ];
  for (const [template, message] of refused) {
    it(`refuse ${template}`, () => assert.throws(() => variable(template), message));
  }
});
