/** The benchmarks of one room alone: a module whose `run()` gives `{ what, figure, unit }`, in a process of its own. */
import { fileURLToPath } from 'node:url';
import { runClient } from './command.js';
import { value } from './figures.js';

/**
 * @param {string} module file name in bench/
 * @param {number | null} core to run on
 * @param {(what: string) => import('./figures.js').Limits | undefined} [promiseFor]
 * @returns {Promise<readonly import('./figures.js').Figure[]>}
 */
export async function runModule(module, core, promiseFor = () => undefined) {
  const path = fileURLToPath(new URL(`../${module}`, import.meta.url));
  const program = `import { run } from ${JSON.stringify(path)}; console.log(JSON.stringify(await run()));`;
  const done = await runClient([process.execPath, '--input-type=module', '-e', program], { core });
  if (done.code !== 0) throw new Error(`${module}: ${done.stderr.trim().slice(0, 500)}`);
  return JSON.parse(done.stdout).map(({ what, figure, unit }) =>
    value(what, [figure], { unit, promise: promiseFor(what) }),
  );
}
