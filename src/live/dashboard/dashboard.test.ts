import assert from 'node:assert/strict';
import { once } from 'node:events';
import {
  get,
  request as httpRequest,
  type IncomingMessage,
  type RequestOptions,
  type ServerResponse,
} from 'node:http';
import { afterEach, describe, it } from 'node:test';
import { ZipfireError } from '../../core/index.js';
import { planFor, secondOf } from '../live.test.kit.js';
import { LiveTally } from '../tally.js';
import { parseListenAddress } from './address.js';
import { Dashboard } from './dashboard.js';
import { eventText, Subscribers } from './subscribers.js';

const open: Dashboard[] = [];
afterEach(async () => {
  for (const each of open.splice(0)) await each.close();
});

async function dashboardAt(address = '') {
  const plan = planFor({ operations: ['read', 'write'] });
  const tally = new LiveTally(plan.operations.length);
  const assets = { script: 'SCRIPT', style: 'STYLE' };
  const dashboard = await Dashboard.open({ plan, tally, address: parseListenAddress(address), assets });
  open.push(dashboard);
  const { origin, port, searchParams } = new URL(dashboard.url);
  return { dashboard, tally, origin, port: Number(port), token: searchParams.get('token') ?? '' };
}

/** Status, head and body of an answer that ends. */
function ask(
  url: string,
  options: RequestOptions = {},
): Promise<{ response: IncomingMessage; body: string }> {
  return new Promise((resolve, reject) => {
    const sent = httpRequest(url, { agent: false, ...options }, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (chunk) => {
        body += chunk;
      });
      response.on('end', () => resolve({ response, body }));
    });
    sent.on('error', reject).end();
  });
}

interface Heard {
  readonly name: string;
  readonly data: { readonly rows: readonly { readonly t: number }[]; readonly message?: string };
}

/** Hears events, one after the other. */
async function listenTo(origin: string, token: string) {
  const sent = get(`${origin}/events`, { agent: false, headers: { authorization: `Bearer ${token}` } });
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  response.setEncoding('utf8');
  const chunks = response[Symbol.asyncIterator]();
  let rest = '';
  const next = async (): Promise<Heard> => {
    for (;;) {
      const [message, ...others] = rest.split('\n\n');
      if (others.length > 0) {
        rest = others.join('\n\n');
        const [, name = '', data = ''] =
          /^event: (\w+)\ndata: (.*)$/.exec(message ?? '') ?? assert.fail(message);
        return { name, data: JSON.parse(data) };
      }
      const { done, value } = await chunks.next();
      if (done) return { name: 'closed', data: { rows: [] } };
      rest += value;
    }
  };
  return { response, next, leave: () => response.destroy() };
}

