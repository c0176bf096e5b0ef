import { fail, type Outcome, pass } from '../../audit.js';
import type { FilesArtifact, Sited } from '../../gather/files/index.js';
import { at, fileAudit } from './file-audit.js';
import { nestedOf } from './nginx-tree.js';

/** RFC 9113 asks for no fewer. */
const LEAST = 100;
export const UNLIMITED = 2 ** 31 - 1;

/** A limit on streams that is written down, and how. */
export interface StreamLimit extends Sited<number> {
  readonly name: string;
  readonly set: (streams: number) => string;
}

export const h201 = fileAudit({
  id: 'H201',
  title: 'HTTP/2 connections may have 100 streams',
  failureTitle: 'HTTP/2 connections may have few streams',
  severity: 'medium',
  doc: 'Fails when MAX_CONCURRENT_STREAMS is set below 100, the least that RFC 9113 recommends: the requests beyond it queue in the client, where no metric of the server sees them. Whether a load reaches a limit is judged beside it, on the live target.',
  versions: 'every HTTP/2 server: nginx, Envoy, HAProxy, Go',
  fix: 'At least 100: 128 in nginx and 250 in Go are the defaults.',
  source: 'https://www.rfc-editor.org/rfc/rfc9113#section-6.5.2',
  run: (files) =>
    streamLimits(files).map((limit): Outcome => {
      const evidence = { setting: limit.name, maxConcurrentStreams: limit.value };
      if (limit.value >= LEAST) return pass(evidence, at(limit).where);
      return fail({
        ...at(limit),
        evidence,
        why: `a client that wants more than ${limit.value} at once waits for a stream, and no metric of the server shows it`,
        fix: limit.set(128),
      });
    }),
});

/** Every limit that the files set. */
export function streamLimits(files: FilesArtifact): StreamLimit[] {
  const nginx = files.nginx.flatMap(nestedOf).flatMap(({ directive }): StreamLimit[] => {
    const value = Number(directive.args[0]);
    if (directive.name !== 'http2_max_concurrent_streams' || !Number.isFinite(value)) return [];
    const { name, file, line } = directive;
    return [{ name, value, file, line, set: (streams) => `${name} ${streams};` }];
  });
  const envoy = files.envoy.flatMap(({ listeners }) =>
    listeners.flatMap(({ maxConcurrentStreams: limit, name }): StreamLimit[] =>
      limit === null
        ? []
        : [
            {
              ...limit,
              name: `max_concurrent_streams of ${name}`,
              set: (streams) => `http2_protocol_options: { max_concurrent_streams: ${streams} }`,
            },
          ],
    ),
  );
  const ingress = files.ingressNginx.flatMap((setting): StreamLimit[] => {
    const set = (streams: number) => `${setting.name}: "${streams}"`;
    return setting.name === 'http2-max-concurrent-streams' && Number.isFinite(Number(setting.value))
      ? [{ ...setting, value: Number(setting.value), set }]
      : [];
  });
  const haproxy = files.haproxy.flatMap(({ sections }) =>
    sections.flatMap(({ lines }) =>
      lines.flatMap(({ words: [name = '', text = ''], file, line }): StreamLimit[] =>
        /^tune\.h2\.(?:fe\.)?max-concurrent-streams$/.test(name) && Number.isFinite(Number(text))
          ? [{ name, value: Number(text), file, line, set: (streams) => `${name} ${streams}` }]
          : [],
      ),
    ),
  );
  const go = files.goSources.flatMap(({ made }) =>
    made.flatMap(({ type, fields }): StreamLimit[] => {
      const field =
        type === 'grpc.MaxConcurrentStreams'
          ? fields['0']
          : /^http(?:2\.Server|\.HTTP2Config)$/.test(type)
            ? fields['MaxConcurrentStreams']
            : undefined;
      if (field?.number == null) return [];
      const set = (streams: number) =>
        type !== 'grpc.MaxConcurrentStreams'
          ? `MaxConcurrentStreams: ${streams},`
          : `grpc.MaxConcurrentStreams(${streams})`;
      return [{ name: type, value: field.number, file: field.file, line: field.line, set }];
    }),
  );
  return [...nginx, ...ingress, ...envoy, ...haproxy, ...go];
}
