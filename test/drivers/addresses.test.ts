import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer as createHttp1 } from 'node:http';
import { createServer as createHttp2 } from 'node:http2';
import type { AddressInfo, Server, Socket } from 'node:net';
import { platform } from 'node:os';
import { suite, type TestContext, test } from 'node:test';
import type { ConnectionEvent, DriverOptions } from '#zipfire/core/index.js';
import { createHttp1Driver } from '#zipfire/drivers/http1/index.js';
import { createHttp2Driver } from '#zipfire/drivers/http2/index.js';
import { type RunOptions, runPlan } from '#zipfire/engine/index.js';
import { planFor } from '../engine/plan.js';
import { targetAt } from '../support/grpc-peer.js';
import { Harness } from './contract/harness.js';
import { optionsFor } from './grpc/calls.js';

const skip = platform() === 'linux' ? false : 'only Linux has 127.0.0.2 and its like on its loopback';

/** Servers of one name, each on an address of its own and all on one port. */
class Servers {
  port = 0;
  /** Connections by the address that they came to. */
  readonly connections: Record<string, number> = {};
  readonly #sockets = new Set<Socket>();

  static async listen(t: TestContext, http: '1' | '2', addresses: readonly string[]): Promise<Servers> {
    const servers = new Servers();
    for (const address of addresses) {
      const server: Server =
        http === '1'
          ? createHttp1((_, response) => response.end('ok'))
          : createHttp2().on('stream', (stream) => {
              stream.on('error', () => {});
              stream.respond();
              stream.end('ok');
            });
      server.on('connection', (socket: Socket) => servers.#add(address, socket));
      server.listen(servers.port, address);
      await once(server, 'listening');
      servers.port = (server.address() as AddressInfo).port;
      t.after(() => {
        for (const socket of servers.#sockets) socket.destroy();
        server.close();
      });
    }
    return servers;
  }

  #add(address: string, socket: Socket): void {
    this.connections[address] = (this.connections[address] ?? 0) + 1;
    this.#sockets.add(socket);
    socket.on('close', () => this.#sockets.delete(socket)).on('error', () => {});
  }
}

suite('addresses of a target', { skip, timeout: 60_000 }, () => {
  const lookup: RunOptions['lookup'] = async (host) => {
    assert.equal(host, 'kv.test');
    return ['127.0.0.2', '127.0.0.3', '127.0.0.4'];
  };

  function planAt(port: number, lbStrategy?: 'pick_first' | 'round_robin') {
    const plan = planFor(port);
    const target = { ...plan.target, host: 'kv.test' };
    const chosen = lbStrategy === undefined ? {} : { lbStrategy };
    return { ...plan, target, load: { ...plan.load, connections: 6, http: '2' as const, ...chosen } };
  }

  test('round_robin spreads the connections of all workers over them', async (t) => {
    const { port, connections } = await Servers.listen(t, '2', ['127.0.0.2', '127.0.0.3', '127.0.0.4']);
    const measured = await runPlan(planAt(port, 'round_robin'), { lookup });
    assert.equal(measured.summary.ok, 200);
    // The look for one that accepts, which speaks for reflection and ALPN, comes on top.
    assert.deepEqual(connections, { '127.0.0.2': 3, '127.0.0.3': 2, '127.0.0.4': 2 });
    assert.deepEqual(measured.connections.addresses, ['127.0.0.2', '127.0.0.3', '127.0.0.4']);
  });

  test('round_robin goes on to the next where one is down', async (t) => {
    const { port, connections } = await Servers.listen(t, '2', ['127.0.0.2', '127.0.0.4']);
    const measured = await runPlan(planAt(port, 'round_robin'), { lookup });
    assert.deepEqual([measured.summary.ok, measured.connections.failed], [200, 2]);
    assert.deepEqual(connections, { '127.0.0.2': 3, '127.0.0.4': 4 });
  });

  for (const strategy of ['pick_first', undefined] as const) {
    test(`${strategy ?? 'no strategy'} takes the first that accepts`, async (t) => {
      const { port, connections } = await Servers.listen(t, '2', ['127.0.0.3', '127.0.0.4']);
      const measured = await runPlan(planAt(port, strategy), { lookup });
      assert.deepEqual([measured.summary.ok, measured.connections.failed], [200, 0]);
      assert.deepEqual(connections, { '127.0.0.3': 7 });
      const all = ['127.0.0.3', '127.0.0.4', '127.0.0.2'];
      assert.deepEqual(measured.connections.addresses, strategy === undefined ? undefined : all);
    });
  }

  for (const http of ['1', '2'] as const) {
    test(`a connection that cannot be made goes on to the next, HTTP/${http}`, async (t) => {
      const { port, connections } = await Servers.listen(t, http, ['127.0.0.3']);
      const list = ['127.0.0.2', '127.0.0.3'];
      const log: ConnectionEvent[] = [];
      const options: DriverOptions = {
        ...optionsFor(targetAt(port), { connections: 2, http }),
        addresses: { list, first: 0, step: 1 },
        log: (event) => log.push(event),
      };
      const create = http === '1' ? createHttp1Driver : createHttp2Driver;
      const bench = await Harness.create(create, options);
      t.after(() => bench.close(0));
      await bench.driver.open();
      const request = bench.prepare();
      const kinds = [await bench.send(request), await bench.send(request)].map(({ kind }) => kind);
      assert.deepEqual(kinds, ['ok', 'ok']);
      assert.deepEqual(connections, { '127.0.0.3': 2 });
      assert.equal(bench.driver.counters.connectFailures, 1);
      const told = log.map(({ event, connection, address }) => `${event} ${connection} ${address}`).sort();
      assert.deepEqual(told, [
        'connect-failed 0 127.0.0.2',
        'connected 0 127.0.0.3',
        'connected 1 127.0.0.3',
      ]);
      await bench.close(0);
      bench.verify();
    });
  }

  test('is unreachable when no address accepts', async (t) => {
    const { port } = await Servers.listen(t, '2', ['127.0.0.9']);
    await assert.rejects(runPlan(planAt(port, 'round_robin'), { lookup }), { code: 'unreachable' });
  });
});
