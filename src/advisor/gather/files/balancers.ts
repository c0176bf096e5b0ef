import type { Balancer, IngressNginxSetting } from './artifact.js';
import type { Sited } from './place.js';
import type { YamlView } from './yaml-view.js';

/** Seconds after which each drops an idle connection to a server, unless it is told otherwise. */
const defaultIdleSec: Readonly<Record<Balancer['kind'], number>> = {
  'aws-alb': 60,
  'aws-clb': 60,
  'aws-nlb': 350,
  gcp: 600,
  'ingress-nginx': 60,
};
/** Annotations that only Google's controller reads. */
const google =
  /^(?:networking\.gke\.io\/|ingress\.gcp\.kubernetes\.io\/|kubernetes\.io\/ingress\.(?:global|regional)-static-ip-name$)/;
const AWS = 'service.beta.kubernetes.io/aws-load-balancer';

/** What rules ask of the ConfigMap of ingress-nginx. */
const asked = new Set([
  'upstream-keepalive-timeout',
  'upstream-keepalive-connections',
  'worker-processes',
  'http2-max-concurrent-streams',
  'keep-alive-requests',
]);

/** The settings of ingress-nginx, if one of these is its ConfigMap. */
export function ingressNginxSettings(configs: readonly YamlView[]): IngressNginxSetting[] {
  return configs.flatMap((data) =>
    data
      .entries()
      .flatMap(([name, { sited }]) => (sited !== null && asked.has(name) ? [{ ...sited, name }] : [])),
  );
}

/** The load balancer that an Ingress or a Service asks for; undefined when it asks for none that we know. */
export function balancerOf(
  object: YamlView,
  objectKind: string,
  name: string,
  ingressNginx: readonly IngressNginxSetting[],
): Balancer | undefined {
  const annotations = object.at('metadata', 'annotations');
  const { place } = object.at('metadata', 'name');
  const make = (kind: Balancer['kind'], time: Sited<string> | null): Balancer => {
    const seconds = time === null ? Number.NaN : Number(time.value.replace(/s$/, ''));
    const explicit = Number.isFinite(seconds) && time !== null;
    const idle = explicit
      ? { value: seconds, file: time.file, line: time.line }
      : { value: defaultIdleSec[kind], ...place };
    return { ...place, name, kind, idle, explicit };
  };
  if (objectKind === 'Ingress') {
    const ingressClass =
      object.at('spec', 'ingressClassName').text ?? annotations.at('kubernetes.io/ingress.class').text ?? '';
    if (/^alb/.test(ingressClass) || annotations.entries().some(([key]) => key.startsWith('alb.ingress.')))
      return make(
        'aws-alb',
        attribute(
          annotations.at('alb.ingress.kubernetes.io/load-balancer-attributes').sited,
          'idle_timeout.timeout_seconds',
        ),
      );
    // Google's time is its own and cannot be set.
    if (/^gce/.test(ingressClass) || annotations.entries().some(([key]) => google.test(key)))
      return make('gcp', null);
    if (/nginx/.test(ingressClass))
      return make(
        'ingress-nginx',
        ingressNginx.find((each) => each.name === 'upstream-keepalive-timeout') ?? null,
      );
    return undefined;
  }
  // The Gateways of GKE, but for those of layer 4.
  if (objectKind === 'Gateway' && /^gke-l7/.test(object.at('spec', 'gatewayClassName').text ?? ''))
    return make('gcp', null);
  if (objectKind !== 'Service' || object.at('spec', 'type').text !== 'LoadBalancer') return undefined;
  const type = annotations.at(`${AWS}-type`).text;
  if (type !== null && /^(nlb|external)/.test(type)) return make('aws-nlb', null);
  const classic = annotations.at(`${AWS}-connection-idle-timeout`).sited;
  const asked = annotations.entries().some(([key]) => key.startsWith(AWS));
  return classic !== null || asked ? make('aws-clb', classic) : undefined;
}

/** One of `a=1,b=2`. */
function attribute(list: Sited<string> | null, name: string): Sited<string> | null {
  const found = list?.value.split(',').find((each) => each.trim().startsWith(`${name}=`));
  return list === null || found === undefined ? null : { ...list, value: found.split('=')[1]?.trim() ?? '' };
}
