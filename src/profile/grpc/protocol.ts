import type { Draft } from '../draft.js';
import type { Problems } from '../problems.js';
import { pathOf, type SettingName } from '../settings.js';
import { isGrpc } from '../target.js';

const grpcSettings: readonly SettingName[] = ['concurrency', 'authority', 'maxMessageBytes'];

/** Whether a draft is of gRPC calls. */
export function hasCalls({ operations }: Draft): boolean {
  return operations.some(({ operation }) => operation.call !== undefined);
}

/** A run is of HTTP requests or of gRPC calls: its target, its operations and its settings must agree. */
export function checkProtocol(draft: Draft, problems: Problems): void {
  const { target, operations, settings, schema } = draft;
  if (hasCalls(draft)) {
    const odd = operations.find(({ operation }) => operation.call === undefined);
    if (odd !== undefined) {
      const hint = 'a run is of HTTP requests or of gRPC calls: make two profiles';
      problems.add(['operations', odd.operation.name], 'an HTTP request among gRPC calls', hint, 'name');
    }
    if (target !== undefined && !isGrpc(target.scheme)) {
      const hint = `write ${target.tls ? 'grpcs' : 'grpc'}://`;
      problems.add(['target'], `the operations are gRPC calls, and ${target.scheme}:// takes none`, hint);
    } else if (target !== undefined && target.path !== '/') {
      problems.add(['target'], 'a gRPC target has no path', 'the calls name their methods');
    }
    return;
  }
  if (target !== undefined && isGrpc(target.scheme)) {
    const hint =
      'zipfire grpc <host:port> --call package.Service/Method makes calls, and so do operations with `call` in a profile';
    problems.add(['target'], `${target.scheme}:// takes gRPC calls, and there are none`, hint);
    return;
  }
  for (const name of grpcSettings) {
    if (settings[name] !== undefined) problems.add(pathOf(name), 'is for gRPC calls, and there are none');
  }
  if (schema !== null) problems.add(['grpc'], 'there are no gRPC calls', undefined, 'name');
}
