/**
 * Whether what `zipfire capacity` claims is what holds: searches against services that are simulated, whose limit is drawn
 * anew for each run, evenly from ± a spread. Counted is how often the interval holds the median of the limit. No load is
 * sent, and the same seeds give the same figures. `node bench/capacity-coverage.js [searches a spread] [first seed]`
 *
 * Takes some minutes; `npm run build` before, with --tests, as the service is that of the unit tests.
 */
import { pathToFileURL } from 'node:url';

const SEARCHES = 150;
const SPREADS = [0, 0.02, 0.05, 0.15, 0.3];
/** So many standard deviations below what is claimed is chance. */
const CHANCE = 2;
/** Of the rate, as the gate that capacity adds asks for. */
const CARRIED = 0.99;

/** @returns {Promise<{ spread: number, figures: number, held: number, claimed: number, kept: boolean }[]>} */
export async function run(searches = SEARCHES, spreads = SPREADS, first = 1) {
  const { searchRate } = await import('../dist/capacity/search.js');
  const { SimulatedBench, sharpLimit, usualSearch } = await import('../dist/capacity/simulated.test.kit.js');
  const kit = await import('../dist/profile/plan.test.kit.js');
  const plan = kit.run('http://h/', { connections: '64', workers: '1', rate: '1k' });
  const rows = [];
  for (const spread of spreads) {
    let [figures, held, claimed] = [0, 0, 0];
    for (let seed = first; seed < first + searches; seed++) {
      const limit = 4000 + 7 * (seed % 300);
      const noisy = (asked) => sharpLimit(limit * (1 + spread * (2 * asked.random() - 1)))(asked);
      const { valid, low, high, confidence } = await searchRate(
        plan,
        usualSearch,
        new SimulatedBench(noisy, seed),
      );
      if (!valid || low === null || confidence === null) continue;
      figures++;
      claimed += confidence;
      const median = limit / CARRIED;
      if (low <= median && (high === null || median <= high)) held++;
    }
    const share = claimed / figures;
    const kept = held / figures >= share - CHANCE * Math.sqrt((share * (1 - share)) / figures);
    rows.push({ spread, figures, held: held / figures, claimed: share, kept });
  }
  return rows;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const [searches = SEARCHES, first = 1] = process.argv.slice(2).map(Number);
  const percent = (share) => `${(100 * share).toFixed(1)} %`;
  for (const spread of SPREADS) {
    const [row] = await run(searches, [spread], first);
    const { figures, held, claimed, kept } = row;
    console.log(
      `±${percent(spread).padEnd(7)} ${figures} of ${searches} found  ${percent(held)} held  ${percent(claimed)} claimed  ${kept ? 'kept' : 'MISSED'}`,
    );
    if (!kept) process.exitCode = 1;
  }
}
