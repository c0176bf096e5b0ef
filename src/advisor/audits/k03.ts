import { audit, fail, inconclusive, pass } from '../audit.js';
import { typicalGauge } from '../gather/metrics/series.js';

const MOST = 0.8;
/** As the clients of Prometheus name them, and Micrometer. */
const OPEN = ['process_open_fds', 'process_files_open_files'] as const;
const MOST_OPEN = ['process_max_fds', 'process_files_max_files'] as const;

export const k03 = audit({
  id: 'K03',
  title: 'Open files stay below their limit',
  failureTitle: 'Open files come near their limit',
  severity: 'high',
  confidence: 'observed',
  underLoad: false,
  needs: [],
  uses: ['process', 'metrics'],
  needsAny: ['process', 'metrics'],
  doc: 'Fails when more than 80 % of the file descriptors that a process may have were open at some time. At the limit accept fails: connections stay in the queue, and many servers spin.',
  versions: 'every version of Linux',
  fix: 'Raise the limit of open files, and see whether connections leak.',
  source: 'https://man7.org/linux/man-pages/man2/getrlimit.2.html',
  guard: ({ process, metrics }) =>
    process === undefined && metrics === undefined
      ? 'needs a metrics page (--metrics URL), or a process on this machine (--pid)'
      : null,
  run({ process, metrics }) {
    const seen = process?.views.flatMap(({ openFiles }) => openFiles ?? []) ?? [];
    const gauge = ([name, other]: readonly [string, string]) =>
      metrics === undefined ? null : (typicalGauge(metrics, name) ?? typicalGauge(metrics, other));
    const open = seen.length > 0 ? Math.max(...seen) : gauge(OPEN);
    const limit = process?.openFilesLimit ?? gauge(MOST_OPEN);
    if (open === null || limit === null || limit <= 0)
      return inconclusive('needs process_open_fds and process_max_fds (--metrics), or --pid');
    const evidence = { openFiles: open, limit };
    if (open <= MOST * limit) return pass(evidence);
    return fail({
      evidence,
      why: `${open} of ${limit} file descriptors are in use; at the limit no connection is accepted any more`,
      fix: 'LimitNOFILE=1048576   # systemd; else ulimit -n, or --ulimit nofile=1048576 of the container',
    });
  },
});
