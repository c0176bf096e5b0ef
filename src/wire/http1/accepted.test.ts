import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { CHUNKED, type Circumstances, EMPTY, OK, readEveryWay } from './reading.test.kit.js';

/** text, body, keepAlive, and the circumstances; status 200 unless the status line says otherwise. */
type Accepted = [text: string, body: string, keepAlive: boolean, circumstances?: Circumstances];

const accepted: Record<string, Record<string, Accepted>> = {
  'status line': {
    'a reason of several words': [`HTTP/1.1 404 Not Found here\r\n${EMPTY}`, '', true],
    'an empty reason': [`HTTP/1.1 200 \r\n${EMPTY}`, '', true],
    'no reason and no space before it': [`HTTP/1.1 200\r\n${EMPTY}`, '', true],
    'a reason of any bytes': [`HTTP/1.1 200 \0\x01\x7f\xff\r\n${EMPTY}`, '', true],
    'a status nobody assigned': [`HTTP/1.1 999 What\r\n${EMPTY}`, '', true],
    'a later minor version': [`HTTP/1.7 200 OK\r\n${EMPTY}`, '', true],
    'empty lines before it': [`\r\n\r\n${OK}${EMPTY}`, '', true],
    'nothing but the status line': ['HTTP/1.1 204\r\n\r\n', '', true],
  },
  'reuse of the connection': {
    'HTTP/1.1 says nothing': [`${OK}${EMPTY}`, '', true],
    'HTTP/1.1 says close': [`${OK}Connection: close\r\n${EMPTY}`, '', false],
    'HTTP/1.0 says nothing': [`HTTP/1.0 200 OK\r\n${EMPTY}`, '', false],
    'HTTP/1.0 says keep-alive': [`HTTP/1.0 200 OK\r\nConnection: Keep-Alive\r\n${EMPTY}`, '', true],
    'HTTP/1.0 says keep-alive and close': [
      `HTTP/1.0 200 OK\r\nConnection: keep-alive, close\r\n${EMPTY}`,
      '',
      false,
    ],
    'close among other options': [`${OK}Connection: foo ,\tCLOSE\t, bar\r\n${EMPTY}`, '', false],
    'close in a second field': [`${OK}Connection: keep-alive\r\nconnection: close\r\n${EMPTY}`, '', false],
    'close after empty list elements': [`${OK}Connection: , ,close\r\n${EMPTY}`, '', false],
    'an option that begins as close does': [
      `${OK}Connection: closed, clos, close-x, x-close\r\n${EMPTY}`,
      '',
      true,
    ],
    'close within an option of two words': [`${OK}Connection: close x, x close\r\n${EMPTY}`, '', true],
    'close in a field that is not Connection': [
      `${OK}X-Connection: close\r\nConnectio: close\r\n${EMPTY}`,
      '',
      true,
    ],
    'close in an interim response only': [
      `HTTP/1.1 103 Hints\r\nConnection: close\r\n\r\n${OK}${EMPTY}`,
      '',
      true,
    ],
  },
  'no body': {
    'HEAD, whatever the length': [`${OK}Content-Length: 10\r\n\r\n`, '', true, { head: true }],
    'HEAD, chunked': [`${OK}${CHUNKED}`, '', true, { head: true }],
    'HEAD, no framing': [`${OK}\r\n`, '', true, { head: true }],
    'HEAD, longer than the limit': [
      `${OK}Content-Length: 10\r\n\r\n`,
      '',
      true,
      { head: true, limits: { maxBodyBytes: 9 } },
    ],
    '204 with a length': ['HTTP/1.1 204 No Content\r\nContent-Length: 10\r\n\r\n', '', true],
    '204 chunked': [`HTTP/1.1 204 No Content\r\n${CHUNKED}`, '', true],
    '304 with a length': ['HTTP/1.1 304 Not Modified\r\nContent-Length: 10\r\n\r\n', '', true],
    '304 without': ['HTTP/1.1 304 Not Modified\r\n\r\n', '', true],
  },
  'body by length': {
    'a length': [`${OK}Content-Length: 5\r\n\r\nhello`, 'hello', true],
    'in any letter case, with zeros and white space': [
      `${OK}cONTENT-lENGTH: \t 0005 \t\r\n\r\nhello`,
      'hello',
      true,
    ],
    'without white space': [`${OK}Content-Length:5\r\n\r\nhello`, 'hello', true],
    'of 205': ['HTTP/1.1 205 Reset\r\nContent-Length: 5\r\n\r\nhello', 'hello', true],
    'twice the same': [`${OK}Content-Length: 5\r\nX: y\r\nContent-Length: 05\r\n\r\nhello`, 'hello', true],
    'twice the same in a list': [`${OK}Content-Length: 5 , 5\r\n\r\nhello`, 'hello', true],
    'a body that looks like a response': [
      `${OK}Content-Length: 38\r\n\r\n${OK}${EMPTY}`,
      `${OK}${EMPTY}`,
      true,
    ],
    'as long as the limit': [
      `${OK}Content-Length: 5\r\n\r\nhello`,
      'hello',
      true,
      { limits: { maxBodyBytes: 5 } },
    ],
  },
  'body by chunks': {
    'several chunks': [
      `${OK}${CHUNKED}5\r\nhello\r\n1\r\n \r\nA\r\n0123456789\r\n0\r\n\r\n`,
      'hello 0123456789',
      true,
    ],
    'no data': [`${OK}${CHUNKED}0\r\n\r\n`, '', true],
    'sizes in either case, with zeros': [
      `${OK}${CHUNKED}0a\r\n0123456789\r\n000B\r\n0123456789a\r\n000\r\n\r\n`,
      '01234567890123456789a',
      true,
    ],
    'sixteen digits': [`${OK}${CHUNKED}0000000000000001\r\na\r\n0\r\n\r\n`, 'a', true],
    'data that looks like chunks': [`${OK}${CHUNKED}7\r\n\r\n0\r\n\r\n\r\n0\r\n\r\n`, '\r\n0\r\n\r\n', true],
    extensions: [`${OK}${CHUNKED}1;a;b=c;d="e \\" ; f\xff"\r\nx\r\n0;last\r\n\r\n`, 'x', true],
    'white space after the size': [`${OK}${CHUNKED}1 \t\r\nx\r\n1 ; a = b\r\ny\r\n0 \r\n\r\n`, 'xy', true],
    trailers: [`${OK}${CHUNKED}1\r\nx\r\n0\r\nX-Sum: 1\r\nY: a\r\n b\r\n\r\n`, 'x', true],
    'trailers that name framing': [
      `${OK}${CHUNKED}0\r\nContent-Length: x\r\nTransfer-Encoding: y\r\nConnection: close\r\n\r\n`,
      '',
      true,
    ],
    'after other codings': [`${OK}Transfer-Encoding: gzip, Chunked\r\n\r\n0\r\n\r\n`, '', true],
    'after other codings in two fields': [
      `${OK}Transfer-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
      '',
      true,
    ],
    'an empty list element after it': [`${OK}Transfer-Encoding: chunked, \t\r\n\r\n0\r\n\r\n`, '', true],
    'Content-Length before it': [`${OK}Content-Length: 3\r\n${CHUNKED}1\r\nx\r\n0\r\n\r\n`, 'x', false],
    'Content-Length after it': [
      `${OK}Transfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n1\r\nx\r\n0\r\n\r\n`,
      'x',
      false,
    ],
    'from HTTP/1.0': [
      `HTTP/1.0 200 OK\r\nConnection: keep-alive\r\n${CHUNKED}1\r\nx\r\n0\r\n\r\n`,
      'x',
      false,
    ],
    'as long as the limit': [
      `${OK}${CHUNKED}2\r\nab\r\n3\r\ncde\r\n0\r\n\r\n`,
      'abcde',
      true,
      { limits: { maxBodyBytes: 5 } },
    ],
  },
  'body until the connection ends': {
    'no framing': [`${OK}\r\nhello`, 'hello', false, { end: true }],
    'no framing, no bytes': [`${OK}\r\n`, '', false, { end: true }],
    'no framing, asked to keep alive': [
      `HTTP/1.0 200 OK\r\nConnection: keep-alive\r\n\r\nhello`,
      'hello',
      false,
      { end: true },
    ],
    'a coding other than chunked': [
      `${OK}Transfer-Encoding: gzip\r\n\r\nhello`,
      'hello',
      false,
      { end: true },
    ],
    'chunked not last': [`${OK}Transfer-Encoding: chunked, gzip\r\n\r\nhello`, 'hello', false, { end: true }],
    'chunked not last, in two fields': [
      `${OK}Transfer-Encoding: chunked\r\nTransfer-Encoding: gzip\r\n\r\nhello`,
      'hello',
      false,
      { end: true },
    ],
    'chunked with a parameter': [
      `${OK}Transfer-Encoding: chunked;a=b\r\n\r\nhello`,
      'hello',
      false,
      { end: true },
    ],
    'chunked in two words': [
      `${OK}Transfer-Encoding: gzip chunked\r\n\r\nhello`,
      'hello',
      false,
      { end: true },
    ],
    'no coding named': [`${OK}Transfer-Encoding: \r\n\r\nhello`, 'hello', false, { end: true }],
    'identity beside a length': [
      `${OK}Transfer-Encoding: identity\r\nContent-Length: 2\r\n\r\nhello`,
      'hello',
      false,
      { end: true },
    ],
    'as long as the limit': [`${OK}\r\nhello`, 'hello', false, { end: true, limits: { maxBodyBytes: 5 } }],
  },
  'interim responses': {
    '100': [`HTTP/1.1 100 Continue\r\n\r\n${OK}${EMPTY}`, '', true],
    several: [
      `HTTP/1.1 100\r\n\r\nHTTP/1.1 103 Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 199 X\r\n\r\n${OK}${EMPTY}`,
      '',
      true,
    ],
    'framing of an interim response means nothing': [
      `HTTP/1.1 102 P\r\nContent-Length: 5\r\n\r\nHTTP/1.1 103 H\r\n${CHUNKED}${OK}${EMPTY}`,
      '',
      true,
    ],
    'before the response to HEAD': [
      `HTTP/1.1 100 Continue\r\n\r\n${OK}Content-Length: 5\r\n\r\n`,
      '',
      true,
      { head: true },
    ],
    'with an empty line after': [`HTTP/1.1 100 Continue\r\n\r\n\r\n${OK}${EMPTY}`, '', true],
  },
  'header fields': {
    none: ['HTTP/1.1 304\r\n\r\n', '', true],
    'empty values, names of any token characters': [
      `${OK}A:\r\n!#$%&'*+-.^_\`|~09azAZ: \r\n${EMPTY}`,
      '',
      true,
    ],
    'obs-text and tabs in values': [`${OK}X: \t\xff\x80 a\tb\r\n${EMPTY}`, '', true],
    'a folded value': [`${OK}X: a\r\n b\r\n\tc\r\n${EMPTY}`, '', true],
    'a folded length': [`${OK}Content-Length:\r\n 5\r\n \r\n\r\nhello`, 'hello', true],
    'a folded list': [`${OK}Connection: x,\r\n\tclose\r\n${EMPTY}`, '', false],
    'a fold ends a word': [`${OK}Connection: clo\r\n se\r\n${EMPTY}`, '', true],
    'as long as the limit': [`${OK}${EMPTY}`, '', true, { limits: { maxHeaderBytes: 38 } }],
  },
};

for (const [topic, rows] of Object.entries(accepted)) {
  describe(`accepted: ${topic}`, () => {
    for (const [name, [text, body, keepAlive, circumstances = {}]] of Object.entries(rows)) {
      test(name, () => {
        const reading = readEveryWay(text, circumstances);
        assert.equal(reading.error, null);
        assert.equal(reading.complete, true);
        assert.equal(reading.bytes, text.length);
        assert.equal(reading.keepAlive, keepAlive);
        assert.equal(reading.body, body);
        const final = /HTTP\/1\.\d ([2-9]\d\d)[\s\S]*?\r\n\r\n/.exec(text);
        assert.equal(reading.status, Number(final?.[1]));
        assert.equal(reading.head, final?.[0]);
      });
    }
  });
}
