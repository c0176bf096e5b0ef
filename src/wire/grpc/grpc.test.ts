import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import {
  decodeBinaryMetadata,
  decodeGrpcMessage,
  encodeBinaryMetadata,
  encodeTimeout,
  frameMessage,
  GrpcStatus,
  type GrpcStatusName,
  grpcStatusName,
  grpcStatusNames,
  grpcStatusOf,
  gunzipMessage,
  gzipMessage,
  isBinaryMetadata,
  isMetadataText,
  metadataNameProblem,
  parseGrpcStatus,
  statusOfHttp,
  statusOfReset,
} from './index.js';

describe('statuses', () => {
  it('have the codes of the specification', () => {
    assert.equal(grpcStatusNames.length, 17);
    grpcStatusNames.forEach((name, code) => {
      assert.equal(GrpcStatus[name], code);
      assert.equal(grpcStatusName(code), name);
      assert.equal(grpcStatusOf(name), code);
      assert.equal(parseGrpcStatus(String(code)), code);
    });
    assert.equal(GrpcStatus.UNAUTHENTICATED, 16);
  });

  it('are found however their name is written', () => {
    for (const name of ['NOT_FOUND', 'not_found', 'NotFound', 'notfound']) {
      assert.equal(grpcStatusOf(name), GrpcStatus.NOT_FOUND);
    }
    assert.equal(grpcStatusOf('Canceled'), GrpcStatus.CANCELLED);
    assert.equal(grpcStatusOf('TOASTED'), undefined);
  });

  it('that gRPC does not define are UNKNOWN', () => {
    for (const value of ['17', '-1', '', 'x', '1.0', ' 0', '99999999999999999999']) {
      assert.equal(parseGrpcStatus(value), GrpcStatus.UNKNOWN, JSON.stringify(value));
    }
    assert.equal(parseGrpcStatus('00'), GrpcStatus.OK);
    assert.equal(grpcStatusName(17), 'UNKNOWN');
  });

  const ofHttp: [httpStatus: number, name: GrpcStatusName][] = [
    [200, 'UNKNOWN'],
    [302, 'UNKNOWN'],
    [400, 'INTERNAL'],
    [401, 'UNAUTHENTICATED'],
    [403, 'PERMISSION_DENIED'],
    [404, 'UNIMPLEMENTED'],
    [429, 'UNAVAILABLE'],
    [431, 'INTERNAL'],
    [500, 'UNKNOWN'],
    [502, 'UNAVAILABLE'],
    [503, 'UNAVAILABLE'],
    [504, 'UNAVAILABLE'],
  ];
  for (const [httpStatus, name] of ofHttp) {
    it(`are ${name} after HTTP ${httpStatus} without grpc-status`, () => {
      assert.equal(statusOfHttp(httpStatus), GrpcStatus[name]);
    });
  }

  const ofReset: [errorCode: number, name: GrpcStatusName][] = [
    [0x0, 'INTERNAL'],
    [0x1, 'INTERNAL'],
    [0x2, 'INTERNAL'],
    [0x7, 'UNAVAILABLE'],
    [0x8, 'CANCELLED'],
    [0xb, 'RESOURCE_EXHAUSTED'],
    [0xc, 'PERMISSION_DENIED'],
    [0xd, 'INTERNAL'],
    [0xffffffff, 'INTERNAL'],
  ];
  for (const [errorCode, name] of ofReset) {
    it(`are ${name} after a reset with code ${errorCode}`, () => {
      assert.equal(statusOfReset(errorCode), GrpcStatus[name]);
    });
  }
});

describe('grpc-timeout', () => {
  const table: [timeoutMs: number, value: string][] = [
    [1e-9, '1n'],
    [0.000_5, '500n'],
    [1, '1000000n'],
    [99.999_999, '99999999n'],
    [100, '100000u'],
    [1000, '1000000u'],
    [20_000, '20000000u'],
    [99_999.999, '99999999u'],
    [100_000, '100000m'],
    [99_999_999, '99999999m'],
    [100_000_000, '100000S'],
    [100_000_000.5, '100001S'],
    [99_999_999_000, '99999999S'],
    [100_000_000_000, '1666667M'],
    [6e12, '1666667H'],
    [Number.MAX_VALUE, '99999999H'],
  ];
  for (const [timeoutMs, value] of table) {
    it(`of ${timeoutMs} ms is ${value}`, () => assert.equal(encodeTimeout(timeoutMs), value));
  }

  it('has at most eight digits, and is never shorter than asked', () => {
    const unitMs: Record<string, number> = { n: 1e-6, u: 1e-3, m: 1, S: 1000, M: 60_000, H: 3_600_000 };
    fc.assert(
      fc.property(fc.double({ min: 1e-6, max: 3e14, noNaN: true }), (timeoutMs) => {
        const match = /^(\d{1,8})([numSMH])$/.exec(encodeTimeout(timeoutMs));
        assert.ok(match);
        const readMs = Number(match[1]) * (unitMs[match[2] as string] as number);
        assert.ok(readMs >= timeoutMs * (1 - 1e-12), `${match[0]} for ${timeoutMs} ms`);
        assert.ok(readMs <= timeoutMs * 1.001 + 1e-6, `${match[0]} for ${timeoutMs} ms`);
      }),
    );
  });
});

