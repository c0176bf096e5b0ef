import { audit, fail, inconclusive, notApplicable, pass } from '../audit.js';

const MOST = 0.9;

export const h201 = audit({
  id: 'H201',
  title: 'HTTP/2 connections have streams to spare',
  failureTitle: 'HTTP/2 connections run at the limit of streams',
  severity: 'high',
  confidence: 'observed',
  underLoad: false,
  needs: ['load', 'http2Settings'],
  doc: 'Fails when the load wants 90 % or more of SETTINGS_MAX_CONCURRENT_STREAMS on each connection: the requests beyond it queue in the client, where no metric of the server sees them. nginx allows 128, Go 250.',
  versions: 'every HTTP/2 server; Envoy since 1.36 allows 1024, before 2³¹−1',
  fix: 'More connections (a pool of channels in gRPC), or a higher limit.',
  source: 'https://www.rfc-editor.org/rfc/rfc9113#section-5.1.2',
  run({ load, http2Settings }) {
    const { protocol } = load.result.connections;
    if (protocol === 'http/1.1') return notApplicable('the load ran over HTTP/1.1');
    const limit = http2Settings.maxConcurrentStreams;
    if (load.staged) return inconclusive('what is in flight changes over time');
    const wanted =
      load.concurrency === null
        ? load.slots
        : Math.min(load.slots, Math.ceil(load.concurrency / load.connections));
    const evidence = {
      streamsPerConnection: wanted,
      maxConcurrentStreams: limit,
      connections: load.connections,
    };
    // A single call at a time never queues behind another one of its own connection.
    if (limit === null || wanted <= 1 || wanted < MOST * limit) return pass(evidence);
    const needed = Math.ceil((wanted * load.connections) / (0.7 * limit));
    return fail({
      evidence,
      why: `${wanted} requests want a stream of a connection that has ${limit}: what is above waits in the client`,
      fix: `-c ${needed}   # connections in place of ${load.connections}; or max_concurrent_streams ${2 * wanted} in the server`,
    });
  },
});
