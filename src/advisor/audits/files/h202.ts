import { fail, inconclusive, type Outcome, pass } from '../../audit.js';
import type { FilesArtifact, KubernetesService } from '../../gather/files/index.js';
import { isAtLeast } from '../../version.js';
import { at, fileAudit } from './file-audit.js';
import { streamLimits, UNLIMITED } from './h201.js';
import { envoyImage, versionOfImage } from './image-versions.js';
import { isSelected, nearest, runnersOf } from './runners.js';

export const h202 = fileAudit({
  id: 'H202',
  title: 'The streams of a connection are limited at the edge',
  failureTitle: 'A connection may have any number of streams at the edge',
  severity: 'medium',
  doc: 'Fails when an Envoy listener before 1.36, but for one of HTTP/1 or on the loopback address, leaves max_concurrent_streams to its default of 2³¹−1, when a limit of 2³¹−1 is written down, and when a gRPC server of Go without MaxConcurrentStreams is what a Service of type LoadBalancer leads to. One client may then ask for all that the server has.',
  versions: 'Envoy before 1.36, which allows 1024; grpc-go in every version',
  fix: 'A limit of 100 to 1024.',
  source: 'https://www.envoyproxy.io/docs/envoy/latest/configuration/best_practices/edge',
  run: (files) => {
    const version = versionOfImage(files, envoyImage);
    const unset = files.envoy.flatMap(({ listeners }) =>
      listeners
        .filter((each) => each.maxConcurrentStreams === null && each.http2 && !each.loopback)
        .map((listener): Outcome => {
          const newer = isAtLeast(version, '1.36');
          const evidence = {
            envoy: version ?? 'unknown',
            listener: listener.name,
            maxConcurrentStreams: null,
          };
          if (newer === true) return pass(evidence, at(listener).where);
          if (newer === null)
            return inconclusive(
              'the version of Envoy is not known: 1.36 and newer allow 1024 streams, older ones 2³¹−1',
              evidence,
              at(listener).where,
            );
          return fail({
            ...at(listener),
            evidence,
            why: `Envoy ${version} lets a client open 2³¹−1 streams on one connection, each with its buffers`,
            fix: 'http2_protocol_options:\n  max_concurrent_streams: 100',
          });
        }),
    );
    const set = streamLimits(files).map((limit): Outcome => {
      const evidence = { setting: limit.name, maxConcurrentStreams: limit.value };
      if (limit.value < UNLIMITED) return pass(evidence, at(limit).where);
      return fail({
        ...at(limit),
        evidence,
        why: 'it is no limit: one client may ask for all that the server has',
        fix: limit.set(250),
      });
    });
    const limited = streamLimits(files).some(({ name }) => name === 'grpc.MaxConcurrentStreams');
    const servers = limited ? [] : files.services.flatMap((service) => grpcBehind(service, files));
    return [...unset, ...set, ...servers];
  },
});

/** Servers of grpc-go that a load balancer leads to: those of the workload behind it, or of the only module there is. */
function grpcBehind(service: KubernetesService, files: FilesArtifact): Outcome[] {
  if (service.type !== 'LoadBalancer') return [];
  const behind = runnersOf(files).filter(({ container }) => isSelected(container, service));
  const modules = new Set(behind.map(({ module }) => module));
  const isBehind = (file: string) =>
    behind.length > 0 ? modules.has(nearest(file, files.goModules)) : files.goModules.length < 2;
  return files.goSources.flatMap(({ file, made }) =>
    made
      .filter(({ type, whole }) => type === 'grpc.NewServer' && whole && isBehind(file))
      .map((server) =>
        fail({
          ...at(server),
          evidence: { server: 'grpc.NewServer', service: service.name, maxConcurrentStreams: null },
          why: `${service.name} leads from outside to a server that lets each client open any number of streams`,
          fix: 'grpc.NewServer(grpc.MaxConcurrentStreams(250), …)',
        }),
      ),
  );
}
