/** A hole of a template: which value fills it, and how it was written. */
export interface TemplateHole {
  /** Index into the values of a hit; a hole written twice has one index. */
  readonly index: number;
  /** As written, braces and all. */
  readonly source: string;
}

/**
 * Takes a template apart into literal text and holes, in order. What names mean is for the caller to know.
 * @throws ZipfireError `usage` for a hole that is not closed, or that names nothing known
 */
export type TemplateReader = (template: string) => readonly (string | TemplateHole)[];

/** For text that is no template. */
export const noHoles: TemplateReader = (text) => (text === '' ? [] : [text]);
