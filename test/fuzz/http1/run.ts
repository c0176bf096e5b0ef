/**
 * How long the fuzzers run and from which seed. In a suite they are short and always the same;
 * `ZIPFIRE_FUZZ_CASES=5000000 ZIPFIRE_FUZZ_SEED=7` makes them long and different.
 */
export function fuzzRun(cases: number): { cases: number; seed: number } {
  const { ZIPFIRE_FUZZ_CASES = cases, ZIPFIRE_FUZZ_SEED = 1 } = process.env;
  return { cases: Number(ZIPFIRE_FUZZ_CASES), seed: Number(ZIPFIRE_FUZZ_SEED) };
}

/** What to print of bytes that failed, so that the case can be pasted into a table. */
export function shown(bytes: Buffer): string {
  return JSON.stringify(bytes.toString('latin1'));
}
