import { audit, fail, pass } from '../audit.js';

const MOST_FILES = 0.8;
const MOST_PORTS = 0.8;

export const s06 = audit({
  id: 'S06',
  title: 'The generator has ports and file descriptors',
  failureTitle: 'The generator runs out of ports or file descriptors',
  severity: 'high',
  confidence: 'observed',
  underLoad: false,
  needs: ['load', 'generator'],
  doc: 'Fails when the generator had more than 80 % of the file descriptors open that it may have, when its connections in TIME_WAIT to the target took more than 80 % of the local ports, or when connects failed with EADDRNOTAVAIL or EMFILE: connections that could not be made are no fault of the target.',
  versions: 'Linux; elsewhere by the errors alone',
  fix: 'Raise ulimit -n, widen the port range, keep connections alive, or use several addresses.',
  source: 'https://man7.org/linux/man-pages/man7/ip.7.html',
  run({ load, generator }) {
    const { openFilesLimit: limit, network, views } = generator;
    // To list them takes one: where that failed, and did not before, they were all open.
    const isKnown = views.some((view) => view.openFiles !== null);
    const counts = views.map((view) => view.openFiles ?? (isKnown ? limit : null) ?? 0);
    const openFiles = Math.max(0, ...counts);
    const timeWait = Math.max(
      0,
      ...views.flatMap(({ tcp }) =>
        tcp.timeWaitMost
          .filter(({ destination }) => destination.endsWith(`:${load.port}`))
          .map(({ count }) => count),
      ),
    );
    const { portLow, portHigh } = network;
    const ports = portLow === null || portHigh === null ? null : portHigh - portLow + 1;
    const told = load.result.faults.find(({ what }) => /EADDRNOTAVAIL|EMFILE|ENFILE/.test(what));
    const evidence = {
      openFiles,
      openFilesLimit: limit,
      timeWaitToTarget: timeWait,
      localPorts: ports,
      connectErrors: load.result.errorKinds.connect,
      ...(told === undefined ? {} : { fault: told.what }),
    };
    if (limit !== null && openFiles > MOST_FILES * limit)
      return fail({
        evidence,
        why: `${openFiles} of ${limit} file descriptors of the generator were open`,
        fix: `ulimit -n ${Math.max(65_536, 2 * load.connections)}`,
      });
    if ((ports !== null && timeWait > MOST_PORTS * ports) || told !== undefined)
      return fail({
        evidence,
        why: 'no local port, or no file descriptor, was left for new connections to the target',
        fix: 'sysctl -w net.ipv4.ip_local_port_range="1024 65535"\nsysctl -w net.ipv4.tcp_tw_reuse=1\nulimit -n 65536',
      });
    return pass(evidence);
  },
});
