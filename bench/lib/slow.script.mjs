/** A script that computes for 3 ms a request: the generator is the limit. */
const WORK_MS = 3;

export function request() {
  const endMs = performance.now() + WORK_MS;
  while (performance.now() < endMs);
  return { method: 'GET', path: '/a' };
}
