import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { type Replay, ZipfireError } from '../core/index.js';
import { HitsReader } from './hits-file.js';
import { hitsWithin, replayPacer } from './pacer.js';
import { readReplayLog } from './read-log.js';

const folder = mkdtempSync(join(tmpdir(), 'zipfire-replay-test-'));
after(() => rmSync(folder, { recursive: true }));

const asLogged: Replay = {
  file: 'access.log',
  format: 'auto',
  fields: {},
  speed: 1,
  methods: ['GET', 'HEAD', 'POST'],
  loop: false,
  log: null,
};

async function* chunksOf(text: string, bytes: number): AsyncGenerator<Buffer> {
  const all = Buffer.from(text);
  for (let at = 0; at < all.length; at += bytes) yield all.subarray(at, at + bytes);
}

/** What a log becomes: its summary, and each hit as `ms METHOD values`. */
async function replayed(lines: readonly string[], given: Partial<Replay> = {}) {
  const replay = { ...asLogged, ...given };
  const log = await readReplayLog(replay, chunksOf(lines.join('\n'), 7), folder);
  const reader = new HitsReader(log.path, log.resolutionMs);
  const hits = Array.from({ length: log.hits }, (_, hit) => {
    reader.seek(hit);
    const shape = log.shapes[reader.shape];
    const count = 1 + (shape?.headers.length ?? 0) + (shape?.hasBody ? 1 : 0);
    const values = reader.values.slice(0, count).join(' ');
    return `${Math.round(reader.timeMs)} ${replay.methods[shape?.operation ?? -1]} ${values}`;
  });
  return { log, hits, reader, replay };
}

const line = (second: number, request: string) =>
  `10.0.0.1 - - [10/Oct/2023:13:55:${String(second).padStart(2, '0')} +0000] "${request}" 200 5`;

