import { suite } from 'node:test';
import {
  type DriverEvents,
  type DriverOptions,
  type Operation,
  type OperationCall,
  OutcomeKind,
} from '#zipfire/core/index.js';
import { createGrpcDriver } from '#zipfire/drivers/grpc/index.js';
import { framed } from '../../support/grpc-peer.js';
import { type Dialect, http2Listen } from '../../support/http2-peer.js';
import { accounting } from '../contract/accounting.js';
import type { Subject } from '../contract/bench.js';
import { closing } from '../contract/closing.js';
import { reachability } from '../contract/reachability.js';
import { tls } from '../contract/tls.js';

/**
 * The part of the driver contract that is about connections and accounting: requests are unary calls here, whose
 * message is the body, and a status of gRPC is turned into one of HTTP, which the contract speaks.
 */
async function createUnaryDriver(options: DriverOptions, events: DriverEvents) {
  const driver = await createGrpcDriver(options, {
    outcome(ticket, kind, status, bytesIn, endNs) {
      const isWhole = kind === OutcomeKind.ok || kind === OutcomeKind.status;
      events.outcome(ticket, kind, isWhole ? 200 + 300 * Math.sign(status) : 0, bytesIn, endNs);
    },
    messagesSent: (...args) => events.messagesSent(...args),
    messagesReceived: (...args) => events.messagesReceived(...args),
    slotFree: () => events.slotFree(),
  });
  const prepare = driver.prepare.bind(driver);
  driver.prepare = (operation) => prepare({ ...operation, call: unaryCall(operation) });
  return driver;
}

function unaryCall({ body }: Operation): OperationCall {
  const message = (body ?? []).join('');
  return {
    kind: 'unary',
    messages: [{ type: 'test.Body', program: message === '' ? [] : [message], dynamic: false }],
    types: null,
    maxMessageBytes: 4 * 1024 * 1024,
    gzip: false,
    stream: { intervalMs: 0, messages: null, durationMs: null, freshValues: false },
    draw: null,
    turn: null,
  };
}

const grpc: Dialect = {
  read: (content) => content.subarray(5),
  respond(stream, status, text) {
    stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
    stream.once('wantTrailers', () => stream.sendTrailers({ 'grpc-status': status < 400 ? '0' : '13' }));
    stream.end(framed(text));
  },
  begin(stream) {
    stream.respond({ ':status': 200, 'content-type': 'application/grpc' });
    stream.write(framed('x'.repeat(1000)).subarray(0, 500));
  },
};

const subject: Subject = {
  factory: createUnaryDriver,
  capabilities: {
    http1: false,
    pipelining: false,
    unaskedContinue: true,
    lengthOf304: true,
    http: '2',
    listen: http2Listen(grpc),
  },
};

suite('driver contract: grpc', () => {
  reachability(subject);
  tls(subject);
  closing(subject);
  accounting(subject);
});
