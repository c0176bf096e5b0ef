import { fixedText, type JsonText } from '../json/node.js';
import { encoderOf } from './encoder.js';
import type { Encoding, Program, ValueSlot } from './program.js';
import { textBytes } from './text.js';
import { ValueMaker } from './value-maker.js';

export interface ValueOptions {
  readonly head: string | null;
  readonly encoding: Encoding;
  readonly text: JsonText;
  readonly bare: boolean;
  readonly path: string;
  /** Leave the field out when the value is zero: it has no presence of its own. */
  readonly implicit?: boolean;
  readonly wrapper?: string;
  readonly nullable?: boolean;
}

/** A value as bytes when it is fixed, else as a slot. @throws ZipfireError `usage` when it does not fit */
export function valueProgram(options: ValueOptions): Program {
  const slot: ValueSlot = {
    kind: 'value',
    head: options.head,
    encoding: options.encoding,
    text: textBytes(options.text, options.path),
    bare: options.bare,
    unset: options.implicit === true ? encoderOf(options.encoding).zero : null,
    wrapper: options.wrapper ?? null,
    nullable: options.nullable ?? false,
    path: options.path,
  };
  return fixedText(slot.text) === null ? [slot] : [new ValueMaker(slot).render([])];
}
