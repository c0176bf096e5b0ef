/** The same over TLS, where the cipher costs both clients the same. */
import { against } from '../lib/against.js';
import { wrk } from '../lib/clients.js';

export const row = {
  id: 'tls',
  title: 'HTTP/1.1 over TLS, 64 connections, against wrk',
  needs: ['nginx', 'wrk', 'openssl'],
  measure: (bench) => against(bench, { peer: 'wrk', run: wrk, tls: true, perSec: { atLeast: 0.85 } }),
};
