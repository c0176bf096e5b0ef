/** What HTTP/2 costs a request, with no socket. */
import { runModule } from '../lib/micro.js';

export const row = {
  id: 'session',
  title: 'the HTTP/2 session alone',
  needs: [],
  measure: ({ cores }) => runModule('http2-session.js', cores?.client),
};
