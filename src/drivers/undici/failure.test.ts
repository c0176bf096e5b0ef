import assert from 'node:assert/strict';
import { test } from 'node:test';
import { errors } from 'undici';
import { OutcomeKind } from '../../core/index.js';
import { ConnectError, GivenUp, kindOf } from './failure.js';

function system(code: string, syscall: string): Error {
  return Object.assign(new Error(code), { code, syscall });
}

const table: readonly (readonly [error: Error, status: number, kind: keyof typeof OutcomeKind])[] = [
  [new ConnectError(system('ECONNREFUSED', 'connect')), 0, 'connect'],
  [new ConnectError(system('ECONNRESET', 'read')), 0, 'connect'],
  [new GivenUp(OutcomeKind.timeout, ''), 200, 'timeout'],
  [system('ECONNRESET', 'read'), 200, 'read'],
  [system('ECONNRESET', 'write'), 0, 'write'],
  [system('EPIPE', 'write'), 0, 'write'],
  [system('ETIMEDOUT', 'read'), 0, 'read'],
  [new errors.SocketError('other side closed'), 0, 'read'],
  [new errors.SocketError('bad response'), 0, 'protocol'],
  [new errors.SocketError('bad upgrade'), 0, 'protocol'],
  [new errors.HeadersOverflowError(), 0, 'protocol'],
  [
    new errors.HTTPParserError('Response does not match the HTTP/1.1 protocol (Invalid character)'),
    0,
    'protocol',
  ],
  [
    new errors.HTTPParserError('Response does not match the HTTP/1.1 protocol (Invalid EOF state)'),
    200,
    'read',
  ],
  [new errors.ResponseContentLengthMismatchError(), 0, 'protocol'],
  [new errors.ResponseContentLengthMismatchError(), 200, 'read'],
  [new errors.ResponseContentLengthMismatchError(), 304, 'ok'],
  [new errors.InvalidArgumentError('invalid request path'), 0, 'write'],
  [new errors.InformationalError('HTTP/2: stream closed before the response was complete'), 0, 'read'],
  [system('ERR_HTTP2_STREAM_ERROR', ''), 0, 'read'],
  [system('ERR_HTTP2_ERROR', ''), 0, 'protocol'],
  [system('ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED', ''), 0, 'connect'],
  [system('ERR_SSL_DECRYPTION_FAILED_OR_BAD_RECORD_MAC', ''), 0, 'protocol'],
  [new Error('something new'), 0, 'read'],
];
for (const [error, status, kind] of table) {
  test(`${error.name} ${error.message || status}: ${kind}`, () => {
    assert.equal(kindOf(error, status), OutcomeKind[kind]);
  });
}
