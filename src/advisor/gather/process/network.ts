import { readInteger, type SystemFiles } from '../../../observe/system-files.js';

/** The TCP of a network namespace at one moment; null where the kernel does not say. */
export interface NetworkView {
  readonly listenOverflows: number | null;
  readonly listenDrops: number | null;
  readonly outSegments: number | null;
  readonly retransSegments: number | null;
  readonly timeWait: number | null;
  /** Connections in TIME_WAIT by remote address and port: those that have the most, in this order. */
  readonly timeWaitMost: readonly TimeWait[];
  readonly conntrackCount: number | null;
  readonly conntrackMax: number | null;
}

export interface TimeWait {
  readonly destination: string;
  readonly count: number;
  /**
   * Sockets that the process and its children have to it now: those in TIME_WAIT belong to nobody any more. Null or
   * absent: not known.
   */
  readonly own?: number | null;
}

/** Settings of a network namespace. */
export interface NetworkSettings {
  readonly somaxconn: number | null;
  readonly synBacklog: number | null;
  readonly portLow: number | null;
  readonly portHigh: number | null;
}

/** A port that is listened on. `backlog` is null where only the kernel's own tables could be read. */
export interface Listener {
  readonly port: number;
  readonly backlog: number | null;
}

const STATE_TIME_WAIT = '06';
const STATE_LISTEN = '0A';
const MOST_SOCKETS = 200_000;
const MOST_DESTINATIONS = 8;

/**
 * @param own whether it is our own namespace too: /proc/sys shows that one only
 * @param inodes of the sockets of the process and its children; null: not all of them are known
 */
export function readNetwork(
  pid: number | 'self',
  own: boolean,
  inodes: ReadonlySet<string> | null,
  files: SystemFiles,
): NetworkView {
  const folder = `/proc/${pid}/net`;
  const netstat = readPairs(files.read(`${folder}/netstat`));
  const snmp = readPairs(files.read(`${folder}/snmp`));
  const sockstat = files.read(`${folder}/sockstat`) ?? '';
  const timeWait = /^TCP:.*\btw (\d+)/m.exec(sockstat)?.[1];
  const sysctl = (name: string) => (own ? readInteger(files.read(`/proc/sys/net/netfilter/${name}`)) : null);
  return {
    listenOverflows: netstat['TcpExt.ListenOverflows'] ?? null,
    listenDrops: netstat['TcpExt.ListenDrops'] ?? null,
    outSegments: snmp['Tcp.OutSegs'] ?? null,
    retransSegments: snmp['Tcp.RetransSegs'] ?? null,
    timeWait: timeWait === undefined ? null : Number(timeWait),
    timeWaitMost: mostTimeWait(socketsOf(folder, files), inodes),
    conntrackCount: sysctl('nf_conntrack_count'),
    conntrackMax: sysctl('nf_conntrack_max'),
  };
}

export function readNetworkSettings(own: boolean, files: SystemFiles): NetworkSettings {
  const read = (name: string) => (own ? files.read(`/proc/sys/net/${name}`) : null);
  const [low = null, high = null] = (read('ipv4/ip_local_port_range') ?? '')
    .trim()
    .split(/\s+/)
    .map(readInteger);
  return {
    somaxconn: readInteger(read('core/somaxconn')),
    synBacklog: readInteger(read('ipv4/tcp_max_syn_backlog')),
    portLow: low,
    portHigh: high,
  };
}

/** Ports that a process listens on, by the inodes of its sockets. */
export function readListeners(
  pid: number,
  inodes: ReadonlySet<string>,
  backlogs: ReadonlyMap<number, number>,
  files: SystemFiles,
): readonly Listener[] {
  const ports = socketsOf(`/proc/${pid}/net`, files)
    .filter(({ state, inode }) => state === STATE_LISTEN && inodes.has(inode))
    .map(({ local }) => portOf(local));
  return [...new Set(ports)].map((port) => ({ port, backlog: backlogs.get(port) ?? null }));
}

