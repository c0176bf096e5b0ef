import { fail, inconclusive, notApplicable, type Outcome, pass } from '../../audit.js';
import type { Container, FilesArtifact, KubernetesService } from '../../gather/files/index.js';
import { at, fileAudit } from './file-audit.js';

export const g02 = fileAudit({
  id: 'G02',
  title: 'gRPC calls are spread over the replicas',
  failureTitle: 'gRPC calls stay on the replica that a connection began on',
  severity: 'high',
  doc: 'Fails when a Service with a cluster IP leads gRPC (by the name or appProtocol of its port) to more than one replica, and the server never ends a connection: no MaxConnectionAge. Kubernetes balances connections and not calls, so one replica gets all calls of a client, and new replicas get none. A mesh or a headless Service with round_robin balances calls.',
  versions: 'every version',
  fix: 'clusterIP: None and round_robin in the client, or MaxConnectionAge in the server.',
  source: 'https://kubernetes.io/blog/2018/11/07/grpc-load-balancing-on-kubernetes-without-tears/',
  run: (files) =>
    files.services.flatMap((service): Outcome[] => {
      const port = service.ports.find((each) => isGrpc(each.name) || isGrpc(each.appProtocol));
      if (port === undefined || service.type === 'ExternalName') return [];
      return [judge(service, files)];
    }),
});

function isGrpc(text: string | null): boolean {
  return text !== null && /(?:^|[-./])(?:grpc|h2c)/i.test(text);
}

function judge(service: KubernetesService, files: FilesArtifact): Outcome {
  const place = at(service);
  const behind = files.containers.filter((each) => isSelected(each, service));
  const [first] = behind;
  if (service.headless) return pass({ service: service.name, clusterIP: 'None' }, place.where);
  if (first === undefined)
    return inconclusive(
      'the workload behind it is not among the files',
      { service: service.name },
      place.where,
    );
  const replicas = first.replicas?.value ?? 1;
  const evidence = { service: service.name, workload: first.workload, replicas };
  if (behind.some(({ meshed }) => meshed))
    return notApplicable('a mesh balances its calls', evidence, place.where);
  if (replicas <= 1) return notApplicable('one replica', evidence, place.where);
  const made = files.goSources.flatMap((source) => source.made);
  const age = made.find(
    ({ type, fields }) => type === 'keepalive.ServerParameters' && fields['MaxConnectionAge'] !== undefined,
  );
  if (age !== undefined)
    return pass({ ...evidence, MaxConnectionAge: age.fields['MaxConnectionAge']?.text ?? '' }, place.where);
  if (!made.some(({ type }) => type === 'grpc.NewServer'))
    return inconclusive(
      'the source of its server is not among the files: it may have a MaxConnectionAge',
      evidence,
      place.where,
    );
  return fail({
    ...place,
    evidence,
    why: `each client sends all its calls to one of the ${replicas} replicas, for as long as it is connected; a new replica gets none`,
    fix: `clusterIP: None   # of ${service.name}, with round_robin in the client; or in the server:\ngrpc.KeepaliveParams(keepalive.ServerParameters{MaxConnectionAge: 5 * time.Minute, MaxConnectionAgeGrace: 30 * time.Second})`,
  });
}

function isSelected(container: Container, { selector, namespace }: KubernetesService): boolean {
  const wanted = Object.entries(selector);
  return (
    container.kind === 'kubernetes' &&
    container.namespace === namespace &&
    wanted.length > 0 &&
    wanted.every(([name, value]) => container.labels[name] === value)
  );
}
