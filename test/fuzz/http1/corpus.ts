const OK = 'HTTP/1.1 200 OK\r\n';
const CHUNKED = 'Transfer-Encoding: chunked\r\n';

/** Responses of every kind, as seeds to mutate: what servers send, and what stands at an edge of the rules. */
export const corpus: readonly Buffer[] = [
  `${OK}Server: nginx/1.22.1\r\nDate: Tue, 20 Nov 2025 18:42:00 GMT\r\nContent-Type: text/plain\r\nContent-Length: 12\r\nConnection: keep-alive\r\nETag: "691f6b3c-c"\r\nAccept-Ranges: bytes\r\n\r\nhello, world`,
  `${OK}Content-Length: 0\r\n\r\n`,
  `HTTP/1.0 200 OK\r\nContent-Length: 2\r\nConnection: Keep-Alive\r\n\r\nok`,
  `HTTP/1.0 404 Not Found\r\n\r\nnot here`,
  `HTTP/1.1 204 No Content\r\n\r\n`,
  `HTTP/1.1 304 Not Modified\r\nContent-Length: 100\r\nETag: W/"x"\r\n\r\n`,
  `HTTP/1.1 503\r\nRetry-After: 1\r\nConnection: close\r\nContent-Length: 4\r\n\r\nbusy`,
  `${OK}${CHUNKED}\r\n5\r\nhello\r\n7;a=b\r\n, world\r\n0\r\n\r\n`,
  `${OK}${CHUNKED}Trailer: X-Sum\r\n\r\n1a;name="quoted value"\r\nabcdefghijklmnopqrstuvwxyz\r\n000\r\nX-Sum: 1\r\nX-More: 2\r\n\r\n`,
  `${OK}Transfer-Encoding: gzip, chunked\r\n\r\n3\r\n\x1f\x8b\x08\r\n0\r\n\r\n`,
  `${OK}Transfer-Encoding: gzip\r\n\r\n\x1f\x8b\x08`,
  `HTTP/1.1 100 Continue\r\n\r\n${OK}Content-Length: 3\r\n\r\nabc`,
  `HTTP/1.1 103 Early Hints\r\nLink: </a.css>; rel=preload\r\n\r\nHTTP/1.1 102 Processing\r\n\r\n${OK}Content-Length: 1\r\n\r\na`,
  `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: upgrade\r\n\r\n`,
  `${OK}Content-Length: 3\r\nContent-Length: 3\r\n\r\nabc`,
  `${OK}Content-Length: 3\r\n${CHUNKED}\r\n3\r\nabc\r\n0\r\n\r\n`,
  `${OK}X: a\r\n b\r\nConnection: x,\r\n\tclose\r\nContent-Length: 1\r\n\r\na`,
  `\r\n${OK}connection: foo, CLOSE\r\ncontent-length:1\r\n\r\na`,
  `${OK}Content-Length: 1\r\n\r\na${OK}Content-Length: 1\r\n\r\nb`,
].map((text) => Buffer.from(text, 'latin1'));
