import { fail, inconclusive, type Outcome, pass } from '../../audit.js';
import { parseMemLimit } from '../../derive/go.js';
import type { Variable } from '../../gather/files/index.js';
import { binaryBytesOf, kubernetesBytesOf } from '../../gather/files/quantities.js';
import { at, fileAudit } from './file-audit.js';
import { environmentFix } from './pasting.js';
import { nameOf, type Runner, runnersOf, variableOf } from './runners.js';

const MIB = 2 ** 20;
const GIB = 2 ** 30;
const MOST = 0.95;

export const mem02 = fileAudit({
  id: 'MEM02',
  title: 'GOMEMLIMIT leaves room below the memory limit',
  failureTitle: 'GOMEMLIMIT leaves no room below the memory limit',
  severity: 'high',
  doc: 'Fails when GOMEMLIMIT is above 95 % of the memory limit of the container, as it is when it comes from the downward API (which by a divisor of 1Mi gives so many bytes), and when it is written in a unit that Go does not know (`900Mi`), with which it does not start. What the runtime does not count (C libraries, the binary, the page cache of the group) has no place then, and the kernel ends the program while Go thinks that there is room.',
  versions: 'Go 1.19 and newer',
  fix: 'Set GOMEMLIMIT to 90 % of the limit.',
  source: 'https://go.dev/doc/gc-guide#Memory_limit',
  run: (files) =>
    runnersOf(files).flatMap((runner): Outcome[] => {
      const variable = variableOf(runner, 'GOMEMLIMIT');
      const limit = runner.container.memoryLimit;
      if (variable === undefined) return [];
      const place = at(variable);
      const said = variable.value ?? variable.from ?? 'unknown';
      const evidence = {
        container: nameOf(runner),
        GOMEMLIMIT: said,
        memoryLimitBytes: limit?.value ?? null,
      };
      if (variable.value === 'off') return [];
      // What is filled in later may be right then.
      if (
        variable.value !== null &&
        /^[\w.]+$/.test(variable.value) &&
        parseMemLimit(variable.value) === null
      )
        return [
          fail({
            ...place,
            evidence,
            why: 'Go does not know this unit and ends at the start: “malformed GOMEMLIMIT”. It takes bytes, KiB, MiB, GiB and TiB, in whole numbers',
            fix: fixFor(
              runner,
              variable,
              limit?.value ?? binaryBytesOf(variable.value.replace(/i$/, '')) ?? GIB,
            ),
          }),
        ];
      const divisor = variable.from === 'limits.memory' ? kubernetesBytesOf(variable.divisor ?? '1') : null;
      if (divisor !== null && divisor > 1)
        return [
          fail({
            ...place,
            evidence: { ...evidence, divisor: variable.divisor ?? null },
            why: `the downward API divides by ${variable.divisor}, and Go takes what comes out for bytes: it collects without end`,
            fix: fixFor(runner, variable, limit?.value ?? GIB),
          }),
        ];
      if (limit === null) {
        if (variable.from !== 'limits.memory') return [];
        return [
          inconclusive(
            'the downward API without a limit gives the memory of the node',
            evidence,
            place.where,
          ),
        ];
      }
      const bytes =
        variable.from === 'limits.memory' ? limit.value : parseMemLimit(variable.value ?? undefined);
      if (bytes === null)
        return [inconclusive(`the value of GOMEMLIMIT is not known: ${said}`, evidence, place.where)];
      const share = bytes / limit.value;
      if (share <= MOST) return [pass(evidence, place.where)];
      return [
        fail({
          ...place,
          evidence,
          why: `it is ${Math.round(share * 100)} % of the limit, and what Go does not count needs 5 to 10 %`,
          fix: fixFor(runner, variable, limit.value),
        }),
      ];
    }),
});

/** Nine tenths of a limit, in the place that sets it now. */
function fixFor(runner: Runner, variable: Variable, bytes: number): string {
  const value = `${Math.max(1, Math.floor((0.9 * bytes) / MIB))}MiB`;
  return environmentFix('GOMEMLIMIT', value, runner.container, `of ${nameOf(runner)}`, variable);
}
