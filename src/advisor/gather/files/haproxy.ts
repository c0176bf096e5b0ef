import type { HaproxyConfig, HaproxyLine, HaproxySection } from './artifact.js';
import { words } from './settings.js';

const sections = new Set([
  'global',
  'defaults',
  'frontend',
  'backend',
  'listen',
  'resolvers',
  'peers',
  'mailers',
  'userlist',
  'cache',
  'program',
  'ring',
  'http-errors',
  'fcgi-app',
  'crt-list',
  'crt-store',
  'log-forward',
  'traces',
]);

/** Lines that are kept: others may hold a password. */
const kept =
  /^(?:timeout|option|no|http-reuse|maxconn|nbthread|nbproc|cpu-map|bind|backlog|mode|balance|tune\..+)$/;

/** The sections of an HAProxy configuration. */
export function readHaproxy(text: string, file: string, firstLine = 1): HaproxyConfig {
  const found: (HaproxySection & { lines: HaproxyLine[] })[] = [];
  for (const [index, raw] of text.split(/\r?\n/).entries()) {
    const line = firstLine + index;
    const own = words(withoutComment(raw));
    const [first = '', second = ''] = own;
    if (first === '') continue;
    if (sections.has(first) && /^\S/.test(raw))
      found.push({ kind: first, name: second, file, line, lines: [] });
    else if (kept.test(first)) found.at(-1)?.lines.push({ words: own, file, line });
  }
  return { file, sections: found };
}

function withoutComment(line: string): string {
  const match = /^(?:"(?:[^"\\]|\\.)*"|'[^']*'|\\.|[^"'#\\])*/.exec(line);
  return match?.[0] ?? line;
}
