/** What making a gRPC message costs, with no call. */
import { runModule } from '../lib/micro.js';

export const row = {
  id: 'message',
  title: 'gRPC messages alone',
  needs: [],
  measure: ({ cores }) =>
    runModule('grpc-message.js', cores?.client, (what) =>
      what === 'three fields, one keyed' ? { atMost: 1.5 } : undefined,
    ),
};
