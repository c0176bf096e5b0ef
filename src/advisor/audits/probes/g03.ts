import { audit, fail, inconclusive, notApplicable, pass } from '../../audit.js';
import { seconds } from './idle-time.js';

/** Connections that end more often than this are made all the time. */
const LEAST_AGE_MS = 10_000;

export const g03 = audit({
  id: 'G03',
  title: 'HTTP/2 connections end seldom, and with grace',
  failureTitle: 'HTTP/2 connections end often, or cut requests',
  severity: 'medium',
  confidence: 'probed',
  underLoad: false,
  needs: ['http2Watch'],
  doc: 'Fails when a gently used connection was closed without GOAWAY, with an error, with a request cut, or within 10 s of its beginning, and so was another one. A maximum age of connections spreads clients over replicas, and is a good thing with grace: GOAWAY first, then time for the calls under way.',
  versions: 'every server of HTTP/2; MaxConnectionAge of grpc-go, keepalive_time of nginx',
  fix: 'An age of minutes, and a grace above the longest call.',
  source: 'https://www.rfc-editor.org/rfc/rfc9113#section-6.8',
  run({ http2Watch }) {
    const { watchedMs, goaway, closed, requests, cut, again } = http2Watch;
    const evidence = {
      watchedSec: seconds(watchedMs),
      goawayAfterSec: goaway === null ? null : seconds(goaway.afterMs),
      goaway: goaway?.codeName ?? null,
      debug: goaway?.debug ?? null,
      requests,
      cut,
    };
    if (!closed)
      return notApplicable(
        `the connection was open after ${seconds(watchedMs)} s; --probe-time looks on`,
        evidence,
      );
    if (again !== null && !again.closed)
      return inconclusive(
        `a connection ended after ${seconds(watchedMs)} s, and another one was open after ${seconds(again.watchedMs)} s: the server began again, or it is not its age that ends them`,
        evidence,
      );
    const faults = [
      ...(goaway === null ? ['it was closed without GOAWAY'] : []),
      ...(goaway !== null && goaway.code !== 0 ? [`GOAWAY said ${goaway.codeName}`] : []),
      ...(cut > 0 ? [`${cut} request${cut === 1 ? ' was' : 's were'} cut`] : []),
      ...(watchedMs < LEAST_AGE_MS ? ['clients reconnect all the time'] : []),
    ];
    if (faults.length === 0) return pass(evidence);
    return fail({
      evidence,
      why: `the server ended a connection after ${seconds(watchedMs)} s of gentle use: ${faults.join(', ')}`,
      fix: 'grpc.KeepaliveParams(keepalive.ServerParameters{\n\tMaxConnectionAge:      5 * time.Minute,\n\tMaxConnectionAgeGrace: 30 * time.Second,\n})\nkeepalive_time 1h;   # nginx',
    });
  },
});
