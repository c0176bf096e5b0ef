import { audit, fail, inconclusive, notApplicable, pass } from '../audit.js';
import { processWindow } from '../derive/process.js';
import type { ProcessFacts, ProcessView } from '../gather/process/facts.js';

const MOST = 0.5;
/** How long Linux keeps a port in TIME_WAIT, whatever is set. */
const TIME_WAIT_SEC = 60;
/** Fewer in the time that was seen are no habit. */
const LEAST_NEW = 100;

export const k04 = audit({
  id: 'K04',
  title: 'Ports for outgoing connections are not used up',
  failureTitle: 'Connections in TIME_WAIT use up the ports to one destination',
  severity: 'high',
  confidence: 'observed',
  underLoad: true,
  contention: 'eases',
  needs: ['process'],
  uses: ['load'],
  doc: 'Fails when the connections in TIME_WAIT to one address and port are more than half of the local ports there are, or will be: each keeps its port for 60 s, so of a load that is shorter the pace counts at which they came. Without a port a connect fails with EADDRNOTAVAIL. The cause is nearly always a client of the service, or the service as a client, that does not keep connections alive. The destination of the load itself is left out: that is S06. Inconclusive where the process and its children had no connection to that address whenever they were looked at: it may be another one that uses up the ports.',
  versions: 'Linux',
  fix: 'Keep connections alive (KA08, KA09); a wider port range and tcp_tw_reuse are stopgaps.',
  source: 'https://man7.org/linux/man-pages/man7/ip.7.html',
  after: ['KA08', 'KA09'],
  run({ process, load }) {
    const { portLow, portHigh } = process.network;
    if (portLow === null || portHigh === null)
      return inconclusive('the range of local ports is not known: the process has another network namespace');
    const ports = portHigh - portLow + 1;
    const most = churnOf(process.views)
      .filter(({ destination }) => load === undefined || !destination.endsWith(`:${load.port}`))
      .map((each) => ({ ...each, isOwn: isOwn(each.destination, process) }))
      // Those of others are told only where there is nothing else to tell.
      .toSorted((a, b) => Number(b.isOwn) - Number(a.isOwn) || b.expected - a.expected)[0];
    if (most === undefined) return notApplicable('no outgoing connection stands in TIME_WAIT');
    const { destination, count, perSecond, expected } = most;
    const evidence = {
      destination,
      timeWait: count,
      newPerSecond: Math.round(perSecond),
      expectedAfter60s: Math.round(expected),
      localPorts: ports,
    };
    if (expected <= MOST * ports) return pass(evidence);
    if (!most.isOwn)
      return inconclusive(
        `${count} connections to ${destination} stand in TIME_WAIT, and the process had none to it when it was looked at: they are of another one on this machine, or too short to be seen`,
        evidence,
      );
    const soon = expected > count ? `, and ${Math.round(expected)} are expected after a minute of this` : '';
    return fail({
      evidence,
      why: `${count} of ${ports} local ports to ${destination} wait for 60 s each${soon}: the service opens connections all the time`,
      fix: 'sysctl -w net.ipv4.ip_local_port_range="1024 65535"   # until the client keeps its connections: KA08, KA09',
    });
  },
});

/** Whether the process is seen at either end of such connections; where nobody can know, it is taken for it. */
function isOwn(destination: string, { views, listeners }: ProcessFacts): boolean {
  if (listeners.some(({ port }) => destination.endsWith(`:${port}`))) return true;
  const looks = views.flatMap(({ tcp }) =>
    tcp.timeWaitMost.filter((each) => each.destination === destination),
  );
  return looks.some(({ own }) => own == null || own > 0);
}

interface Churn {
  readonly destination: string;
  /** In TIME_WAIT: the most at any time. */
  readonly count: number;
  readonly perSecond: number;
  /** What `count` comes to when it goes on like this for as long as a port waits. */
  readonly expected: number;
}

function churnOf(views: readonly ProcessView[]): readonly Churn[] {
  const window = processWindow(views);
  const counts = new Map<string, number>();
  for (const { tcp } of views)
    for (const { destination, count } of tcp.timeWaitMost)
      counts.set(destination, Math.max(count, counts.get(destination) ?? 0));
  return [...counts].map(([destination, count]) => {
    if ('why' in window) return { destination, count, perSecond: 0, expected: count };
    const grown = countOf(window.last, destination) - countOf(window.first, destination);
    const perSecond = grown < LEAST_NEW ? 0 : grown / window.seconds;
    const left = Math.max(0, TIME_WAIT_SEC - window.seconds);
    return { destination, count, perSecond, expected: count + perSecond * left };
  });
}

function countOf({ tcp }: ProcessView, destination: string): number {
  return tcp.timeWaitMost.find((each) => each.destination === destination)?.count ?? 0;
}
