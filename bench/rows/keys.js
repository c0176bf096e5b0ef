/** What a key costs, with no request. */
import { runModule } from '../lib/micro.js';

export const row = {
  id: 'keys',
  title: 'the key generators alone',
  needs: [],
  measure: ({ cores }) => runModule('keys.js', cores?.client, promiseFor),
};

/** Only the largest skewed space is promised: no table fits there. */
function promiseFor(what) {
  return /zipf/.test(what) && /1e9/.test(what) && /0\.99/.test(what) ? { atMost: 120 } : undefined;
}
