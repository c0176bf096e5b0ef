import { audit, fail, inconclusive, pass } from '../audit.js';
import { growth, processWindow } from '../derive/process.js';

const MOST = 0.01;
const LEAST_SEGMENTS = 1000;

export const k05 = audit({
  id: 'K05',
  title: 'The network loses next to nothing',
  failureTitle: 'The network loses segments: the run is suspect',
  severity: 'medium',
  confidence: 'observed',
  underLoad: true,
  contention: 'neither',
  needs: [],
  uses: ['process', 'generator'],
  needsAny: ['process', 'generator'],
  doc: 'Fails when more than 1 % of the TCP segments that the namespace sent while the load ran were sent again. A lost segment costs 200 ms and more, which shows at p99 and is not the service’s.',
  versions: 'Linux',
  fix: 'Find the loss (cable, overloaded host, policer), and measure again.',
  source: 'https://www.rfc-editor.org/rfc/rfc6298',
  guard: ({ process, generator }) =>
    process === undefined && generator === undefined
      ? 'needs a load (a URL or a profile), or a process on this machine (--pid)'
      : null,
  run({ process, generator }) {
    const window = processWindow(process?.views ?? generator?.views ?? []);
    if ('why' in window) return inconclusive(window.why);
    const sent = growth(window.first.tcp.outSegments, window.last.tcp.outSegments);
    const again = growth(window.first.tcp.retransSegments, window.last.tcp.retransSegments);
    if (sent === null || again === null) return inconclusive('the kernel does not count this here');
    const evidence = { retransSegments: again, outSegments: sent };
    if (sent < LEAST_SEGMENTS) return inconclusive(`${sent} segments are too few to judge by`, evidence);
    if (again / sent <= MOST) return pass(evidence);
    return fail({
      evidence,
      why: `${((100 * again) / sent).toFixed(1)} % of the segments were sent again: latencies hold the loss of the network`,
      fix: 'ip -s link; ethtool -S eth0 | grep -iE "drop|err"   # on both sides, then measure again',
    });
  },
});
