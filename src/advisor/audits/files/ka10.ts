import { fail, inconclusive, type Outcome, pass } from '../../audit.js';
import type { FilesArtifact, Made } from '../../gather/files/index.js';
import { at, fileAudit } from './file-audit.js';
import { defaultNodeTimers, serverTimers } from './idle-timers.js';
import { nodeVersionOf } from './node-version.js';
import { nearest } from './runners.js';

/** Of undici, in milliseconds. */
const UNDICI_IDLE_MS = 4000;

export const ka10 = fileAudit({
  id: 'KA10',
  title: 'Node clients reuse connections, and let go of them before the server does',
  failureTitle: 'A Node client does not reuse connections, or keeps them longer than the server',
  severity: 'medium',
  doc: 'Fails when an http.Agent is made without keepAlive; when node:http (also by axios, got or node-fetch) is asked with its default agent before Node 19, which reuses nothing, and low where `engines` only lets such a Node in; and when keepAliveTimeout of undici is not shorter than that of a server among the files: the request that meets its closing ends in ECONNRESET. Its default is 4 s.',
  versions: 'the default agent: Node before 19; an Agent of one’s own, and undici: every version',
  fix: 'new Agent({ keepAlive: true }); for undici a keepAliveTimeout below that of the server.',
  source: 'https://nodejs.org/api/http.html#new-agentoptions',
  run: (files) =>
    files.nodeSources.flatMap(({ made }) => [
      ...made.flatMap((each): Outcome[] => {
        if (/^https?\.Agent$/.test(each.type)) return [agent(each)];
        if (/^https?\.(?:request|get)$/.test(each.type)) return [request(each, files)];
        if (/^undici\.(?:Agent|Pool|Client|BalancedPool)$/.test(each.type)) return [undici(each, files)];
        return [];
      }),
      ...byLibrary(made, files),
    ]),
});

function agent(made: Made): Outcome {
  const { keepAlive } = made.fields;
  const evidence = { type: made.type, keepAlive: keepAlive?.text ?? null };
  if (keepAlive !== undefined && keepAlive.text !== 'false') return pass(evidence, at(made).where);
  if (!made.whole && keepAlive === undefined)
    return inconclusive('its settings come from elsewhere', evidence, at(made).where);
  return fail({
    ...at(made),
    evidence,
    why: 'an agent of one’s own does not keep connections unless it is told to, in no version: a handshake for each request',
    fix: `new ${made.type}({ keepAlive: true })`,
  });
}

/** Libraries that ask with the default agent of node:http: the first place of each in a file. */
function byLibrary(made: readonly Made[], files: FilesArtifact): Outcome[] {
  const asked = made.filter(({ type }) => /^(?:axios|got|node-fetch)(?:$|\.)/.test(type));
  const agents = /^(?:agent|agents|httpAgent|httpsAgent)$/;
  if (asked.some(({ fields, whole }) => !whole || Object.keys(fields).some((name) => agents.test(name))))
    return [];
  const first = new Map(asked.map((each) => [each.type.split('.')[0], each] as const).toReversed());
  return [...first.values()].flatMap((each) => {
    const outcome = request(each, files);
    // Whether a library is asked at all is told by its package; this is about the Node below it.
    return outcome.status === 'fail' ? [outcome] : [];
  });
}

function hasGlobalAgent(made: Made, files: FilesArtifact): boolean {
  const owner = nearest(made.file, files.nodePackages);
  return files.nodeSources.some(
    ({ file, calls }) =>
      nearest(file, files.nodePackages) === owner &&
      calls.some(({ value }) => value.endsWith('.globalAgent')),
  );
}

function request(made: Made, files: FilesArtifact): Outcome {
  const version = nodeVersionOf(nearest(made.file, files.nodePackages), files);
  const evidence = { node: version?.text ?? 'unknown', agent: made.fields['agent']?.text ?? 'the default' };
  if (made.fields['agent'] !== undefined || hasGlobalAgent(made, files))
    return pass(evidence, at(made).where);
  const newer = version?.isAtLeast('19') ?? null;
  if (newer === true) return pass(evidence, at(made).where);
  if (newer === null || !made.whole)
    return inconclusive(
      'before Node 19 the default agent reuses nothing; the version is not known',
      evidence,
      at(made).where,
    );
  const exact = version?.exact === true;
  const [name = 'http'] = made.type.split('.');
  return fail({
    ...at(made),
    ...(exact ? {} : { severity: 'low' as const }),
    evidence,
    why: `the default agent of ${exact ? 'this Node' : `Node before 19, which “${version?.text}” lets in,`} closes the connection after each request`,
    fix: /^https?$/.test(name)
      ? `const agent = new ${name}.Agent({ keepAlive: true });   // and { agent } with the request; or Node 20`
      : `const agent = new http.Agent({ keepAlive: true });   // ${name === 'axios' ? 'axios.create({ httpAgent: agent })' : name === 'got' ? 'got(url, { agent: { http: agent } })' : 'fetch(url, { agent })'}; or Node 20`,
  });
}

function undici(made: Made, files: FilesArtifact): Outcome {
  const owner = nearest(made.file, files.nodePackages);
  const idle = made.fields['keepAliveTimeout'];
  const ms = idle === undefined ? UNDICI_IDLE_MS : idle.number;
  // The server beside it is its own, and not the one it asks.
  const servers = [...serverTimers(files), ...defaultNodeTimers(files)].filter(
    ({ file }) => owner === null || nearest(file, files.nodePackages) !== owner,
  );
  const shortest = servers.toSorted((a, b) => a.seconds - b.seconds)[0];
  const evidence = { keepAliveTimeoutMs: ms, serverIdleSec: shortest?.seconds ?? 'unknown' };
  if (ms === null) return inconclusive('its keepAliveTimeout comes from elsewhere', evidence, at(made).where);
  if (shortest === undefined) {
    if (ms <= UNDICI_IDLE_MS) return pass(evidence, at(made).where);
    return inconclusive(
      'it is longer than the default, and the server is not among the files',
      evidence,
      at(made).where,
    );
  }
  if (ms < shortest.seconds * 1000) return pass(evidence, at(made).where);
  return fail({
    ...at(idle ?? made),
    evidence,
    why: `it keeps connections for ${ms / 1000} s, and the server closes them after ${shortest.seconds} s: requests end in ECONNRESET`,
    fix: `keepAliveTimeout: ${Math.max(500, Math.round((shortest.seconds - 1) * 1000))},   // below the ${shortest.seconds} s of ${at(shortest).where}`,
  });
}
