import { escapeText } from '../core/index.js';

/** So that what tells two apart is not cut off. */
const MOST_OF_A_NAME = 360;

/**
 * Names of test cases, as they may be shown, each once: of two of one name GitLab shows the first alone, and so do others.
 * @param more what tells the later ones of a name apart, before a number does
 */
export function uniqueNames(names: readonly string[], more: (at: number) => string = () => ''): string[] {
  const taken = new Set<string>();
  return names.map((given, at) => {
    const name = escapeText(given, { maxLength: MOST_OF_A_NAME });
    const apart = more(at);
    const longer = apart === '' ? name : `${name} (${apart})`;
    let unique = taken.has(name) ? longer : name;
    for (let n = 2; taken.has(unique); n++) unique = `${longer} (${n})`;
    taken.add(unique);
    return unique;
  });
}
