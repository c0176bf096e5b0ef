/** HTTP/2 frames as a test writes and reads them, independent of the product's own. */
export const Type = {
  data: 0,
  headers: 1,
  priority: 2,
  rst: 3,
  settings: 4,
  push: 5,
  ping: 6,
  goaway: 7,
  window: 8,
  continuation: 9,
} as const;

const typeNames = Object.keys(Type);

export const END_STREAM = 1;
export const ACK = 1;
export const END_HEADERS = 4;
export const PADDED = 8;

export function frame(type: number, flags: number, id: number, payload: string | Buffer = ''): Buffer {
  const bytes = typeof payload === 'string' ? Buffer.from(payload, 'latin1') : payload;
  const head = Buffer.alloc(9);
  head.writeUIntBE(bytes.length, 0, 3);
  head[3] = type;
  head[4] = flags;
  head.writeUInt32BE(id, 5);
  return Buffer.concat([head, bytes]);
}

function u32(...values: number[]): string {
  const bytes = Buffer.alloc(4 * values.length);
  values.forEach((value, i) => {
    bytes.writeUInt32BE(value, 4 * i);
  });
  return bytes.toString('latin1');
}

export function settings(values: Readonly<Record<number, number>> = {}): Buffer {
  const payload = Object.entries(values).map(
    ([id, value]) => `\0${String.fromCharCode(Number(id))}${u32(value)}`,
  );
  return frame(Type.settings, 0, 0, payload.join(''));
}

export const settingsAck = frame(Type.settings, ACK, 0);

/** A whole header block: literals without indexing and without Huffman code. */
export function headers(
  id: number,
  fields: Readonly<Record<string, string>> | readonly (readonly [string, string])[],
  flags = 0,
): Buffer {
  return frame(Type.headers, END_HEADERS | flags, id, block(fields));
}

function block(fields: Readonly<Record<string, string>> | readonly (readonly [string, string])[]): string {
  const list = Array.isArray(fields) ? fields : Object.entries(fields);
  return list.map(([name, value]) => `\0${counted(name)}${counted(value)}`).join('');
}

function counted(text: string): string {
  if (text.length >= 127 + 128) throw new RangeError('a test header this long needs more than two bytes');
  const length = text.length < 127 ? [text.length] : [127, text.length - 127];
  return String.fromCharCode(...length) + text;
}

export function data(id: number, payload: string | Buffer, flags = 0): Buffer {
  return frame(Type.data, flags, id, payload);
}

export function rst(id: number, code: number): Buffer {
  return frame(Type.rst, 0, id, u32(code));
}

export function ping(payload: string, flags = 0): Buffer {
  return frame(Type.ping, flags, 0, payload);
}

export function goaway(last: number, code: number, debug = ''): Buffer {
  return frame(Type.goaway, 0, 0, u32(last, code) + debug);
}

export function windowUpdate(id: number, increment: number): Buffer {
  return frame(Type.window, 0, id, u32(increment));
}

export interface Frame {
  readonly type: string;
  readonly flags: number;
  readonly id: number;
  readonly payload: string;
}

/** The frames in a byte string; it must end with one. */
export function framesOf(text: string): Frame[] {
  const bytes = Buffer.from(text, 'latin1');
  const frames: Frame[] = [];
  for (let at = 0; at < bytes.length; ) {
    const length = bytes.readUIntBE(at, 3);
    if (at + 9 + length > bytes.length) throw new Error(`${bytes.length - at} bytes are no frame`);
    frames.push({
      type: typeNames[bytes[at + 3] as number] ?? 'unknown',
      flags: bytes[at + 4] as number,
      id: bytes.readUInt32BE(at + 5),
      payload: bytes.toString('latin1', at + 9, at + 9 + length),
    });
    at += 9 + length;
  }
  return frames;
}

/** `rst 1 0007`: the payload in hex where it is numbers, its text where it is content, a length above 40 bytes. */
export function describe(one: Frame): string {
  const text = one.type === 'data' || one.type === 'headers' || one.type === 'continuation';
  const payload = text ? one.payload : Buffer.from(one.payload, 'latin1').toString('hex');
  const shown = one.payload.length > 40 ? `(${one.payload.length})` : payload;
  const end = (one.type === 'data' || one.type === 'headers') && (one.flags & END_STREAM) !== 0 ? ' end' : '';
  const ack = (one.type === 'settings' || one.type === 'ping') && (one.flags & ACK) !== 0 ? ' ack' : '';
  return `${one.type} ${one.id}${ack}${shown === '' ? '' : ` ${shown}`}${end}`;
}
