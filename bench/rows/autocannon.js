/** Against the load generator most Node projects use. */
import { against } from '../lib/against.js';
import { autocannon, provideAutocannon } from '../lib/clients.js';

export const row = {
  id: 'autocannon',
  title: 'HTTP/1.1, 64 connections, against autocannon',
  needs: ['nginx'],
  provide: provideAutocannon,
  measure: (bench) => against(bench, { peer: 'autocannon', run: autocannon, cpu: { atMost: 0.5 } }),
};
