/** Against hey, on one core as zipfire is. */
import { against } from '../lib/against.js';
import { hey, provideHey } from '../lib/clients.js';

export const row = {
  id: 'hey',
  title: 'HTTP/1.1, 64 connections, against hey',
  needs: ['nginx'],
  provide: provideHey,
  measure: (bench) => against(bench, { peer: 'hey', run: hey, cpu: { atMost: 0.4 } }),
};
