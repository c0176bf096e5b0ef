import fc from 'fast-check';

/** A valid response, as bytes and as what a reader must make of them. */
export interface Sample {
  readonly wire: Buffer;
  /** The request was a HEAD. */
  readonly head: boolean;
  /** The body ends with the connection: nothing may follow it. */
  readonly untilClose: boolean;
  readonly status: number;
  readonly keepAlive: boolean;
  readonly bodyBytes: number;
}

type Framing = 'length' | 'chunked' | 'untilClose';

const token = fc.stringMatching(/^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,12}$/);
const white = fc.stringMatching(/^[ \t]{0,3}$/);
const value = fc.stringMatching(/^[\t -~\x80-\xff]{0,40}$/);
/** Fields that frame nothing; some have names close to those that do. */
const fieldName = fc.oneof(
  token.filter((name) => !/^(connection|content-length|transfer-encoding)$/i.test(name)),
  fc.constantFrom('Content-Type', 'Connectio', 'Connections', 'Content-Lengt', 'Transfer-Encoding-'),
);
const field = fc.tuple(fieldName, white, value).map(([name, space, text]) => `${name}:${space}${text}\r\n`);
const reason = fc.oneof(fc.constant(''), fc.stringMatching(/^ [\t -~\x80-\xff]{0,20}$/));
const interim = fc
  .tuple(fc.constantFrom(100, 102, 103, 199), reason, fc.array(field, { maxLength: 2 }))
  .map(([status, phrase, fields]) => `HTTP/1.1 ${status}${phrase}\r\n${fields.join('')}\r\n`);
const body = fc.uint8Array({ maxLength: 80 }).map((bytes) => Buffer.from(bytes).toString('latin1'));

function mixedCase(text: string): fc.Arbitrary<string> {
  return fc.mixedCase(fc.constant(text));
}

function listField(name: string, element: string): fc.Arbitrary<string> {
  return fc
    .tuple(mixedCase(name), white, mixedCase(element), white, fc.constantFrom('', ',', ' , ,'))
    .map(([field, before, text, after, more]) => `${field}:${before}${text}${after}${more}\r\n`);
}

const extension = fc.oneof(
  { weight: 3, arbitrary: fc.constant('') },
  token.map((name) => `;${name}`),
  fc.tuple(token, token).map(([name, text]) => `;${name}=${text}`),
  fc.tuple(token, white).map(([name, text]) => ` ; ${name}="${text};"`),
);

/** The text of a chunked body, cut into chunks in any way. */
function chunked(text: string): fc.Arbitrary<string> {
  const chunk = fc.tuple(
    fc.integer({ min: 1, max: 40 }),
    fc.integer({ min: 0, max: 3 }),
    fc.boolean(),
    extension,
  );
  return fc
    .tuple(fc.array(chunk, { minLength: 80, maxLength: 80 }), extension, fc.array(field, { maxLength: 2 }))
    .map(([cuts, lastExtension, trailers]) => {
      let wire = '';
      let at = 0;
      for (const [length, zeros, upper, ext] of cuts) {
        const data = text.slice(at, at + length);
        if (data === '') break;
        at += length;
        const size = '0'.repeat(zeros) + data.length.toString(16);
        wire += `${upper ? size.toUpperCase() : size}${ext}\r\n${data}\r\n`;
      }
      return `${wire}0${lastExtension}\r\n${trailers.join('')}\r\n`;
    });
}

/** The field that frames a body of so many bytes, if any. */
function framingField(framing: Framing, length: number): fc.Arbitrary<string> {
  if (framing === 'untilClose') return fc.constant('');
  if (framing === 'chunked') {
    return fc.oneof(
      listField('transfer-encoding', 'chunked'),
      listField('transfer-encoding', 'gzip, chunked'),
    );
  }
  return fc
    .tuple(mixedCase('content-length'), white, fc.integer({ min: 0, max: 4 }), white)
    .map(([name, before, zeros, after]) => `${name}:${before}${'0'.repeat(zeros)}${length}${after}\r\n`);
}

const shape = fc.record({
  head: fc.boolean(),
  minor: fc.constantFrom(0, 1),
  status: fc.oneof(fc.constantFrom(200, 204, 304, 404, 503), fc.integer({ min: 200, max: 999 })),
  framing: fc.constantFrom<Framing>('length', 'chunked', 'untilClose'),
  option: fc.constantFrom('', 'close', 'keep-alive'),
  text: body,
  interims: fc.oneof({ weight: 4, arbitrary: fc.constant([]) }, fc.array(interim, { maxLength: 2 })),
});

export const validResponse: fc.Arbitrary<Sample> = shape.chain((it) => {
  const bodiless = it.head || it.status === 204 || it.status === 304;
  const untilClose = !bodiless && it.framing === 'untilClose';
  const persistent =
    it.minor === 1 ? it.option !== 'close' : it.option === 'keep-alive' && it.framing !== 'chunked';
  const parts = fc.tuple(
    reason,
    fc.array(field, { maxLength: 4 }),
    framingField(it.framing, it.text.length),
    it.option === '' ? fc.constant('') : listField('connection', it.option),
    bodiless ? fc.constant('') : it.framing === 'chunked' ? chunked(it.text) : fc.constant(it.text),
    fc.nat(),
  );
  return parts.map(([phrase, fields, framing, connection, rest, turn]) => {
    const lines = [...fields, framing, connection];
    const turned = [...lines.slice(turn % lines.length), ...lines.slice(0, turn % lines.length)];
    const head = `HTTP/1.${it.minor} ${it.status}${phrase}\r\n${turned.join('')}\r\n`;
    return {
      wire: Buffer.from(it.interims.join('') + head + rest, 'latin1'),
      head: it.head,
      untilClose,
      status: it.status,
      keepAlive: persistent && !untilClose,
      bodyBytes: bodiless ? 0 : it.text.length,
    };
  });
});
