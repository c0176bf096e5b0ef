import { escapeText, usageError, type ZipfireError } from '../../core/index.js';
import type { TemplateHole, TemplateReader } from './template.js';

/** Stands for a hole in the text. JSON has no such character outside an escape, so none is taken for a hole. */
export const HOLE = '\0';

/** A template as one text to read from: each hole is one character, and known by where it stands. */
export class JsonSource {
  readonly text: string;
  readonly #name: string;
  readonly #holes = new Map<number, TemplateHole>();

  /** @param name what the text is called in errors: a flag, or a file */
  constructor(template: string, name: string, read: TemplateReader) {
    let text = '';
    for (const part of read(template)) {
      if (typeof part === 'string') {
        text += part;
      } else {
        this.#holes.set(text.length, part);
        text += HOLE;
      }
    }
    this.text = text;
    this.#name = name;
  }

  holeAt(at: number): TemplateHole | undefined {
    return this.#holes.get(at);
  }

  /** An error with the place, line and column from 1, as they are in the template. */
  error(at: number, what: string, hint?: string): ZipfireError {
    let line = 1;
    let column = 1;
    for (let i = 0; i < at; i++) {
      if (this.text[i] === '\n') {
        line++;
        column = 1;
      } else {
        column += this.#holes.get(i)?.source.length ?? 1;
      }
    }
    return usageError(`${escapeText(this.#name)}:${line}:${column}: ${escapeText(what)}`, hint);
  }

  /** What stands at a place, for a message. */
  shown(at: number): string {
    if (at >= this.text.length) return 'the end';
    return (
      this.#holes.get(at)?.source ?? JSON.stringify(String.fromCodePoint(this.text.codePointAt(at) ?? 0))
    );
  }
}
