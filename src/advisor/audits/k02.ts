import { audit, fail, inconclusive, notApplicable, pass } from '../audit.js';

export const k02 = audit({
  id: 'K02',
  title: 'The accept queue holds a burst of connections',
  failureTitle: 'The accept queue is shorter than a burst of connections',
  severity: 'medium',
  confidence: 'observed',
  underLoad: false,
  needs: ['process', 'load'],
  doc: 'Fails when the backlog of the port that the load goes to, which net.core.somaxconn caps, is shorter than the connections that the load opens at once. After a deployment or an outage all clients come back in one such burst.',
  versions: 'Linux; the default of somaxconn is 4096 since 5.4, 128 before',
  fix: 'Raise the backlog of the server, and net.core.somaxconn with it.',
  source: 'https://man7.org/linux/man-pages/man2/listen.2.html',
  run({ process, load }) {
    const listener = process.listeners.find(({ port }) => port === load.port);
    if (listener === undefined && process.unreadable?.includes('open files'))
      return inconclusive('which sockets the process has is not ours to read; run as its user');
    if (listener === undefined)
      return notApplicable(`process ${process.pid} does not listen on port ${load.port}`);
    const { somaxconn } = process.network;
    if (listener.backlog === null)
      return inconclusive(
        'the backlog is not known: ss is not there, or the process has another network namespace',
      );
    // The kernel holds one more than it is asked for.
    const room = Math.min(listener.backlog, somaxconn ?? Number.POSITIVE_INFINITY) + 1;
    const evidence = { port: load.port, backlog: listener.backlog, somaxconn, connections: load.connections };
    if (room >= load.connections) return pass(evidence);
    return fail({
      evidence,
      why: `${load.connections} connections at once meet a queue of ${listener.backlog}: those that find no place wait a second or more`,
      fix: `backlog ${Math.max(1024, 2 * load.connections)} in the server; sysctl -w net.core.somaxconn=${Math.max(4096, 2 * load.connections)}`,
    });
  },
});
