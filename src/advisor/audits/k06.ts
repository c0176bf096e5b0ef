import { audit, fail, notApplicable, pass } from '../audit.js';

const MOST = 0.8;

export const k06 = audit({
  id: 'K06',
  title: 'The table of tracked connections has room',
  failureTitle: 'The table of tracked connections is nearly full',
  severity: 'high',
  confidence: 'observed',
  underLoad: false,
  needs: ['process'],
  doc: 'Fails when nf_conntrack_count came above 80 % of nf_conntrack_max. When the table is full the kernel drops packets of new connections without a word to anybody but its log.',
  versions: 'Linux with nf_conntrack (iptables, nftables, kube-proxy)',
  fix: 'Raise nf_conntrack_max, and keep connections alive so that fewer are made.',
  source: 'https://docs.kernel.org/networking/nf_conntrack-sysctl.html',
  run({ process }) {
    const seen = process.views.flatMap(({ tcp }) => {
      const { conntrackCount, conntrackMax } = tcp;
      return conntrackCount === null || conntrackMax === null || conntrackMax <= 0
        ? []
        : [{ count: conntrackCount, max: conntrackMax }];
    });
    const worst = seen.toSorted((a, b) => b.count / b.max - a.count / a.max)[0];
    if (worst === undefined) return notApplicable('no connections are tracked here');
    const evidence = { nf_conntrack_count: worst.count, nf_conntrack_max: worst.max };
    if (worst.count <= MOST * worst.max) return pass(evidence);
    return fail({
      evidence,
      why: `${worst.count} of ${worst.max} places are taken; when none is left, new connections are dropped silently`,
      fix: `sysctl -w net.netfilter.nf_conntrack_max=${4 * worst.max}`,
    });
  },
});