describe('grpc-message', () => {
  const table: [value: string, text: string][] = [
    ['', ''],
    ['plain', 'plain'],
    ['a%20b%0a', 'a b\n'],
    ['%E2%82%AC%e2%82%ac', '€€'],
    ['100%', '100%'],
    ['%zz%4', '%zz%4'],
    ['%ff', '\ufffd'],
    ['\xe2\x82\xac', '€'],
    ['%2541', '%41'],
  ];
  for (const [value, text] of table) {
    it(`${JSON.stringify(value)} is ${JSON.stringify(text)}`, () =>
      assert.equal(decodeGrpcMessage(value), text));
  }

  it('comes back from encodeURIComponent, and any value is read', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        assert.equal(decodeGrpcMessage(encodeURIComponent(text)), text);
      }),
    );
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (value) => void decodeGrpcMessage(value)));
  });
});

describe('metadata', () => {
  it('in binary comes back, padded or not', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 50 }), (bytes) => {
        const value = encodeBinaryMetadata(bytes);
        const padded = Buffer.from(bytes).toString('base64');
        assert.doesNotMatch(value, /=/);
        assert.deepEqual(decodeBinaryMetadata(value), Buffer.from(bytes));
        assert.deepEqual(decodeBinaryMetadata(padded), Buffer.from(bytes));
      }),
    );
  });

  it('that is no base64 is refused', () => {
    for (const value of ['a', 'abcde', 'ab c', 'ab-_', 'a=bc', 'abc===', 'ä']) {
      assert.equal(decodeBinaryMetadata(value), null, value);
    }
  });

  it('knows binary names and texts', () => {
    assert.equal(isBinaryMetadata('trace-bin'), true);
    assert.equal(isBinaryMetadata('trace'), false);
    assert.equal(isMetadataText('Bearer a b'), true);
    for (const value of [' a', 'a ', 'a\n', 'ü', '\t']) assert.equal(isMetadataText(value), false);
  });

  it('cannot have a name that HTTP/2 or gRPC keeps', () => {
    for (const name of ['x-token', 'a.b_c-1', 'trace-bin']) assert.equal(metadataNameProblem(name), null);
    for (const name of ['', 'X-Token', 'a b', ':path', 'grpc-timeout', 'te', 'content-type', 'host', 'ü']) {
      assert.notEqual(metadataNameProblem(name), null, name);
    }
  });
});

describe('gzip', () => {
  it('comes back, each message on its own', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        const message = gzipMessage(Buffer.from(bytes).toString('latin1'));
        assert.deepEqual(gunzipMessage(Buffer.from(message, 'latin1'), 200), Buffer.from(bytes));
      }),
      { numRuns: 20 },
    );
  });

  it('of what is larger than the limit, or no gzip, is refused', () => {
    const bomb = Buffer.from(gzipMessage('\0'.repeat(100_000)), 'latin1');
    assert.equal(gunzipMessage(bomb, 99_999), null);
    assert.equal(gunzipMessage(bomb, 100_000)?.length, 100_000);
    assert.equal(gunzipMessage(bomb.subarray(0, 20), 100_000), null);
    assert.equal(gunzipMessage(Buffer.from('no gzip'), 100), null);
  });
});

describe('frameMessage', () => {
  it('writes the flag and 32 bits of length', () => {
    assert.equal(frameMessage('ab'), '\0\0\0\0\x02ab');
    assert.equal(frameMessage('', true), '\x01\0\0\0\0');
    assert.equal(frameMessage('x'.repeat(0x010203)).slice(0, 5), '\0\0\x01\x02\x03');
  });
});
