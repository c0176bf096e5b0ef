import type { FilesArtifact, Made, NodePackage, SourceValue } from '../../gather/files/index.js';
import { nearest } from './runners.js';

/** An HTTP server of Node. */
export interface NodeServer {
  readonly server: Made;
  /** A keepAliveTimeout in its package that is set on a server which is made elsewhere: it may be this one. */
  readonly loose: SourceValue | undefined;
}

const direct = /^(?:https?\.(?:createServer|Server)|express\.listen|koa\.listen|nest|fastify)$/;

export function nodeServers(files: FilesArtifact): NodeServer[] {
  return files.nodeSources.flatMap((source) => {
    const owner = nearest(source.file, files.nodePackages);
    const own = files.nodeSources.filter(({ file }) => nearest(file, files.nodePackages) === owner);
    const [loose] = own.flatMap(({ keepAliveTimeouts }) => keepAliveTimeouts);
    return source.made
      .filter(({ type }) => direct.test(type) || (type === 'app.listen' && isExpress(owner, own)))
      .map((server) => ({ server, loose }));
  });
}

/** Whether the `app` of a package whose making is not seen is one of Express or Koa. */
function isExpress(owner: NodePackage | null, own: readonly { readonly made: readonly Made[] }[]): boolean {
  const types = own.flatMap(({ made }) => made.map(({ type }) => type));
  if (types.includes('fastify') || owner?.dependencies['fastify'] !== undefined) return false;
  return (
    types.some((type) => type === 'express' || type === 'koa') ||
    owner?.dependencies['express'] !== undefined ||
    owner?.dependencies['koa'] !== undefined
  );
}
