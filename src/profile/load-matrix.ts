import { type Plan, ZipfireError } from '../core/index.js';
import type { Matrix, MatrixCell } from './matrix.js';
import type { MatrixPart, ValuedAxis } from './matrix-axes.js';
import { CellReferences, type References } from './references.js';

/** A matrix of more runs would take weeks. */
const MOST_RUNS = 10_000;

/**
 * Every cell of a matrix as a plan of its own, so that a fault in the last of them is found before the first is run.
 *
 * @param load makes the plan of a cell
 * @throws ZipfireError `profile` with the cell and everything that is wrong in it
 */
export function loadCells(
  { axes, repeat, baseline }: MatrixPart,
  load: (references: References) => Plan,
): Matrix {
  const places = combinations(axes);
  const cells = placesOrErrors(axes, places, load);
  const first = cells[0] as MatrixCell; // every axis has two values
  checkAlike(cells);
  if (cells.length * repeat > MOST_RUNS) {
    throw new ZipfireError(
      'profile',
      `${cells.length} cells, ${repeat} times each, are more than ${MOST_RUNS} runs`,
    );
  }
  return {
    name: first.plan.name,
    axes: axes.map(({ name, labels }) => ({ name, labels })),
    cells,
    baseline: cells.findIndex(({ at }) => at.every((index, axis) => index === baseline[axis])),
    repeat,
    seed: first.plan.seed,
  };
}

function combinations(axes: readonly ValuedAxis[]): number[][] {
  return axes.reduce<number[][]>(
    (all, { values }) => all.flatMap((at) => values.map((_, index) => [...at, index])),
    [[]],
  );
}

function placesOrErrors(
  axes: readonly ValuedAxis[],
  places: readonly (readonly number[])[],
  load: (references: References) => Plan,
): MatrixCell[] {
  const cells: MatrixCell[] = [];
  const faults: { readonly label: string; readonly error: ZipfireError }[] = [];
  for (const at of places) {
    const label = axes.map(({ name, labels }, i) => `${name}=${labels[at[i] as number]}`).join(' ');
    try {
      cells.push({ at, label, plan: load(new CellReferences(axes, at)) });
    } catch (error) {
      if (!(error instanceof ZipfireError)) throw error;
      faults.push({ label, error });
    }
  }
  const [fault] = faults;
  if (fault === undefined) return cells;
  const { error, label } = fault;
  // What is wrong in every cell alike is not about the cell.
  const common =
    faults.length === places.length && faults.every((each) => each.error.message === error.message);
  if (common) throw error;
  const others = faults.length > 1 ? `, and there are faults in ${faults.length - 1} more` : '';
  throw new ZipfireError(error.code, `${error.message}\nin the cell ${label}${others}`, error.hint);
}

/** Two cells of one plan would be told apart by luck alone. */
function checkAlike(cells: readonly MatrixCell[]): void {
  const seen = new Map<string, string>();
  for (const { plan, label } of cells) {
    const text = JSON.stringify(comparable(plan));
    const other = seen.get(text);
    if (other !== undefined) {
      throw new ZipfireError(
        'profile',
        `the cells ${other} and ${label} are the same run`,
        'an axis has one value twice, nothing refers to it, or a flag is in its place',
      );
    }
    seen.set(text, label);
  }
}

/** Without the rows of files, which their names stand for. */
function comparable({ data = {}, ...rest }: Plan): unknown {
  const feeders = Object.entries(data).map(([name, { table: _, ...feeder }]) => [name, feeder]);
  return { ...rest, feeders };
}
