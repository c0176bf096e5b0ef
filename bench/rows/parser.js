/** What parsing a response costs, with no socket. */
import { runModule } from '../lib/micro.js';

export const row = {
  id: 'parser',
  title: 'the HTTP/1.1 parser alone',
  needs: [],
  measure: ({ cores }) => runModule('http1-parser.js', cores?.client),
};
