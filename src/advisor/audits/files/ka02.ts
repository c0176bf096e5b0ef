import { fail, type Outcome, pass } from '../../audit.js';
import { placeText } from '../../gather/files/index.js';
import { MARGIN_SEC } from '../idle-defaults.js';
import { at, fileAudit } from './file-audit.js';
import { timerPairs } from './idle-timers.js';
import { noted } from './pasting.js';

/** A server would keep idle connections for too long: the front has to let go earlier. */
const LONG_SEC = 900;

export const ka02 = fileAudit({
  id: 'KA02',
  title: 'The server keeps idle connections longer than what is in front of it',
  failureTitle: 'The server closes idle connections before what is in front of it does',
  severity: 'high',
  doc: 'Fails when a load balancer or proxy among the files keeps idle connections to its servers longer than the server does. It sends a request on a connection that the server is just closing, and answers with 502 or 503. ALB keeps them for 60 s, Google for 600 s, ingress-nginx and an nginx upstream for 60 s, Envoy for an hour. Equal times are KA03; the default of Node is KA04.',
  versions: 'every version; the defaults are those of the products in 2025',
  fix: 'The idle time of the server: that of the load balancer and 15 s.',
  source:
    'https://docs.aws.amazon.com/elasticloadbalancing/latest/application/application-load-balancers.html',
  run: (files) =>
    timerPairs(files)
      .filter(({ front, back }) => front.seconds !== back.seconds)
      .map(({ front, back }): Outcome => {
        const evidence = {
          front: front.name,
          frontIdleSec: shown(front.seconds),
          frontAt: placeText(front),
          server: back.name,
          serverIdleSec: shown(back.seconds),
        };
        if (back.seconds > front.seconds) return pass(evidence, placeText(back));
        const lower = front.seconds > LONG_SEC && front.set(1) !== '';
        return fail({
          ...at(back),
          evidence,
          why: `${front.name} reuses a connection for ${shown(front.seconds)} s after its last request, and the server closes it after ${back.seconds} s: requests meet a closed connection, and clients see 502 or 503`,
          fix: lower
            ? noted(
                front.set(
                  Math.max(1, Math.floor(back.seconds) - (back.seconds > MARGIN_SEC ? MARGIN_SEC : 1)),
                ),
                front,
                placeText(front),
              )
            : noted(back.set(front.seconds + MARGIN_SEC), back, placeText(back)),
        });
      }),
});

function shown(seconds: number): number | string {
  return Number.isFinite(seconds) ? seconds : 'never';
}
