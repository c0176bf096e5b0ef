import { audit, fail, type Outcome, pass } from '../../audit.js';
import { placeText } from '../../gather/files/index.js';
import { ENOUGH_SEC, SHORTEST_CLIENT_SEC } from '../idle-defaults.js';
import { at } from './file-audit.js';
import { clientTimers, hasFront, reusing, serverTimers } from './idle-timers.js';
import { noted } from './pasting.js';

export const ka13 = audit({
  id: 'KA13',
  title: 'Idle connections outlive a short pause of their clients',
  failureTitle: 'The server ends idle connections within seconds',
  severity: 'medium',
  confidence: 'static',
  underLoad: false,
  needs: ['files'],
  uses: ['probe'],
  doc: 'Fails when a server of Go or Node, nginx or Envoy is set to close idle connections after less than 4 s, the shortest time for which a client in use keeps them by default (undici; Java keeps them for 30 s, Go for 90). Where a load balancer or proxy in front of it is among the files it is KA02; HAProxy is left out, whose manual advises short times where clients are browsers.',
  versions: 'every version',
  fix: 'An idle time above that of the clients.',
  source: 'https://github.com/nodejs/undici/blob/main/docs/docs/api/Client.md',
  run({ files, probe }) {
    // What is in front is known by another way.
    if (probe?.lbIdleMs != null) return [];
    return (
      [
        ...serverTimers(files).filter(({ file }) => !hasFront(files, file)),
        // In front of a proxy is a load balancer, and no other one of its kind.
        ...(reusing(files).length > 0 ? [] : clientTimers(files)),
      ]
        // Zero, where it is no "never", is KA01.
        .filter(({ name, seconds }) => seconds > 0 && !name.startsWith('HAProxy'))
        .map((timer): Outcome => {
          const evidence = {
            server: timer.name,
            idleSec: Number.isFinite(timer.seconds) ? timer.seconds : 'never',
          };
          if (timer.seconds >= SHORTEST_CLIENT_SEC) return pass(evidence, placeText(timer));
          return fail({
            ...at(timer),
            evidence,
            why: `a client that comes back after ${timer.seconds} s connects anew, and one that keeps connections for longer, as most do, meets a closed one`,
            fix: noted(timer.set(ENOUGH_SEC), timer, placeText(timer)),
          });
        })
    );
  },
});
