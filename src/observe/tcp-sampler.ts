import type { Sampler } from './sampler.js';
import type { SystemFiles } from './system-files.js';
import type { Tracks } from './tracks.js';

const ESTABLISHED = '01';
/** Linux waits this long at least, and the smoothed round-trip time on top, before it sends again. */
const RTO_MIN_TICKS = 20;
const TICK_MS = 10;
/** Linux walks all of its buckets for the table, a millisecond or two whatever is in it. */
const RTT_EVERY_MS = 450;

/**
 * The network between us and the target, as our own TCP sees it. Its time-out for retransmission is 200 ms and the
 * smoothed round-trip time (tcp_set_rto, net/ipv4/tcp_input.c), so a service that is slow to answer does not move it
 * by more than a delayed ACK, 40 ms, and a slow network does. `/proc/net/tcp` shows it in hundredths of a second.
 */
export function sampleTcp(port: number, tracks: Tracks, files: SystemFiles): Sampler {
  let seen = false;
  let lastMs = Number.NEGATIVE_INFINITY;
  /** The table that our connections were found in; both until then. */
  let names: readonly string[] = ['tcp', 'tcp6'];
  const rtt = (atMs: number) => {
    if (atMs - lastMs < RTT_EVERY_MS) return;
    lastMs = atMs;
    for (const name of names) {
      const rtts = roundTrips(files.read(`/proc/self/net/${name}`) ?? '', port);
      if (rtts.length === 0) continue;
      names = [name];
      seen = true;
      tracks.rttMs.add(atMs, rtts.reduce((sum, ms) => sum + ms, 0) / rtts.length);
    }
  };
  return {
    often: rtt,
    everySecond: (atMs) => {
      const count = retransmitted(files.read('/proc/self/net/snmp') ?? '');
      if (count !== null) tracks.retransmits.add(atMs, count);
    },
    missing: () =>
      seen ? [] : [{ signal: 'rttMs', why: 'no TCP connection of ours to the target was seen' }],
  };
}

/** A Unix socket has no network in it that could be slow. */
export function sampleNoNetwork(tracks: Tracks): Sampler {
  return { often: (atMs) => tracks.rttMs.add(atMs, 0), missing: () => [] };
}

/** Of the established connections to a port: smoothed round-trip times, ms, in steps of 10. */
export function roundTrips(table: string, port: number): number[] {
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  const found: number[] = [];
  for (const line of table.split('\n')) {
    if (!line.includes(suffix)) continue;
    const fields = line.trim().split(/\s+/);
    if (fields[3] !== ESTABLISHED || fields[2]?.endsWith(suffix) !== true) continue;
    const ticks = Number(fields[12]);
    if (Number.isFinite(ticks) && ticks > 0) found.push(Math.max(0, ticks - RTO_MIN_TICKS - 1) * TICK_MS);
  }
  return found;
}

function retransmitted(snmp: string): number | null {
  const [names, values] = snmp.split('\n').filter((line) => line.startsWith('Tcp:'));
  const at = names?.split(' ').indexOf('RetransSegs') ?? -1;
  const count = Number(values?.split(' ')[at]);
  return at < 0 || !Number.isFinite(count) ? null : count;
}
