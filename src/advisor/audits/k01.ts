import { audit, fail, inconclusive, pass } from '../audit.js';
import { growth, processWindow } from '../derive/process.js';

export const k01 = audit({
  id: 'K01',
  title: 'The kernel turned no connection away',
  failureTitle: 'The kernel turned connections away: the accept queue was full',
  severity: 'high',
  confidence: 'observed',
  underLoad: true,
  contention: 'worsens',
  needs: ['process'],
  doc: 'Fails when ListenOverflows or ListenDrops of the network namespace grew while the load ran. The client sends its SYN again after a second, then two: a connect time of 1 s and more at the tail is this.',
  versions: 'Linux',
  fix: 'A longer backlog in the server, a higher net.core.somaxconn, and a server that accepts faster.',
  source: 'https://man7.org/linux/man-pages/man2/listen.2.html',
  run({ process }) {
    const window = processWindow(process.views);
    if ('why' in window) return inconclusive(window.why);
    const overflows = growth(window.first.tcp.listenOverflows, window.last.tcp.listenOverflows);
    const drops = growth(window.first.tcp.listenDrops, window.last.tcp.listenDrops);
    if (overflows === null || drops === null) return inconclusive('the kernel does not count this here');
    const evidence = { listenOverflows: overflows, listenDrops: drops, somaxconn: process.network.somaxconn };
    if (overflows === 0 && drops === 0) return pass(evidence);
    return fail({
      evidence,
      why: `${Math.max(overflows, drops)} connections found no place in the queue, and their clients wait a second or more to try again`,
      fix: 'sysctl -w net.core.somaxconn=4096   # and the backlog of the server: listen(port, host, 4096), nginx: listen 80 backlog=4096',
    });
  },
});
