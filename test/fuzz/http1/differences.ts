import { parseErrors } from '#zipfire/wire/http1/index.js';
import type { Verdict } from './oracle.js';
import type { Reading } from './reading.js';

/** One case seen by both. `text` is latin1. */
export interface Case {
  readonly text: string;
  readonly head: boolean;
  readonly ours: Reading;
  readonly node: Verdict;
}

/** Where the parser differs from node's on purpose. */
export interface Difference {
  /** What the parser does. */
  readonly rule: string;
  readonly because: string;
  /** A response on which they differ, and whether it answers a HEAD. */
  readonly example: string;
  readonly head?: true;
  /** Only some versions of llhttp differ. */
  readonly someVersions?: true;
  /** Whether it is the reason why they differ on a case. */
  explains(it: Case): boolean;
}

const OK = 'HTTP/1.1 200 OK\r\n';
const EMPTY = 'Content-Length: 0\r\n\r\n';
const CHUNKED = 'Transfer-Encoding: chunked\r\n\r\n';

/** Both read it whole and alike, but for whether the connection may be used again. */
function onlyReuse({ ours, node }: Case): boolean {
  const alike = ours.status === node.status && ours.bodyBytes === node.bodyBytes;
  return ours.complete && node.complete && alike && ours.keepAlive !== node.keepAlive;
}

function refusedByNode({ node }: Case, error: RegExp): boolean {
  return !node.complete && node.error !== null && error.test(node.error);
}

