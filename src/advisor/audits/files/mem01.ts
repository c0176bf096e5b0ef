import { fail, type Outcome, pass } from '../../audit.js';
import { at, fileAudit } from './file-audit.js';
import { goRuntimeOf, usesLibrary } from './go-runtime.js';
import { environmentFix } from './pasting.js';
import { goSourcesOf, nameOf, runnersOf, variableOf } from './runners.js';

const MIB = 2 ** 20;

export const mem01 = fileAudit({
  id: 'MEM01',
  title: 'GOMEMLIMIT tells Go about the memory limit',
  failureTitle: 'Go will not know about the memory limit',
  severity: 'medium',
  doc: 'Fails when a container of a Go program has a memory limit and nothing sets GOMEMLIMIT: neither its environment, nor automemlimit, nor debug.SetMemoryLimit. Go does not take the limit over by itself, so the heap doubles as if there were none, and the kernel ends the program where a collection would have been enough.',
  versions: 'Go 1.19 and newer, which have GOMEMLIMIT',
  fix: 'Set GOMEMLIMIT to 90–95 % of the limit.',
  source: 'https://github.com/golang/go/issues/75164',
  run: (files) =>
    runnersOf(files).flatMap((runner): Outcome[] => {
      const { memoryLimit } = runner.container;
      if (memoryLimit === null || !goRuntimeOf(runner, files).isGo) return [];
      const evidence = { container: nameOf(runner), memoryLimitBytes: memoryLimit.value };
      const variable = variableOf(runner, 'GOMEMLIMIT');
      const { module } = runner;
      const byCode =
        module !== null &&
        (usesLibrary(module, files, /\/automemlimit/) ||
          goSourcesOf(module, files).some(({ calls }) =>
            calls.some(({ value }) => value.startsWith('debug.SetMemoryLimit')),
          ));
      if (variable !== undefined || byCode) return [pass(evidence, at(variable ?? memoryLimit).where)];
      const fitting = Math.max(1, Math.floor((0.9 * memoryLimit.value) / MIB));
      return [
        fail({
          ...at(memoryLimit),
          evidence,
          why: 'the collector lets the heap grow past the limit, and the kernel ends the program where a collection would have been enough',
          fix: environmentFix('GOMEMLIMIT', `${fitting}MiB`, runner.container, `of ${nameOf(runner)}`),
        }),
      ];
    }),
});
