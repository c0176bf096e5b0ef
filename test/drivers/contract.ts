import { suite } from 'node:test';
import { accounting } from './contract/accounting.js';
import type { Capabilities } from './contract/bench.js';
import { closing } from './contract/closing.js';
import { connections } from './contract/connections.js';
import { failing } from './contract/failures.js';
import { framing } from './contract/framing.js';
import type { DriverFactory } from './contract/harness.js';
import { reachability } from './contract/reachability.js';
import { requests } from './contract/requests.js';
import { tls } from './contract/tls.js';

/**
 * The contract that every driver keeps, run against real servers that misbehave on purpose.
 *
 * In every test, besides what it is about: each ticket has one outcome, never from inside `send`; every slot
 * is free again; after `close` the server sees no open connection and this process holds nothing more.
 */
export function driverContract(name: string, factory: DriverFactory, capabilities: Capabilities): void {
  const subject = { factory, capabilities };
  suite(`driver contract: ${name}`, () => {
    requests(subject);
    framing(subject);
    connections(subject);
    failing(subject);
    reachability(subject);
    tls(subject);
    closing(subject);
    accounting(subject);
  });
}
