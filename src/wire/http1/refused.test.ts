import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type ParseError, parseErrors } from './errors.js';
import { CHUNKED, type Circumstances, OK, readEveryWay } from './reading.test.kit.js';

/** text before the byte that is refused, the rest, why, and the circumstances. */
type Refused = [taken: string, rest: string, error: ParseError, circumstances?: Circumstances];

const smallHead = { limits: { maxHeaderBytes: 40 } };
const smallBody = { limits: { maxBodyBytes: 5 } };

const refused: Record<string, Record<string, Refused>> = {
  'status line': {
    'another protocol': ['', 'SSH-2.0-OpenSSH\r\n', parseErrors.notHttp],
    'a TLS alert': ['', '\x15\x03\x01\x00\x02\x02\x28', parseErrors.notHttp],
    'lower case': ['', 'http/1.1 200 OK\r\n', parseErrors.notHttp],
    'white space before it': ['', ' HTTP/1.1 200 OK\r\n', parseErrors.notHttp],
    'a response cut at its start': ['HTT', '\r\n', parseErrors.notHttp],
    'HTTP/2 in text': ['HTTP/', '2.0 200 OK\r\n', parseErrors.version],
    'HTTP/0.9': ['HTTP/', '0.9 200 OK\r\n', parseErrors.version],
    'no minor version': ['HTTP/1', ' 200 OK\r\n', parseErrors.version],
    'a minor version of two digits': ['HTTP/1.1', '1 200 OK\r\n', parseErrors.version],
    'a tab after the version': ['HTTP/1.1', '\t200 OK\r\n', parseErrors.version],
    'two spaces after the version': ['HTTP/1.1 ', ' 200 OK\r\n', parseErrors.status],
    'two digits': ['HTTP/1.1 20', ' OK\r\n', parseErrors.status],
    'four digits': ['HTTP/1.1 200', '0 OK\r\n', parseErrors.status],
    'a letter': ['HTTP/1.1 2', 'x0 OK\r\n', parseErrors.status],
    'a status below 100': ['HTTP/1.1 ', '099 OK\r\n', parseErrors.status],
    'no space before the reason': ['HTTP/1.1 200', 'OK\r\n', parseErrors.status],
    'LF alone after the status': ['HTTP/1.1 200', '\n', parseErrors.bareLf],
    'LF alone after the reason': ['HTTP/1.1 200 OK', '\n', parseErrors.bareLf],
    'CR alone in the reason': ['HTTP/1.1 200 O\r', 'K\r\n', parseErrors.bareCr],
    'a protocol switched': [
      'HTTP/1.1 101 Switching\r\nUpgrade: h2c\r\nConnection: upgrade\r\n\r\n',
      'x',
      parseErrors.switching,
    ],
  },
  'header fields': {
    'white space before the first': [OK, ' X: a\r\n', parseErrors.leadingSpace],
    'white space before the colon': [`${OK}X`, ' : a\r\n', parseErrors.fieldName],
    'a folded name': [`${OK}X`, '\r\n : a\r\n', parseErrors.noColon],
    'no name': [OK, ': a\r\n', parseErrors.fieldName],
    'no colon': [`${OK}Xa`, '\r\n', parseErrors.noColon],
    'no colon, LF': [`${OK}Xa`, '\n', parseErrors.noColon],
    'an odd byte in a name': [`${OK}Content-L`, '\xe9ngth: 0\r\n', parseErrors.fieldName],
    'NUL in a name': [`${OK}X`, '\0: a\r\n', parseErrors.fieldName],
    'NUL in a value': [`${OK}X: a`, '\0b\r\n', parseErrors.fieldValue],
    'a control character in a value': [`${OK}X: a`, '\x01b\r\n', parseErrors.fieldValue],
    'DEL in a value': [`${OK}X: a`, '\x7fb\r\n', parseErrors.fieldValue],
    'NUL in a value that matters': [`${OK}Connection: close`, '\0\r\n', parseErrors.fieldValue],
    'CR alone in a value': [`${OK}X: a\r`, 'b\r\n', parseErrors.bareCr],
    'CR twice': [`${OK}X: a\r`, '\r\n', parseErrors.bareCr],
    'LF alone after a value': [`${OK}X: a`, '\nY: b\r\n', parseErrors.bareLf],
    'LF alone after a value that matters': [`${OK}Connection: close`, '\n', parseErrors.bareLf],
    'LF alone after the fields': [`${OK}X: a\r\n`, '\n', parseErrors.bareLf],
    'CR alone after the fields': [`${OK}X: a\r\n\r`, 'x', parseErrors.bareCr],
    'too large': [`${OK}X: ${'a'.repeat(20)}`, 'a', parseErrors.headerTooLarge, smallHead],
    'too large by the last byte': [
      `${OK}X: ${'a'.repeat(17)}\r\n\r`,
      '\n',
      parseErrors.headerTooLarge,
      smallHead,
    ],
    'too large with what came before': [
      `HTTP/1.1 100 Continue\r\n\r\n${OK.slice(0, 15)}`,
      '\r\n',
      parseErrors.headerTooLarge,
      smallHead,
    ],
    'interim responses without end': [
      'HTTP/1.1 100\r\n\r\nHTTP/1.1 100\r\n\r\nHTTP/1.1',
      ' 100\r\n\r\n',
      parseErrors.headerTooLarge,
      smallHead,
    ],
    'empty lines without end': ['\r\n'.repeat(20), '\r\n', parseErrors.headerTooLarge, smallHead],
  },
  'Content-Length': {
    empty: [`${OK}Content-Length: \r\n`, '\r\n', parseErrors.lengthSyntax],
    negative: [`${OK}Content-Length: `, '-1\r\n\r\n', parseErrors.lengthSyntax],
    'with a sign': [`${OK}Content-Length: `, '+1\r\n\r\n', parseErrors.lengthSyntax],
    'a fraction': [`${OK}Content-Length: 1`, '.0\r\n\r\n', parseErrors.lengthSyntax],
    hexadecimal: [`${OK}Content-Length: 0`, 'x1\r\n\r\n', parseErrors.lengthSyntax],
    'two numbers': [`${OK}Content-Length: 1 `, '1\r\n\r\n', parseErrors.lengthSyntax],
    'two numbers by a fold': [`${OK}Content-Length: 1\r\n `, '1\r\n\r\n', parseErrors.lengthSyntax],
    'an empty list element': [`${OK}Content-Length: 1,\r\n`, '\r\n', parseErrors.lengthSyntax],
    'an empty first list element': [`${OK}Content-Length: `, ',1\r\n\r\n', parseErrors.lengthSyntax],
    huge: [`${OK}Content-Length: 900719925474099`, '99\r\n\r\n', parseErrors.lengthHuge],
    'two that differ': [`${OK}Content-Length: 1\r\nContent-Length: 2\r\n`, '\r\n', parseErrors.lengthsDiffer],
    'a list that differs': [
      `${OK}Content-Length: 1, 2\r\n`,
      '\r\n',
      parseErrors.lengthsDiffer,
      { head: true },
    ],
    'wrong where no body follows': [
      'HTTP/1.1 204 No\r\nContent-Length: ',
      'x\r\n\r\n',
      parseErrors.lengthSyntax,
    ],
    'larger than the limit': [
      `${OK}Content-Length: 6\r\n\r\n`,
      '123456',
      parseErrors.bodyTooLarge,
      smallBody,
    ],
  },
  body: {
    'no chunk size': [`${OK}${CHUNKED}`, '\r\n', parseErrors.chunkSize],
    'a chunk size with a sign': [`${OK}${CHUNKED}`, '-1\r\n', parseErrors.chunkSize],
    'a chunk size of other letters': [`${OK}${CHUNKED}f`, 'g\r\n', parseErrors.chunkSize],
    'a chunk size in two': [`${OK}${CHUNKED}1 `, '1\r\n', parseErrors.chunkSize],
    'a chunk size of 17 digits': [`${OK}${CHUNKED}${'0'.repeat(16)}`, '1\r\n', parseErrors.chunkSizeLong],
    'a chunk size of 64 bits': [`${OK}${CHUNKED}ffffffffffffffff`, '\r\n', parseErrors.bodyTooLarge],
    'LF alone after a chunk size': [`${OK}${CHUNKED}1`, '\nx\r\n', parseErrors.bareLf],
    'CR alone after a chunk size': [`${OK}${CHUNKED}1\r`, 'x\r\n', parseErrors.bareCr],
    'LF alone after an extension': [`${OK}${CHUNKED}1;a`, '\nx\r\n', parseErrors.bareLf],
    'NUL in an extension': [`${OK}${CHUNKED}1;a`, '\0\r\nx\r\n', parseErrors.chunkExtension],
    'chunk data too long': [`${OK}${CHUNKED}1\r\nx`, 'x\r\n', parseErrors.chunkEnd],
    'LF alone after chunk data': [`${OK}${CHUNKED}1\r\nx`, '\n0\r\n\r\n', parseErrors.chunkEnd],
    'CR alone after chunk data': [`${OK}${CHUNKED}1\r\nx\r`, '0\r\n\r\n', parseErrors.chunkEnd],
    'a trailer without a colon': [`${OK}${CHUNKED}0\r\nX`, '\r\n\r\n', parseErrors.noColon],
    'NUL in a trailer': [`${OK}${CHUNKED}0\r\nX: `, '\0\r\n\r\n', parseErrors.fieldValue],
    'a fold before the first trailer': [`${OK}${CHUNKED}0\r\n`, ' X: y\r\n\r\n', parseErrors.leadingSpace],
    'a chunk larger than the limit': [`${OK}${CHUNKED}6`, '\r\n123456', parseErrors.bodyTooLarge, smallBody],
    'chunks larger than the limit': [
      `${OK}${CHUNKED}3\r\nabc\r\n3`,
      '\r\ndef',
      parseErrors.bodyTooLarge,
      smallBody,
    ],
    'an extension larger than the limit': [
      `${OK}${CHUNKED}1${';'.repeat(13)}`,
      ';',
      parseErrors.headerTooLarge,
      { limits: { maxHeaderBytes: 60 } },
    ],
    'extensions larger than the limit': [
      `${OK}${CHUNKED}${'1;12345\r\nx\r\n'.repeat(2)}1;`,
      '2',
      parseErrors.headerTooLarge,
      { limits: { maxHeaderBytes: 60 } },
    ],
    'trailers larger than the limit': [
      `${OK}${CHUNKED}0\r\nX: 1234\r\nY: 1`,
      '2',
      parseErrors.headerTooLarge,
      { limits: { maxHeaderBytes: 60 } },
    ],
    'a body until close larger than the limit': [`${OK}\r\nhello`, '!', parseErrors.bodyTooLarge, smallBody],
  },
};

for (const [topic, rows] of Object.entries(refused)) {
  describe(`refused: ${topic}`, () => {
    for (const [name, [taken, rest, error, circumstances = {}]] of Object.entries(rows)) {
      test(name, () => {
        const reading = readEveryWay(taken + rest, { ...circumstances, end: true });
        assert.equal(reading.error, error);
        assert.equal(reading.bytes, taken.length, 'the byte at which it is known');
        assert.equal(reading.complete, false);
        assert.equal(reading.keepAlive, false);
      });
    }
  });
}
