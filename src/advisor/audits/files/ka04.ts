import { fail, inconclusive, type Outcome, pass } from '../../audit.js';
import { at, fileAudit } from './file-audit.js';
import { hasFront, isNodeServer } from './idle-timers.js';
import { nodeVersionOf } from './node-version.js';
import { nearest } from './runners.js';

export const ka04 = fileAudit({
  id: 'KA04',
  title: 'The Node server has a keep-alive time that fits',
  failureTitle: 'The Node server closes idle connections after 5 seconds',
  severity: 'medium',
  doc: 'Fails when a server of node:http (also under Express or Koa) before Node 26 is made without keepAliveTimeout: it closes idle connections after 5 s, which every load balancer outlasts. Fastify sets 72 s by itself. High where a load balancer or proxy is among the files.',
  versions: 'Node before 26, whose default is 65 s',
  fix: 'server.keepAliveTimeout: 65–75 s, more than the load balancer; headersTimeout above it.',
  source: 'https://nodejs.org/api/http.html#serverkeepalivetimeout',
  run: (files) => {
    const front = hasFront(files);
    return files.nodeSources.flatMap(({ made }) =>
      made
        .filter((each) => isNodeServer(each) && each.type !== 'fastify')
        .map((server): Outcome => {
          const place = at(server);
          const version = nodeVersionOf(nearest(server.file, files.nodePackages), files);
          const set = server.fields['keepAliveTimeout'];
          const evidence = { node: version?.text ?? 'unknown', keepAliveTimeout: set?.text ?? null };
          if (set !== undefined) return pass(evidence, place.where);
          const newer = version?.isAtLeast('26') ?? null;
          if (newer === true) return pass(evidence, place.where);
          if (newer === null)
            return inconclusive(
              'the version of Node is not known, and Node 26 has another default: name the Dockerfile, .nvmrc or engines',
              evidence,
              place.where,
            );
          if (!server.whole) return inconclusive('its settings come from elsewhere', evidence, place.where);
          const name = server.variable ?? 'server';
          return fail({
            ...place,
            ...(front ? { severity: 'high' as const } : {}),
            evidence,
            why: front
              ? 'what is in front of it reuses connections for longer: requests meet a closed one, and clients see 502'
              : 'a client that comes back after 5 s connects anew, and a load balancer in front would answer 502',
            fix: `${server.variable === null ? `const ${name} = …   // ${place.where}\n` : ''}${name}.keepAliveTimeout = 75_000;\n${name}.headersTimeout = 76_000;`,
          });
        }),
    );
  },
});
