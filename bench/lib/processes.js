import { readFileSync } from 'node:fs';

/** A process and all it started. @returns {number[]} process ids */
export function processesBelow(pid) {
  try {
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
    const below = children
      .split(' ')
      .filter(Boolean)
      .flatMap((child) => processesBelow(Number(child)));
    return [pid, ...below];
  } catch {
    return [];
  }
}
