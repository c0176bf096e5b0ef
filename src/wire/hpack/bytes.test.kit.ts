import type { FieldSink } from './decoder.js';

/** `828684` → its bytes; blanks are left out. */
export function hex(text: string): Buffer {
  return Buffer.from(text.replace(/\s/g, ''), 'hex');
}

export function bytesOf(text: string): Buffer {
  return Buffer.from(text, 'latin1');
}

/** Collects fields as `name: value`. */
export class FieldList implements FieldSink {
  readonly fields: string[] = [];

  field(name: string, bytes: Buffer, from: number, to: number): void {
    this.fields.push(`${name}: ${bytes.toString('latin1', from, to)}`);
  }
}
