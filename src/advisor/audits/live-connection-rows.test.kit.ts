import type { LiveRow } from './live.test.kit.js';
import { loadOf, metricsOf, processOf } from './live.test.kit.js';
import { handshake, noNode, settings } from './live-facts.test.kit.js';

/** What sockets, the kernel and connections are judged by. */
export const connectionRows: readonly LiveRow[] = [
  ['K01', 'fail', { process: processOf({}, { tcp: { listenOverflows: 3 } }) }],
  ['K01', 'pass', { process: processOf() }],
  ['K01', 'inconclusive', { process: processOf({ tcp: { listenDrops: null } }) }],
  ['K02', 'fail', { process: processOf({}, {}, { listeners: [{ port: 80, backlog: 5 }] }), load: loadOf() }],
  ['K02', 'pass', { process: processOf(), load: loadOf() }],
  [
    'K02',
    'inconclusive',
    { process: processOf({}, {}, { listeners: [{ port: 80, backlog: null }] }), load: loadOf() },
  ],
  [
    'K02',
    'inconclusive',
    { process: processOf({}, {}, { listeners: [], unreadable: ['open files'] }), load: loadOf() },
  ],
  ['K02', 'notApplicable', { process: processOf({}, {}, { listeners: [] }), load: loadOf() }],
  ['K03', 'fail', { process: processOf({ openFiles: 900 }) }],
  ['K03', 'pass', { metrics: metricsOf({ process_open_fds: 1, process_max_fds: 10 }) }],
  ['K03', 'inconclusive', { metrics: noNode }],
  ['K03', 'notApplicable', {}],
  [
    'K04',
    'fail',
    { process: processOf({ tcp: { timeWaitMost: [{ destination: '10.0.0.1:6379', count: 600 }] } }) },
  ],
  [
    'K04',
    'fail',
    { process: processOf({ tcp: { timeWaitMost: [{ destination: '10.0.0.1:6379', count: 600, own: 3 }] } }) },
  ],
  [
    'K04',
    'inconclusive',
    { process: processOf({ tcp: { timeWaitMost: [{ destination: '10.0.0.1:6379', count: 600, own: 0 }] } }) },
  ],
  [
    'K04',
    'fail',
    // Of those that it has connections to, not of those that have the most.
    {
      process: processOf({
        tcp: {
          timeWaitMost: [
            { destination: '10.0.0.1:6379', count: 900, own: 0 },
            { destination: '10.0.0.2:5432', count: 600, own: 1 },
          ],
        },
      }),
    },
  ],
  [
    'K04',
    'pass',
    { process: processOf({ tcp: { timeWaitMost: [{ destination: '10.0.0.1:6379', count: 6 }] } }) },
  ],
  [
    'K04',
    'fail',
    // In 10 s: six times of it in a minute.
    { process: processOf({}, { tcp: { timeWaitMost: [{ destination: '10.0.0.1:6379', count: 120 }] } }) },
  ],
  [
    'K04',
    'pass',
    { process: processOf({}, { tcp: { timeWaitMost: [{ destination: '10.0.0.1:6379', count: 80 }] } }) },
  ],
  [
    'K04',
    'notApplicable',
    { process: processOf({ tcp: { timeWaitMost: [{ destination: 'x:80', count: 600 }] } }), load: loadOf() },
  ],
  [
    'K04',
    'inconclusive',
    {
      process: processOf(
        {},
        {},
        { network: { somaxconn: null, synBacklog: null, portLow: null, portHigh: null } },
      ),
    },
  ],
  ['K05', 'notApplicable', {}],
  ['K05', 'fail', { process: processOf({}, { tcp: { outSegments: 10_000, retransSegments: 200 } }) }],
  ['K05', 'pass', { process: processOf({}, { tcp: { outSegments: 10_000 } }) }],
  ['K05', 'inconclusive', { process: processOf({}, { tcp: { outSegments: 10 } }) }],
  ['K06', 'fail', { process: processOf({ tcp: { conntrackCount: 900 } }) }],
  ['K06', 'pass', { process: processOf() }],
  ['K06', 'notApplicable', { process: processOf({ tcp: { conntrackMax: null } }) }],
  ['H201', 'fail', { load: loadOf({ slots: 128 }), http2Settings: settings(128) }],
  ['H201', 'pass', { load: loadOf({ slots: 100 }), http2Settings: settings(null) }],
  ['H201', 'inconclusive', { load: loadOf({ staged: true }), http2Settings: settings(128) }],
  [
    'H201',
    'notApplicable',
    { load: loadOf({}, { connections: { protocol: 'http/1.1' } }), http2Settings: settings(128) },
  ],
  [
    'TLS2',
    'fail',
    { load: loadOf({}, { connections: { protocol: 'http/1.1', reconnects: 500 } }), handshake },
  ],
  ['TLS2', 'pass', { load: loadOf(), handshake }],
  [
    'TLS2',
    'inconclusive',
    { load: loadOf({}, { summary: { ...loadOf().result.summary, completed: 0 } }), handshake },
  ],
  ['TLS2', 'notApplicable', { load: loadOf({ tls: false }), handshake }],
];
