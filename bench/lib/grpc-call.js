/** The calls that the gRPC rows make, as zipfire is asked for them. */
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
export const protoFile = join(root, 'examples', 'proto', 'kv.proto');

/** @param {string} target host and port */
export function getCall(target) {
  const data = ['-d', '{"key":"user_{{key}}"}', '--keys', 'zipf:n=1e6,alpha=1.2'];
  return ['grpc', target, '--call', 'kv.v1.KV/Get', '--proto', protoFile, ...data];
}
