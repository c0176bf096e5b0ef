import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { OperationCall, Target } from '../../core/index.js';
import { SharedFields } from '../http2/shared-fields.js';
import { Call } from './call.js';
import { Outgoing } from './outgoing.js';
import { PreparedCall } from './prepare.js';

const target: Target = {
  url: 'grpc://127.0.0.1:1',
  tls: null,
  host: '127.0.0.1',
  port: 1,
  socketPath: null,
  authority: '127.0.0.1:1',
  path: '/',
};

/** A stream without end that sends a message each `intervalMs`, on a session that takes everything. */
function stream(intervalMs: number) {
  const plan = { intervalMs, messages: null, durationMs: 3_600_000, freshValues: false };
  const call: OperationCall = {
    kind: 'clientStreaming',
    messages: [{ type: 'T', program: ['x'], dynamic: false }],
    types: null,
    maxMessageBytes: 1000,
    gzip: false,
    stream: plan,
    draw: null,
    turn: null,
  };
  const operation = { name: 'op', method: ['POST'], target: ['/a/B'], headers: [], body: null, call };
  const request = new PreparedCall(operation, call, {
    target,
    timeoutMs: 1000,
    shared: new SharedFields(),
    build: undefined,
  });
  const dues: number[] = [];
  let sent = 0;
  const outgoing = new Outgoing({
    session: { queued: () => 0, send() {} },
    agenda: { set: (_, dueNs) => dues.push(dueNs), remove() {} },
    events: {
      messagesSent(_, count) {
        sent += count;
      },
    },
    ticketOf: (slot) => slot,
  });
  const entry = new Call(0, { callDue() {} });
  entry.begin(request);
  entry.beginStreams(request, [], 0);
  return {
    dues,
    /** What is sent in all when the call's time comes, late or not. */
    at(nowNs: number): number {
      outgoing.resume(entry);
      outgoing.run(nowNs);
      return sent;
    },
  };
}

describe('messages by an interval', () => {
  it('have the mean that was asked for, however late the timer is', () => {
    const { at, dues } = stream(0.25);
    assert.equal(at(0), 1);
    assert.equal(at(1.1e6), 5);
    assert.equal(dues.at(-1), 1.25e6);
    assert.equal(at(3.7e6), 15);
    assert.equal(at(50e6), 201);
  });

  it('do not become a flood after a long wait', () => {
    const { at } = stream(1);
    assert.equal(at(0), 1);
    assert.ok(at(3600e9) <= 110);
  });
});
