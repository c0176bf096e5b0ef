/** A version as the parts that compare: `go1.25rc1` is [1, 25], `v20.19.4` is [20, 19, 4]. */
export type Version = readonly number[];

const NUMBERS = /\d{1,9}(?:\.\d{1,9}){0,3}/;

/** Reads the first version in a text; null where there is none. What comes behind the numbers is left out. */
function parseVersion(text: string): Version | null {
  const found = NUMBERS.exec(text.slice(0, 200));
  return found === null ? null : found[0].split('.').map(Number);
}

/** Below 0: older; parts that one does not have are 0. */
function compareVersions(a: Version, b: Version): number {
  for (let i = 0; i < Math.max(a.length, b.length); i++) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** Whether `version` is `least` or newer; null: not known. */
export function isAtLeast(version: string | null | undefined, least: string): boolean | null {
  const own = version === null || version === undefined ? null : parseVersion(version);
  const bound = parseVersion(least);
  return own === null || bound === null ? null : compareVersions(own, bound) >= 0;
}
