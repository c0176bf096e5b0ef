/** A request as it came over the wire. */
export interface ReceivedRequest {
  readonly method: string;
  readonly target: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Buffer;
}

/**
 * Cuts a stream of bytes into requests. For tests: it takes what well-formed clients send, with bodies of a
 * Content-Length only, and throws at anything else.
 */
export class Http1RequestReader {
  #pending: Buffer = Buffer.alloc(0);

  /** The requests that `chunk` completes. */
  read(chunk: Buffer): ReceivedRequest[] {
    this.#pending = this.#pending.length === 0 ? chunk : Buffer.concat([this.#pending, chunk]);
    const requests: ReceivedRequest[] = [];
    for (let request = this.#next(); request !== null; request = this.#next()) requests.push(request);
    return requests;
  }

  #next(): ReceivedRequest | null {
    const end = this.#pending.indexOf('\r\n\r\n');
    if (end < 0) return null;
    const [requestLine = '', ...lines] = this.#pending.toString('latin1', 0, end).split('\r\n');
    const match = /^([A-Z]+) (\S+) HTTP\/1\.1$/.exec(requestLine);
    if (match === null) throw new Error(`not a request line: ${JSON.stringify(requestLine)}`);
    const headers = lines.map((line) => {
      const colon = line.indexOf(': ');
      if (colon < 1) throw new Error(`not a header line: ${JSON.stringify(line)}`);
      return [line.slice(0, colon), line.slice(colon + 2)] as const;
    });
    const length = headers.find(([name]) => name.toLowerCase() === 'content-length')?.[1] ?? '0';
    if (!/^\d+$/.test(length)) throw new Error(`not a Content-Length: ${JSON.stringify(length)}`);
    const bodyStart = end + 4;
    const bodyEnd = bodyStart + Number(length);
    if (this.#pending.length < bodyEnd) return null;
    const body = Buffer.from(this.#pending.subarray(bodyStart, bodyEnd));
    this.#pending = this.#pending.subarray(bodyEnd);
    const [, method = '', target = ''] = match;
    return { method, target, headers, body };
  }
}
