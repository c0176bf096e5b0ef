import type { EnvoyCluster, EnvoyConfig, EnvoyListener } from './artifact.js';
import type { Sited } from './place.js';
import { numbered, secondsOf } from './quantities.js';
import type { YamlView } from './yaml-view.js';

const PROTOCOLS = 'envoy.extensions.upstreams.http.v3.HttpProtocolOptions';

export function isEnvoy(document: YamlView): boolean {
  const resources = document.at('static_resources');
  return resources.isMap || (document.at('node').isMap && document.at('dynamic_resources').isMap);
}

/** The listeners and clusters of a bootstrap that say something about HTTP. */
export function readEnvoy(document: YamlView, file: string): EnvoyConfig {
  const resources = document.at('static_resources');
  return {
    file,
    listeners: resources.at('listeners').items().flatMap(listenersOf),
    clusters: resources.at('clusters').items().map(clusterOf),
  };
}

function listenersOf(listener: YamlView): EnvoyListener[] {
  const chains = [...listener.at('filter_chains').items(), listener.at('default_filter_chain')];
  return chains.flatMap((chain) =>
    chain
      .at('filters')
      .items()
      .filter((filter) => /http_connection_manager/.test(filter.at('name').text ?? '') || isManager(filter))
      .map((filter) => {
        const settings = filter.at('typed_config');
        const http2 = settings.at('http2_protocol_options');
        const common = settings.at('common_http_protocol_options');
        return {
          ...settings.place,
          http2: !/^HTTP[13]$/.test(settings.at('codec_type').text ?? ''),
          loopback: /^(?:127\.|::1$)/.test(listener.at('address', 'socket_address', 'address').text ?? ''),
          name: listener.at('name').text ?? settings.at('stat_prefix').text ?? 'unnamed',
          maxConcurrentStreams: numbered(http2.at('max_concurrent_streams').sited, Number),
          idleSec: seconds(common.at('idle_timeout').sited),
          maxRequestsPerConnection: numbered(common.at('max_requests_per_connection').sited, Number),
        };
      }),
  );
}

function isManager(filter: YamlView): boolean {
  return /HttpConnectionManager$/.test(filter.at('typed_config', '@type').text ?? '');
}

function clusterOf(cluster: YamlView): EnvoyCluster {
  const options = cluster
    .at('typed_extension_protocol_options')
    .entries()
    .find(([name]) => name === PROTOCOLS)?.[1];
  const common = options?.at('common_http_protocol_options') ?? cluster.at('common_http_protocol_options');
  const old = cluster.at('common_http_protocol_options');
  const explicit = options?.at('explicit_http_config', 'http2_protocol_options');
  return {
    ...cluster.at('name').place,
    name: cluster.at('name').text ?? 'unnamed',
    idleSec: seconds(common.at('idle_timeout').sited ?? old.at('idle_timeout').sited),
    maxRequestsPerConnection: numbered(
      common.at('max_requests_per_connection').sited ?? cluster.at('max_requests_per_connection').sited,
      Number,
    ),
    http2: explicit?.isMap === true || cluster.at('http2_protocol_options').isMap,
  };
}

function seconds(sited: Sited<string> | null): Sited<number> | null {
  return numbered(sited, (text) => secondsOf(text));
}