describe('the server of a dashboard', () => {
  it('gives its page to who has the token, and to nobody else', async () => {
    const { dashboard, origin, token } = await dashboardAt();
    const { response, body } = await ask(dashboard.url);
    assert.equal(response.statusCode, 200);
    assert.match(body, /^<!doctype html>/);
    assert.equal(response.headers['cache-control'], 'no-store');
    assert.equal(response.headers['x-frame-options'], 'DENY');
    assert.match(token, /^[\w-]{22}$/);
    for (const path of [
      '/',
      '/events',
      '/?token=',
      `/?token=${token}x`,
      `/?token=${token.slice(1)}`,
      '/?token=%00',
    ])
      assert.equal((await ask(origin + path)).response.statusCode, 403, path);
    const authorization = `Bearer ${token}`;
    assert.equal((await ask(`${origin}/`, { headers: { authorization } })).response.statusCode, 200);
    assert.equal((await ask(`${origin}/x`, { headers: { authorization } })).response.statusCode, 404);
    const wrong = { authorization: `Basic ${token}` };
    assert.equal((await ask(`${origin}/`, { headers: wrong })).response.statusCode, 403);
  });

  it('answers to its own names alone: a name elsewhere may have been made to point here', async () => {
    const { dashboard, port } = await dashboardAt();
    const statusFor = async (host: string) =>
      (await ask(dashboard.url, { headers: { host } })).response.statusCode;
    for (const host of [
      `127.0.0.1:${port}`,
      `localhost:${port}`,
      'localhost:9999',
      `[::1]:${port}`,
      '10.0.0.7',
    ])
      assert.equal(await statusFor(host), 200, host);
    for (const host of [
      `evil.example:${port}`,
      'localhost.evil.example',
      '127.0.0.1.evil.example',
      'a:b:c',
      '[x]',
    ])
      assert.equal(await statusFor(host), 403, host);
  });

  it('takes GET and HEAD', async () => {
    const { dashboard } = await dashboardAt();
    for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH']) {
      const { response } = await ask(dashboard.url, { method });
      assert.deepEqual([response.statusCode, response.headers.allow], [405, 'GET, HEAD'], method);
    }
    const { response, body } = await ask(dashboard.url, { method: 'HEAD' });
    assert.deepEqual([response.statusCode, body], [200, '']);
  });

  it('tells several who look on, those who come late from the beginning', async () => {
    const { dashboard, tally, origin, token } = await dashboardAt();
    const early = await listenTo(origin, token);
    assert.deepEqual((await early.next()).data.rows, []);
    tally.second(secondOf(0, [[1e6, 5]], { more: [[]] }));
    tally.second(secondOf(1, [[1e6, 5]], { more: [[]] }));
    const late = await listenTo(origin, token);
    assert.deepEqual(
      (await late.next()).data.rows.map(({ t }) => t),
      [0, 1],
    );
    let rows: readonly unknown[] = [];
    while (rows.length === 0) rows = (await early.next()).data.rows;
    assert.equal(rows.length, 2);
    early.leave();
    const ended = dashboard.fail('no \u001b[31msuch\nhost');
    for (;;) {
      const { name, data } = await late.next();
      if (name === 'update') continue;
      assert.equal(name, 'failure');
      assert.equal(data.message, 'no \\e[31msuch\\nhost');
      break;
    }
    assert.equal((await late.next()).name, 'closed');
    await ended;
    const after = await listenTo(origin, token);
    assert.equal((await after.next()).name, 'failure', 'who comes after the end hears how it was');
  });

  it('says so when its port is in use', async () => {
    const { port } = await dashboardAt();
    await assert.rejects(dashboardAt(String(port)), (error) => {
      assert.ok(error instanceof ZipfireError);
      assert.equal(error.exitCode, 2);
      assert.match(error.message, new RegExp(`^--dashboard: port ${port} is in use$`));
      return true;
    });
  });

  it('has an end, whoever still looks on', async () => {
    const { dashboard, origin, token } = await dashboardAt();
    const eye = await listenTo(origin, token);
    eye.response.on('error', () => {});
    await dashboard.close();
    await assert.rejects(ask(dashboard.url));
    eye.leave();
  });
});

describe('those who look on', () => {
  /** A response that takes what it is given, and gives it to nobody. */
  function slow(writableLength: number) {
    const written: string[] = [];
    let destroyed = false;
    const response = {
      writableLength,
      write: (text: string) => written.push(text),
      on: () => response,
      destroy: () => {
        destroyed = true;
      },
    };
    return { response: response as unknown as ServerResponse, written, isDestroyed: () => destroyed };
  }

  it('are dropped when they do not read', () => {
    const subscribers = new Subscribers();
    const good = slow(1000);
    const bad = slow(64 << 20);
    subscribers.add(good.response, 'first');
    subscribers.add(bad.response, 'first');
    subscribers.send(eventText('update', { line: 'a\nb' }));
    assert.deepEqual(good.written, ['first', 'event: update\ndata: {"line":"a\\nb"}\n\n']);
    assert.deepEqual([bad.isDestroyed(), good.isDestroyed(), subscribers.count], [true, false, 1]);
  });

  it('are not more than a few', () => {
    const subscribers = new Subscribers();
    const added = Array.from({ length: 40 }, () => subscribers.add(slow(0).response, ''));
    assert.deepEqual([added.filter(Boolean).length, subscribers.count], [16, 16]);
  });
});
