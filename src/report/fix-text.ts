import { textWidth, wrap } from './layout.js';

/** A fix as it is shown: tabs of Go code as spaces, as an escaped `\t` could not be pasted. */
export function fixText(fix: string): string {
  return fix.replaceAll('\t', '    ');
}

/** Code and its comment, as rules write them: three spaces, and what a shell, nginx, YAML, Go or Node takes for one. */
const remark = /^(\s*)(.*?)(?: {3}|^)(#|\/\/) (.*)$/;
/** In less a comment is a word a line. */
const NARROWEST = 20;

/**
 * A line of a fix in the columns that there are, and still to be pasted: a comment that does not fit goes above its
 * code, and on in lines that are comments too. Code itself is never broken.
 */
export function fixLines(line: string, width: number): string[] {
  if (textWidth(line) <= width) return [line];
  const [, indent = '', code = '', mark = '', text = ''] = remark.exec(line) ?? [];
  if (mark === '') return [line];
  const begin = `${indent}${mark} `;
  const comment = wrap(text, Math.max(NARROWEST, width - textWidth(begin))).map((each) => begin + each);
  return code === '' ? comment : [...comment, indent + code];
}
