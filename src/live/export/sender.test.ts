import assert from 'node:assert/strict';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, it } from 'node:test';
import type { Encoding, Frame } from './metric.js';
import { Sender } from './sender.js';

const plain: Encoding = {
  headers: { 'content-type': 'text/plain' },
  encode: ({ timeMs }) => Buffer.from(String(timeMs)),
  rejected: (body) => Number(body),
};
const frame = (timeMs: number): Frame => ({ startMs: 0, sinceMs: 0, timeMs, metrics: [] });

/** Runs a sender against a server that answers as it is told, and gives the bodies it was sent. */
async function sending(
  answer: (response: ServerResponse, nth: number) => void,
  use: (sender: Sender, bodies: readonly string[]) => Promise<void>,
  encoding: Encoding = plain,
): Promise<void> {
  const bodies: string[] = [];
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    bodies.push(body);
    answer(response, bodies.length);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  try {
    await use(new Sender({ url, headers: {} }, encoding, '1'), bodies);
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
}

describe('a sender of metrics', () => {
  it('tries again what may go well another time, in order', async () => {
    let tried: () => void = () => {};
    const twice = new Promise<void>((resolve) => {
      tried = resolve;
    });
    const answer = (response: ServerResponse, nth: number) => {
      if (nth === 4) tried();
      response.writeHead(nth === 1 ? 503 : nth === 2 ? 429 : 200).end('0');
    };
    await sending(answer, async (sender, bodies) => {
      sender.take(frame(1));
      sender.take(frame(2));
      await twice;
      assert.deepEqual(await sender.close(10_000), { taken: 2, lost: 0, rejectedPoints: 0, why: null });
      assert.deepEqual(bodies, ['1', '1', '1', '2']);
    });
  });

  it('counts what is refused, and follows no redirect', async () => {
    const answer = (response: ServerResponse, nth: number) => {
      if (nth === 1) response.writeHead(302, { location: '/elsewhere' }).end();
      else if (nth === 2) response.writeHead(400).end();
      else response.end('3');
    };
    await sending(answer, async (sender, bodies) => {
      for (const each of [1, 2, 3]) sender.take(frame(each));
      assert.deepEqual(await sender.close(10_000), { taken: 1, lost: 2, rejectedPoints: 3, why: 'HTTP 400' });
      assert.deepEqual(bodies, ['1', '2', '3']);
    });
  });

  it('keeps a minute for a receiver that does not answer, and then gives up', async () => {
    await sending(
      () => {},
      async (sender) => {
        for (let i = 0; i < 200; i++) sender.take(frame(i));
        const { taken, lost } = await sender.close(50);
        assert.deepEqual([taken, lost], [0, 200]);
      },
    );
  });

  it('keeps no more than some megabytes for it', async () => {
    const large = new Uint8Array(16 << 20);
    await sending(
      (response) => response.end('0'),
      async (sender) => {
        for (let i = 0; i < 8; i++) sender.take(frame(i));
        // One is on its way, and four wait.
        const { taken, lost, why } = await sender.close(10_000);
        assert.deepEqual([taken, lost, why], [5, 3, 'too slow']);
      },
      { ...plain, encode: () => large },
    );
  });
});
