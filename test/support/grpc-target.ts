import { startGrpcTarget, type TargetHandle, type TargetOptions } from '#zipfire/target/index.js';
import { GrpcClient } from './grpc-client.js';

/** Runs `use` with a gRPC target of its own and a client of it; both are gone afterwards. */
export async function withGrpc(
  options: Partial<TargetOptions>,
  use: (client: GrpcClient, target: TargetHandle) => Promise<void>,
): Promise<void> {
  const target = await startGrpcTarget({ closeGraceMs: 0, ...options });
  const client = new GrpcClient(`${target.address}:${target.port}`);
  try {
    await use(client, target);
  } finally {
    client.close();
    await target.close();
  }
}

/** Turns the event loop until `isTrue`; a test that waits for ever is ended by the runner. */
export async function until(isTrue: () => boolean): Promise<void> {
  while (!isTrue()) await new Promise((resolve) => setImmediate(resolve));
}
