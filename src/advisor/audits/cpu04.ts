import { audit, fail, inconclusive, notApplicable, pass } from '../audit.js';
import { goRuntime } from '../derive/go.js';
import { isAtLeast } from '../version.js';

export const cpu04 = audit({
  id: 'CPU04',
  title: 'GOMAXPROCS is left to Go',
  failureTitle: 'GOMAXPROCS is pinned, and Go would follow the quota',
  severity: 'low',
  confidence: 'observed',
  underLoad: false,
  needs: ['process'],
  uses: ['metrics'],
  doc: 'Fails when GOMAXPROCS is set in the environment of a program of Go 1.25 or newer. That turns off the live update: a limit that is resized later is not followed. From the downward API without a limit it is the number of CPUs of the node.',
  versions: 'Go 1.25 and newer; before, the pin is right',
  fix: 'Remove GOMAXPROCS from the environment, and automaxprocs from the program.',
  source: 'https://go.dev/doc/go1.25#container-aware-gomaxprocs',
  after: ['CPU05'],
  guard(facts) {
    const version = goRuntime(facts)?.version ?? null;
    return isAtLeast(version, '1.25') === false
      ? `${version} does not follow the quota: the pin is right`
      : null;
  },
  run(facts) {
    const go = goRuntime(facts);
    if (go === null) return notApplicable('nothing says that this is a Go program');
    const pinned = facts.process.environment['GOMAXPROCS'];
    if (pinned === undefined)
      return facts.process.unreadable?.includes('environment')
        ? inconclusive('the environment of the process is not ours to read; run as its user')
        : pass();
    if (go.version === null)
      return inconclusive('the version of Go is not known; give --metrics with go_info', {
        GOMAXPROCS: pinned,
      });
    return fail({
      evidence: { GOMAXPROCS: pinned, go: go.version },
      why: 'set by hand it stays as it is when the limit of the container changes',
      fix: 'unset GOMAXPROCS   # in the manifest: delete the variable',
    });
  },
});