/**
 * Backlogs by port from `ss -ltnH`, whose Send-Q of a listening socket is its backlog; /proc/net/tcp has it not.
 * Where two sockets share a port the smaller one stands.
 */
export function readBacklogs(text: string): ReadonlyMap<number, number> {
  const backlogs = new Map<number, number>();
  for (const line of text.split('\n').slice(0, 10_000)) {
    const [, sendQueue, port] = /^LISTEN\s+\d+\s+(\d+)\s+\S*:(\d+)\s/.exec(line) ?? [];
    if (port === undefined) continue;
    const backlog = Math.min(Number(sendQueue), backlogs.get(Number(port)) ?? Number.POSITIVE_INFINITY);
    backlogs.set(Number(port), backlog);
  }
  return backlogs;
}

interface Socket {
  readonly local: string;
  readonly remote: string;
  readonly state: string;
  readonly inode: string;
}

function socketsOf(folder: string, files: SystemFiles): readonly Socket[] {
  return ['tcp', 'tcp6'].flatMap((name) =>
    (files.read(`${folder}/${name}`) ?? '')
      .split('\n')
      .slice(1, MOST_SOCKETS)
      .flatMap((line): Socket[] => {
        const [, local, remote, state, , , , , , inode = ''] = line.trim().split(/\s+/);
        return local === undefined || remote === undefined || state === undefined
          ? []
          : [{ local, remote, state, inode }];
      }),
  );
}

function mostTimeWait(
  sockets: readonly Socket[],
  inodes: ReadonlySet<string> | null,
): NetworkView['timeWaitMost'] {
  const counts = new Map<string, number>();
  const owned = new Map<string, number>();
  for (const { remote, state, inode } of sockets)
    if (state === STATE_TIME_WAIT) counts.set(remote, (counts.get(remote) ?? 0) + 1);
    else if (inodes?.has(inode) === true) owned.set(remote, (owned.get(remote) ?? 0) + 1);
  return [...counts]
    .toSorted(([, a], [, b]) => b - a)
    .slice(0, MOST_DESTINATIONS)
    .map(([remote, count]) => ({
      destination: addressOf(remote),
      count,
      own: inodes === null ? null : (owned.get(remote) ?? 0),
    }));
}

/** `0100007F:1F90` is 127.0.0.1:8080; the words of an address stand in the machine's order, little-endian here. */
export function addressOf(hex: string): string {
  const [address = ''] = hex.split(':');
  const bytes = [...address.matchAll(/[\da-f]{8}/gi)].flatMap(([word]) =>
    [6, 4, 2, 0].map((at) => Number.parseInt(word.slice(at, at + 2), 16)),
  );
  const port = portOf(hex);
  if (bytes.length === 4) return `${bytes.join('.')}:${port}`;
  const mapped = bytes.slice(0, 10).every((byte) => byte === 0) && bytes[10] === 255 && bytes[11] === 255;
  if (mapped) return `${bytes.slice(12).join('.')}:${port}`;
  const words = Array.from({ length: 8 }, (_, i) =>
    (((bytes[2 * i] ?? 0) << 8) | (bytes[2 * i + 1] ?? 0)).toString(16),
  );
  return `[${words.join(':')}]:${port}`;
}

function portOf(hex: string): number {
  return Number.parseInt(hex.split(':')[1] ?? '', 16);
}

/** Pairs of lines: `Tcp: a b` and `Tcp: 1 2`. */
function readPairs(text: string | null): Readonly<Record<string, number>> {
  const values: Record<string, number> = {};
  const lines = (text ?? '').split('\n');
  for (let i = 0; i + 1 < lines.length; i += 2) {
    const [prefix = '', ...names] = (lines[i] ?? '').split(' ');
    const numbers = (lines[i + 1] ?? '').split(' ').slice(1);
    names.forEach((name, at) => {
      const value = Number(numbers[at]);
      if (Number.isFinite(value)) values[`${prefix.replace(':', '')}.${name}`] = value;
    });
  }
  return values;
}
