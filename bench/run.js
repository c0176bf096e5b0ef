/**
 * Measures zipfire beside its peers, in turns, and holds the figures to what the project promises.
 *
 *   npm run bench                        every row
 *   npm run bench -- http1 tls           the rows whose name begins with one of these
 *   npm run bench -- --pairs 7 --seconds 10 --write      more of it, and into bench/README.md
 *   npm run bench -- --list
 */
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { busyWarning, cores, describeMachine, findProgram, versionOf, watchSteal } from './lib/machine.js';
import { addToPage, line, table } from './lib/report.js';
import { rows } from './rows/index.js';

const page = join(dirname(fileURLToPath(import.meta.url)), 'README.md');

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    pairs: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '5' },
    write: { type: 'boolean', default: false },
    list: { type: 'boolean', default: false },
  },
});
const pairs = wholeNumber('pairs');
const seconds = wholeNumber('seconds');
const chosen = rows.filter(
  ({ id }) => positionals.length === 0 || positionals.some((text) => id.startsWith(text)),
);

// The servers end when this process exits; a signal alone would not make it exit.
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(130));

if (values.list) {
  for (const { id, title } of rows) console.log(`${id.padEnd(14)}${title}`);
} else if (chosen.length === 0) {
  refuse(`no row is called ${positionals.join(' or ')}; there are ${rows.map(({ id }) => id).join(', ')}.`);
} else {
  await measureAll();
}

async function measureAll() {
  const head = heading();
  console.log(`${head.join('\n')}\n`);
  const measured = [];
  for (const row of chosen) {
    console.log(`${row.id}: ${row.title}`);
    const absent = whyNot(row);
    if (absent) {
      console.log(`  skipped: ${absent}\n`);
      continue;
    }
    const stolen = watchSteal();
    try {
      const figures = await row.measure({ pairs, seconds, cores: cores(), tick });
      endProgress();
      for (const figure of figures) console.log(line(figure));
      const note = stealNote(stolen());
      if (note) console.log(`  ${note}`);
      measured.push({ title: note ? `${row.title}; ${note}` : row.title, figures });
    } catch (error) {
      endProgress();
      console.log(`  FAILED: ${error instanceof Error ? error.message : error}`);
      process.exitCode = 1;
    }
    console.log('');
  }
  if (values.write && measured.length > 0) addToPage(page, table(measured, head));
}

function heading() {
  const pinned = cores();
  const tools = ['wrk', 'nginx'].map((name) => versionOf(name, '-v')).filter(Boolean);
  return [
    `${new Date().toISOString().slice(0, 10)}, ${describeMachine()}`,
    `${[...tools, findProgram('wrk2') ? 'wrk2' : 'wrk2 absent'].join(', ')}; ${
      pinned
        ? `server on core ${pinned.server}, client on core ${pinned.client}`
        : 'nothing pinned to a core (one core, or no taskset): ratios are rough'
    }; ${pairs} ${pairs === 1 ? 'pair' : 'pairs'} in turns, ${seconds} s a run.`,
    ...[busyWarning()].filter(Boolean),
  ];
}

/**
 * Why a row cannot be measured here, or null.
 * @param {import('./rows/index.js').Row} row
 */
function whyNot({ needs, provide }) {
  const missing = needs.filter((name) => !findProgram(name));
  if (missing.length > 0) return `${missing.join(' and ')} not installed`;
  return provide?.() ?? null;
}

function stealNote(share) {
  return share < 0.02
    ? null
    : `the machine's host took ${Math.round(share * 100)} % of its time: no measurement`;
}

function tick() {
  if (process.stderr.isTTY) process.stderr.write('.');
}

function endProgress() {
  if (process.stderr.isTTY) process.stderr.write('\r\x1b[K');
}

function wholeNumber(name) {
  const number = Number(values[name]);
  if (!Number.isInteger(number) || number < 1)
    refuse(`--${name} wants a whole number above 0, not ${values[name]}.`);
  return number;
}

function refuse(reason) {
  console.error(reason);
  process.exit(2);
}
