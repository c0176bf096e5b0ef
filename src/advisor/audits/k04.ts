import { audit, fail, inconclusive, notApplicable, pass } from '../audit.js';

const MOST = 0.5;

export const k04 = audit({
  id: 'K04',
  title: 'Ports for outgoing connections are not used up',
  failureTitle: 'Connections in TIME_WAIT use up the ports to one destination',
  severity: 'high',
  confidence: 'observed',
  underLoad: true,
  needs: ['process'],
  uses: ['load'],
  doc: 'Fails when the connections in TIME_WAIT to one address and port are more than half of the local ports there are. Each keeps its port for 60 s; without one a connect fails with EADDRNOTAVAIL. The cause is nearly always a client of the service, or the service as a client, that does not keep connections alive. The destination of the load itself is left out: that is S06.',
  versions: 'Linux',
  fix: 'Keep connections alive (KA08, KA09); a wider port range and tcp_tw_reuse are stopgaps.',
  source: 'https://man7.org/linux/man-pages/man7/ip.7.html',
  after: ['KA08', 'KA09'],
  run({ process, load }) {
    const { portLow, portHigh } = process.network;
    if (portLow === null || portHigh === null)
      return inconclusive('the range of local ports is not known: the process has another network namespace');
    const ports = portHigh - portLow + 1;
    let most: { destination: string; count: number } | null = null;
    for (const { tcp } of process.views) {
      const seen = tcp.timeWaitMost;
      if (seen === null || (load !== undefined && seen.destination.endsWith(`:${load.port}`))) continue;
      if (most === null || seen.count > most.count) most = seen;
    }
    if (most === null) return notApplicable('no outgoing connection stands in TIME_WAIT');
    const evidence = { destination: most.destination, timeWait: most.count, localPorts: ports };
    if (most.count <= MOST * ports) return pass(evidence);
    return fail({
      evidence,
      why: `${most.count} of ${ports} local ports to ${most.destination} wait for 60 s each: the service opens a connection for each request`,
      fix: 'sysctl -w net.ipv4.ip_local_port_range="1024 65535"   # until the client keeps its connections: KA08, KA09',
    });
  },
});
