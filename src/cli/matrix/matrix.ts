import { compareMatrix } from '../../compare/index.js';
import { type CellRun, ExitCode, escapeText, type MatrixResult, type Plan } from '../../core/index.js';
import { exitCodeOf, withholdPasses } from '../../gate/index.js';
import { type Matrix, redactPlan } from '../../profile/index.js';
import { renderMatrix } from '../../report/matrix.js';
import { renderMatrixCsv } from '../../report/matrix-csv.js';
import { terminalOptions } from '../console.js';
import { writeText } from '../keys/flags.js';
import { gateOnBaseline, refuseGate, runJudged } from '../measure/judged-run.js';
import { onInterrupt } from '../measure/measure.js';
import { ProgressView } from '../measure/progress.js';
import { describeTool } from '../tool.js';
import { orderOfRound } from './order.js';
import type { MatrixOutputs } from './outputs.js';

/**
 * Runs every cell of a matrix, in rounds, and tells them apart. Ctrl-C ends it and keeps the runs that are whole; so
 * does an error, which is thrown after the outputs are written.
 */
export async function runMatrix(given: Matrix, outputs: MatrixOutputs, quiet: boolean): Promise<ExitCode> {
  const matrix = await compiled(given);
  const session = new Session(matrix, quiet);
  const startedAt = new Date().toISOString();
  const failure = await session.run().then(
    () => null,
    (error: unknown) => ({ error }),
  );
  if (failure !== null && session.measured === 0) throw failure.error;
  const document = documentOf(matrix, session, startedAt);
  await write(document, outputs);
  if (failure !== null) throw failure.error;
  if (session.interrupted) return ExitCode.interrupted;
  const judged = worst(session.runs.flat());
  return judged === ExitCode.pass && outputs.failOnRegression ? exitCodeOfEffects(document) : judged;
}

/** The calls of every cell are compiled, and so checked, before the first is run. */
async function compiled(matrix: Matrix): Promise<Matrix> {
  const cells = [];
  for (const cell of matrix.cells) {
    const { grpc } = cell.plan;
    refuseGate(gateOnBaseline(cell.plan), 'a matrix has none: its cells are compared with each other');
    const plan =
      grpc === undefined
        ? cell.plan
        : await (await import('../measure/compile-plan.js')).compilePlan(cell.plan, grpc);
    cells.push({ ...cell, plan });
  }
  return { ...matrix, cells };
}

/** A matrix under way. */
class Session {
  readonly #matrix: Matrix;
  readonly #quiet: boolean;
  readonly #controller = new AbortController();
  /** What has been written before a run, so that it is not again. */
  readonly #prefilled = new Set<string>();
  #view: ProgressView | null = null;
  /** By cell. */
  readonly runs: CellRun[][];

  constructor(matrix: Matrix, quiet: boolean) {
    this.#matrix = matrix;
    this.#quiet = quiet;
    this.runs = matrix.cells.map(() => []);
  }

  get measured(): number {
    return this.runs.reduce((sum, { length }) => sum + length, 0);
  }

  get interrupted(): boolean {
    return this.#controller.signal.aborted;
  }

  async run(): Promise<void> {
    const restore = onInterrupt(this.#controller, () => this.#view?.done());
    const { cells, repeat, seed } = this.#matrix;
    try {
      for (let round = 1; round <= repeat; round++) {
        for (const cell of orderOfRound(cells.length, seed, round)) {
          await this.#runCell(cell, round);
          if (this.interrupted) return;
        }
      }
    } finally {
      restore();
    }
  }

  async #runCell(index: number, round: number): Promise<void> {
    const { cells, repeat } = this.#matrix;
    const { plan: whole, label } = cells[index] as Matrix['cells'][number];
    const order = this.measured + 1;
    if (!this.#quiet) {
      process.stderr.write(
        `${order}/${cells.length * repeat}  round ${round}  ${escapeText(label, { maxLength: 200 })}\n`,
      );
    }
    const plan = this.#withoutKnownPrefill(whole);
    const view = this.#quiet ? null : new ProgressView(plan);
    this.#view = view;
    const judged = await runJudged(plan, null, {
      signal: this.#controller.signal,
      onProgress: (progress) => view?.update(progress),
    }).finally(() => view?.done());
    const result = withholdPasses(judged);
    // What was cut short is not a run of the cell.
    if (result.verdict === 'interrupted') return;
    const { startedAt, validity, gates, verdict, summary, operations } = result;
    this.runs[index]?.push({ round, order, startedAt, validity, gates, verdict, summary, operations });
  }

  /** Cells that would write the same keys with the same requests share what the first of them wrote. */
  #withoutKnownPrefill(plan: Plan): Plan {
    const { prefill } = plan.phases;
    if (prefill === null) return plan;
    const operation = plan.operations.find(({ name }) => name === prefill.operation);
    const { weight: _, ...request } = operation ?? { weight: 0 };
    const what = JSON.stringify([prefill, plan.keys[prefill.keys], request, plan.target, plan.seed]);
    if (!this.#prefilled.has(what)) {
      this.#prefilled.add(what);
      return plan;
    }
    return { ...plan, phases: { ...plan.phases, prefill: null } };
  }
}

function documentOf(matrix: Matrix, { runs, interrupted }: Session, startedAt: string): MatrixResult {
  const { name, seed, axes, cells, baseline, repeat } = matrix;
  const compared = compareMatrix(
    axes,
    cells.map(({ at }, i) => ({ at, runs: (runs[i] ?? []).map(({ summary }) => summary) })),
    baseline,
  );
  return {
    schema: 'zipfire.matrix/1',
    tool: describeTool(),
    startedAt,
    name,
    seed,
    axes: axes.map((axis) => ({ name: axis.name, values: axis.labels })),
    baseline,
    repeat,
    interrupted,
    cells: cells.map(({ at, plan }, i) => ({
      values: Object.fromEntries(axes.map((axis, a) => [axis.name, axis.labels[at[a] ?? 0] ?? ''])),
      plan: redactPlan(plan),
      runs: runs[i] ?? [],
      figures: compared.figures[i] ?? [],
    })),
    effects: compared.effects,
    warnings: compared.warnings,
  };
}

async function write(result: MatrixResult, { out, csv }: MatrixOutputs): Promise<void> {
  if (out !== '-' && csv !== '-') process.stdout.write(renderMatrix(result, terminalOptions(process.stdout)));
  if (out !== undefined) await writeText('out', out, `${JSON.stringify(result, null, 2)}\n`);
  if (csv !== undefined) await writeText('csv', csv, renderMatrixCsv(result));
}

/** As of a comparison: an invalid measurement never passes. */
function exitCodeOfEffects({ cells, effects }: MatrixResult): ExitCode {
  if (cells.some(({ runs }) => runs.some(({ validity }) => !validity.valid))) return ExitCode.invalid;
  return effects.some(({ verdict }) => verdict === 'worse') ? ExitCode.gateFailed : ExitCode.pass;
}

/** As of a single run: a failed gate before an invalid measurement. */
function worst(runs: readonly CellRun[]): ExitCode {
  const codes = new Set(runs.map(exitCodeOf));
  if (codes.has(ExitCode.gateFailed)) return ExitCode.gateFailed;
  return codes.has(ExitCode.invalid) ? ExitCode.invalid : ExitCode.pass;
}
