/** The first promise: as fast as wrk, out of Node, with zipf keys in the path and everything recorded. */
import { against } from '../lib/against.js';
import { wrk } from '../lib/clients.js';

export const row = {
  id: 'http1',
  title: 'HTTP/1.1, 64 connections, against wrk',
  needs: ['nginx', 'wrk'],
  measure: (bench) =>
    against(bench, { peer: 'wrk', run: wrk, perSec: { atLeast: 0.95 }, cpu: { atMost: 1.15 } }),
};