describe('readReplayLog', () => {
  it('spreads the requests of a second evenly over it, in the order of the log', async () => {
    const log = [line(10, 'GET /a HTTP/1.1'), line(10, 'GET /b HTTP/1.1'), line(12, 'HEAD /c HTTP/1.0')];
    const { hits, log: read, reader } = await replayed([...log, '']);
    assert.deepEqual(hits, ['0 GET /a', '500 GET /b', '2000 HEAD /c']);
    assert.equal(read.spanMs, 3000);
    assert.equal(read.about, 'common log format');
    reader.close();
  });

  it('sorts by time, and counts what it leaves out with the first line of each', async () => {
    const { hits, log, reader } = await replayed(
      [
        line(12, 'GET /late HTTP/1.1'),
        'garbage',
        line(11, 'GET /early HTTP/1.1'),
        line(11, 'DELETE /x HTTP/1.1'),
        line(11, 'OPTIONS * HTTP/1.1'),
        line(11, 'DELETE /y HTTP/1.1'),
        line(11, '\\x16\\x03\\x01'),
        line(11, 'GET * HTTP/1.1'),
        line(12, 'GET /last HTTP/1.1'),
      ],
      { methods: ['GET'] },
    );
    assert.deepEqual(hits, ['0 GET /early', '1000 GET /late', '1500 GET /last']);
    assert.deepEqual(log.leftOut, [
      { reason: 'no request', lines: 2, firstLine: 2 },
      { reason: 'method DELETE', lines: 2, firstLine: 4 },
      { reason: 'method OPTIONS', lines: 1, firstLine: 5 },
      { reason: 'no path', lines: 1, firstLine: 8 },
    ]);
    reader.close();
  });

  it('takes quotes and bytes back that servers escape', async () => {
    const { hits, reader } = await replayed([
      line(1, 'GET /a\\"b\\xc3\\xa4 c HTTP/1.1'),
      line(1, 'GET /plain HTTP/1.1'),
    ]);
    assert.deepEqual(hits, ['0 GET /a%22b%c3%a4%20c', '500 GET /plain']);
    reader.close();
  });

  it('reads JSON lines: a whole request line, URLs, headers, bodies', async () => {
    const { hits, log, reader } = await replayed([
      '{"ts":1700000000.25,"url":"http://old:81/a?b","method":"post","headers":{"Host":"old","X-A":"1"},"body":{"n":1}}',
      '{"ts":1700000000.5,"url":"GET /whole HTTP/1.1"}',
      '{"ts":1700000001,"url":"/b","body":"ü"}',
      '{"ts":1700000001}',
      '{"url":"/no-time"}',
    ]);
    assert.deepEqual(hits, ['0 POST /a?b 1 {"n":1}', '250 GET /whole', '750 GET /b Ã¼']);
    assert.deepEqual(log.leftOut.map(({ reason }) => reason).sort(), ['no request', 'no time']);
    assert.match(log.about, /^JSON lines \(.*path: url/);
    reader.close();
  });

  it('reads CSV by name and by number', async () => {
    const named = await replayed(
      ['when;verb;path', '2023-10-10T00:00:00Z;POST;"/a;b"', '2023-10-10T00:00:01Z;GET;/c'],
      {
        fields: { time: 'when', method: 'verb' },
      },
    );
    assert.deepEqual(named.hits, ['0 POST /a;b', '1000 GET /c']);
    named.reader.close();
    const numbered = await replayed(['1700000000,/a', '1700000002,/b'], { fields: { time: '1', path: '2' } });
    assert.deepEqual(numbered.hits, ['0 GET /a', '2000 GET /b']);
    numbered.reader.close();
  });

  it('does without times at full speed, in the order of the lines', async () => {
    const { hits, reader } = await replayed(['path,n', '/b,1', '/a,2', '/c,3'], { speed: null });
    assert.deepEqual(hits, ['0 GET /b', '0 GET /a', '0 GET /c']);
    reader.close();
  });

  const refused: readonly [
    what: string,
    lines: readonly string[],
    given: Partial<Replay>,
    message: RegExp,
  ][] = [
    ['an empty log', [''], {}, /no line to read/],
    ['a log without times', ['{"path":"/a"}'], {}, /which field is the time/],
    ['a log without paths', ['{"time":1700000000}'], {}, /which field is the path/],
    ['a column that is not there', ['a,b', '1,2'], { fields: { path: 'c' } }, /no column "c"/],
    ['a log of nothing to send', [line(1, 'DELETE /a HTTP/1.1')], {}, /none of the 1 lines.*method DELETE/],
    ['binary', ['a\0b'], {}, /NUL/],
    ['prose', ['to be or not to be'], {}, /format of the log is not known/],
  ];
  for (const [what, lines, given, message] of refused) {
    it(`refuses ${what}`, async () => {
      await assert.rejects(replayed(lines, given), (error: Error) => {
        assert.ok(error instanceof ZipfireError);
        assert.match(error.message, message);
        return true;
      });
    });
  }
});

describe('replayPacer', () => {
  it('scales the times of the log, lap after lap', async () => {
    const lines = [line(10, 'GET /a HTTP/1.1'), line(10, 'GET /b HTTP/1.1'), line(13, 'GET /c HTTP/1.1')];
    const { log, reader, replay } = await replayed(lines, { loop: true, speed: 2 });
    const pacer = replayPacer(replay, log, reader, null);
    const dueMs = [0, 1, 2, 3, 4, 5, 6].map((hit) => (pacer.dueNs(hit) ?? 0) / 1e6);
    assert.deepEqual(dueMs, [0, 250, 1500, 2000, 2250, 3500, 4000]);
    assert.equal(hitsWithin(2100, replay, log, reader), 4);
    assert.equal(hitsWithin(2000, replay, log, reader), 3);
    assert.equal(hitsWithin(9000, { ...replay, loop: false }, log, reader), 3);
    reader.close();
  });

  it('reads any hit, forward and back', async () => {
    const lines = Array.from({ length: 50 }, (_, i) => line(Math.floor(i / 9), `GET /${i} HTTP/1.1`));
    const { reader } = await replayed(lines);
    for (const hit of [49, 0, 7, 6, 30, 30, 31]) {
      reader.seek(hit);
      assert.equal(reader.values[0], `/${hit}`);
    }
    reader.close();
  });
});
