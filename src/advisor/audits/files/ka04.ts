import { fail, inconclusive, notApplicable, type Outcome, pass } from '../../audit.js';
import type { Made } from '../../gather/files/index.js';
import { at, fileAudit } from './file-audit.js';
import { hasFront } from './idle-timers.js';
import { nodeServers } from './node-servers.js';
import { nodeVersionOf } from './node-version.js';
import { nearest } from './runners.js';

const DEFAULT_MS = 5000;

export const ka04 = fileAudit({
  id: 'KA04',
  title: 'The Node server has a keep-alive time that fits',
  failureTitle: 'The Node server closes idle connections after 5 seconds',
  severity: 'medium',
  doc: 'Fails when a server of node:http (also under Express, Koa or Nest) before Node 26 is made without keepAliveTimeout: it closes idle connections after 5 s, which every load balancer outlasts. Fastify sets 72 s by itself. High where a load balancer or proxy is among the files; a degree less where the version is not known or `engines` lets older ones in: the setting is right in every version.',
  versions: 'Node before 26, whose default is 65 s',
  fix: 'server.keepAliveTimeout: 65–75 s, more than the load balancer; headersTimeout above it.',
  source: 'https://nodejs.org/api/http.html#serverkeepalivetimeout',
  run: (files) =>
    nodeServers(files)
      .filter(({ server }) => server.type !== 'fastify')
      .map(({ server, loose }): Outcome => {
        const place = at(server);
        const front = hasFront(files, server.file);
        const version = nodeVersionOf(nearest(server.file, files.nodePackages), files);
        const set = server.fields['keepAliveTimeout'] ?? loose;
        const evidence = { node: version?.text ?? 'unknown', keepAliveTimeout: set?.text ?? null };
        if (set?.number != null && set.number > 0 && set.number < DEFAULT_MS)
          return notApplicable('it is set, and to less: KA02, KA13', evidence, place.where);
        if (set !== undefined) return pass(evidence, place.where);
        const newer = version?.isAtLeast('26') ?? null;
        if (newer === true) return pass(evidence, place.where);
        if (!server.whole) return inconclusive('its settings come from elsewhere', evidence, place.where);
        const known = newer === false && version?.exact === true;
        const severity = known ? (front ? 'high' : 'medium') : front ? 'medium' : 'low';
        return fail({
          ...place,
          severity,
          evidence,
          why: `${newer === null ? 'on Node before 26 (which one it runs on is not among the files) ' : known ? '' : `on Node before 26, which “${version?.text}” lets in, `}${
            front
              ? 'it closes idle connections after 5 s, and what is in front of it reuses them for longer: requests meet a closed one, and clients see 502'
              : 'a client that comes back after 5 s connects anew, and a load balancer in front would answer 502'
          }`,
          fix: fixFor(server, place.where),
        });
      }),
});

/** Lines to paste behind the server; where it has no name, how it gets one. */
function fixFor({ variable, type }: Made, where: string): string {
  const name = variable ?? 'server';
  const lines = `${name}.keepAliveTimeout = 75_000;\n${name}.headersTimeout = 76_000;`;
  if (type === 'nest')
    return `const server = ${name}.getHttpServer();\nserver.keepAliveTimeout = 75_000;\nserver.headersTimeout = 76_000;`;
  return variable === null ? `const server = …   // what ${where} makes\n${lines}` : lines;
}
