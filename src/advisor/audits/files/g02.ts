import { fail, inconclusive, notApplicable, type Outcome, pass } from '../../audit.js';
import type { FilesArtifact, KubernetesService } from '../../gather/files/index.js';
import { at, fileAudit } from './file-audit.js';
import { bareServers } from './go-servers.js';
import { goSourcesOf, isSelected, type Runner, runnersOf } from './runners.js';

export const g02 = fileAudit({
  id: 'G02',
  title: 'gRPC calls are spread over the replicas',
  failureTitle: 'gRPC calls stay on the replica that a connection began on',
  severity: 'high',
  doc: 'Fails when a Service with a cluster IP leads gRPC (by the name, target or appProtocol of its port, or the source behind it) to more than one replica, and the server never ends a connection: no MaxConnectionAge. Medium where the source of the server is not among the files. Kubernetes balances connections and not calls, so one replica gets all calls of a client, and new replicas get none. A mesh or a headless Service with round_robin balances calls.',
  versions: 'every version',
  fix: 'clusterIP: None and round_robin in the client, or MaxConnectionAge in the server.',
  source: 'https://kubernetes.io/blog/2018/11/07/grpc-load-balancing-on-kubernetes-without-tears/',
  run: (files) => {
    const runners = runnersOf(files);
    return files.services.flatMap((service): Outcome[] => {
      if (service.type === 'ExternalName') return [];
      const behind = runners.filter(({ container }) => isSelected(container, service));
      const said = service.ports.some(({ name, appProtocol, target }) =>
        [name, appProtocol, target].some(isGrpc),
      );
      return said || isSilentGrpc(service, behind, files) ? [judge(service, behind, files)] : [];
    });
  },
});

function isGrpc(text: string | null): boolean {
  return text !== null && /(?:^|[-./])(?:grpc|h2c)/i.test(text);
}

/** Ports without names, before a program that serves gRPC and nothing else. */
function isSilentGrpc(
  { ports }: KubernetesService,
  behind: readonly Runner[],
  files: FilesArtifact,
): boolean {
  if (ports.some(({ name, appProtocol }) => name !== null || appProtocol !== null)) return false;
  return behind.some(({ module }) => {
    if (module === null) return false;
    const sources = goSourcesOf(module, files);
    const servesHttp = sources.some(
      (source) => bareServers(source).length > 0 || source.made.some(({ type }) => type === 'http.Server'),
    );
    return !servesHttp && sources.some(({ made }) => made.some(({ type }) => type === 'grpc.NewServer'));
  });
}

function judge(service: KubernetesService, behind: readonly Runner[], files: FilesArtifact): Outcome {
  const place = at(service);
  const first = behind[0]?.container;
  if (service.headless) return pass({ service: service.name, clusterIP: 'None' }, place.where);
  if (first === undefined)
    return inconclusive(
      'the workload behind it is not among the files',
      { service: service.name },
      place.where,
    );
  const replicas = Math.max(...behind.map(({ container }) => container.replicas?.value ?? 1));
  const evidence = { service: service.name, workload: first.workload, replicas };
  if (behind.some(({ container }) => container.meshed))
    return notApplicable('a mesh balances its calls', evidence, place.where);
  if (replicas <= 1) return notApplicable('one replica', evidence, place.where);
  const made = files.goSources.flatMap((source) => source.made);
  const age = made.find(
    ({ type, fields }) => type === 'keepalive.ServerParameters' && fields['MaxConnectionAge'] !== undefined,
  );
  if (age !== undefined)
    return pass({ ...evidence, MaxConnectionAge: age.fields['MaxConnectionAge']?.text ?? '' }, place.where);
  const isSeen = made.some(({ type }) => type === 'grpc.NewServer');
  // What other languages set is not read.
  if (!isSeen && behind.some(({ nodePackage }) => nodePackage !== null))
    return inconclusive('its server is of Node, and may have a max_connection_age_ms', evidence, place.where);
  return fail({
    ...place,
    ...(isSeen ? {} : { severity: 'medium' as const }),
    evidence,
    why: `each client sends all its calls to one of the ${replicas} replicas, for as long as it is connected; a new replica gets none${isSeen ? '' : '. The source of its server is not among the files: by default no gRPC server ends a connection'}`,
    fix: `clusterIP: None   # of ${service.name}, with round_robin in the client\n// or in the server:\ngrpc.KeepaliveParams(keepalive.ServerParameters{\n\tMaxConnectionAge:      5 * time.Minute,\n\tMaxConnectionAgeGrace: 30 * time.Second,\n})`,
  });
}