export const differences: readonly Difference[] = [
  {
    rule: 'a folded field value is read as one line',
    because: 'RFC 9112, 5.2: a user agent must replace obs-fold by white space',
    example: `${OK}X: a\r\n b\r\n${EMPTY}`,
    explains: (it) =>
      /\r\n[ \t]/.test(it.text) &&
      refusedByNode(it, /Unexpected whitespace after header value|Invalid header value char/),
  },
  {
    rule: 'equal Content-Length fields are one',
    because: 'RFC 9110, 8.6 allows it, and proxies do send them',
    example: `${OK}Content-Length: 1\r\nContent-Length: 1\r\n\r\na`,
    explains: (it) => refusedByNode(it, /Duplicate Content-Length/),
  },
  {
    rule: 'a list of equal Content-Length values is one, and a tab is white space around it',
    because: 'RFC 9110, 8.6 and 5.6.3',
    example: `${OK}Content-Length: 1, 1\r\n\r\na`,
    explains: (it) =>
      /content-length:[^\r\n]*[,\t]/i.test(it.text) &&
      refusedByNode(it, /Invalid character in Content-Length/),
  },
  {
    rule: 'a Content-Length above 2^53 - 1 is refused, also where no body follows',
    because: 'it is not exact as a number; node counts to 2^64',
    example: 'HTTP/1.1 304 Same\r\nContent-Length: 9007199254740992\r\n\r\n',
    explains: ({ ours }) => ours.error === parseErrors.lengthHuge,
  },
  {
    rule: 'Transfer-Encoding overrides Content-Length, and the connection is not used again',
    because: 'RFC 9112, 6.3: a client closes such a connection, but may read the response',
    example: `${OK}Content-Length: 3\r\n${CHUNKED}1\r\na\r\n0\r\n\r\n`,
    explains: (it) => refusedByNode(it, /can't be present with/),
  },
  {
    rule: 'trailer fields do not frame the message, Content-Length among them',
    because: 'RFC 9110, 6.5.1: they must not be taken for header fields',
    example: `${OK}${CHUNKED}0\r\nContent-Length: 7\r\n\r\n`,
    explains: (it) =>
      /\r\n0[\s\S]*content-length/i.test(it.text) && refusedByNode(it, /can't be present with/),
  },
  {
    rule: 'HTTP/1.2 to 1.9 are read as 1.1',
    because: 'RFC 9110, 2.5: a higher minor version is processed as the highest known',
    example: `HTTP/1.2 200 OK\r\n${EMPTY}`,
    explains: (it) => /HTTP\/1\.[2-9]/.test(it.text) && refusedByNode(it, /HPE_INVALID_VERSION/),
  },
  {
    rule: 'HTTP/0.9 and HTTP/2.0 in a status line are refused',
    because: 'there is no such status line in those protocols',
    example: `HTTP/2.0 200 OK\r\n${EMPTY}`,
    explains: ({ ours, node }) => ours.error === parseErrors.version && node.complete,
  },
  {
    rule: 'a status code below 100 is refused',
    because: 'RFC 9110, 15: it is invalid, and no class of responses would count it',
    example: `HTTP/1.1 099 What\r\n${EMPTY}`,
    explains: ({ ours, node }) => ours.error === parseErrors.status && node.complete && node.status < 100,
  },
  {
    rule: 'a protocol switched (101) is refused',
    because: 'no request asks for it, and what follows is not HTTP/1.1',
    example: 'HTTP/1.1 101 Switching\r\n\r\n',
    explains: ({ ours }) => ours.error === parseErrors.switching,
  },
  {
    rule: 'CR twice after the status line is refused',
    because: 'RFC 9112, 2.2: a bare CR is invalid; some versions take the second for the LF',
    example: 'HTTP/1.1 204 No\r\r\r\n',
    someVersions: true,
    explains: ({ ours, text }) => ours.error === parseErrors.bareCr && /HTTP[^\r\n]*\r\r/.test(text),
  },
  {
    rule: 'Connection in an interim response says nothing about the final one',
    because: 'the final response follows in spite of it, and says for itself',
    example: `HTTP/1.1 100 Continue\r\nConnection: close\r\n\r\n${OK}${EMPTY}`,
    explains: (it) => /HTTP\/1\.\d 1\d\d/.test(it.text) && refusedByNode(it, /HPE_CLOSED_CONNECTION/),
  },
  {
    rule: 'chunk extensions are passed over without a look at their grammar',
    because: 'nobody here reads them; CR, LF and control characters are refused all the same',
    example: `${OK}${CHUNKED}1;;@\r\na\r\n0\r\n\r\n`,
    explains: (it) => refusedByNode(it, /chunk extensions/),
  },
  {
    rule: 'white space may follow a chunk size',
    because: 'RFC 9112, 7.1.1 has recipients take it before an extension; old servers pad sizes with it',
    example: `${OK}${CHUNKED}1 \r\na\r\n0\r\n\r\n`,
    explains: (it) =>
      /\r\n[\da-f]+[ \t]/i.test(it.text) && refusedByNode(it, /Invalid character in chunk size/),
  },
  {
    rule: 'a chunk size has at most 16 digits',
    because: 'more is padding without end, against which a bound is needed',
    example: `${OK}${CHUNKED}${'0'.repeat(17)}\r\n\r\n`,
    explains: ({ ours }) => ours.error === parseErrors.chunkSizeLong,
  },
  {
    rule: 'a response to HEAD ends with its fields, and the connection may be used again',
    because: 'RFC 9112, 6.3: whatever framing the fields name or do not; node asks for a length',
    example: `${OK}\r\n`,
    head: true,
    explains: (it) => it.head && it.ours.keepAlive && onlyReuse(it),
  },
  {
    rule: 'HTTP/1.0: close overrides keep-alive',
    because: 'RFC 9112, 9.3',
    example: `HTTP/1.0 200 OK\r\nConnection: keep-alive, close\r\n${EMPTY}`,
    explains: (it) => /HTTP\/1\.0[\s\S]*close/i.test(it.text) && it.node.keepAlive && onlyReuse(it),
  },
  {
    rule: 'HTTP/1.0: Transfer-Encoding is faulty framing, and the connection is not used again',
    because: 'RFC 9112, 6.1',
    example: `HTTP/1.0 200 OK\r\nConnection: keep-alive\r\n${CHUNKED}0\r\n\r\n`,
    explains: (it) => /HTTP\/1\.0[\s\S]*transfer-enc/i.test(it.text) && it.node.keepAlive && onlyReuse(it),
  },
  {
    rule: 'Proxy-Connection is a field like any other',
    because: 'no RFC defines it; node takes it for Connection',
    example: `${OK}Proxy-Connection: close\r\n${EMPTY}`,
    explains: (it) => /proxy-connection/i.test(it.text) && onlyReuse(it),
  },
  {
    rule: 'empty elements of a Transfer-Encoding list count for nothing, and a tab is white space around it',
    because: 'RFC 9110, 5.6.1.2 and 5.6.3; node then reads until the connection ends',
    example: `${OK}Transfer-Encoding: chunked,\r\n\r\n1\r\na\r\n0\r\n\r\n`,
    explains: ({ text }) => /transfer-encoding:[^\r\n]*(?:,\s*\r\n|\t)/i.test(text),
  },
  {
    rule: 'a tab is white space around elements of Connection',
    because: 'RFC 9110, 5.6.3',
    example: `${OK}Connection: x,\tclose\t,y\r\n${EMPTY}`,
    someVersions: true,
    explains: (it) => /connection:[^\r\n]*\t/i.test(it.text) && onlyReuse(it),
  },
  {
    rule: 'a Transfer-Encoding that names no coding is one other than chunked',
    because: 'RFC 9112, 6.3: the body ends with the connection',
    example: `${OK}Transfer-Encoding:\r\n\r\nabc`,
    someVersions: true,
    explains: ({ text }) => /transfer-encoding:[ \t]*\r\n/i.test(text),
  },
];
