import { posix } from 'node:path';
import type { NginxConfig, NginxDirective } from './artifact.js';
import type { Sited } from './place.js';

/** A file of directives, not yet joined with what it includes. */
export interface NginxPart {
  readonly file: string;
  readonly directives: readonly NginxDirective[];
}

const MOST_DEPTH = 8;
/** What nginx brings along, and no rule asks for. */
const known =
  /(?:^|\/)(?:mime\.types|fastcgi_params|fastcgi\.conf|uwsgi_params|scgi_params|proxy_params|koi-\w+|win-\w+)$/;

/**
 * Puts the files that are included in the place of the `include`. A file that no other includes and that has no
 * `http` of its own stands for a part of one, as those in `conf.d` do.
 */
export function joinNginx(parts: readonly NginxPart[]): NginxConfig[] {
  const included = new Set<string>();
  const missing = new Map<string, Sited<string>[]>();
  const join = (part: NginxPart, root: NginxPart, depth: number): NginxDirective[] => {
    const expand = (directive: NginxDirective): NginxDirective[] => {
      if (directive.name !== 'include')
        return [{ ...directive, block: directive.block?.flatMap(expand) ?? null }];
      const pattern = directive.args[0] ?? '';
      const found = parts.filter((each) => each !== part && isIncluded(pattern, root.file, each.file));
      for (const each of found) included.add(each.file);
      if (known.test(pattern) || pattern.includes('modules')) return [];
      if (found.length === 0)
        missing.set(root.file, [
          ...(missing.get(root.file) ?? []),
          { value: pattern, file: directive.file, line: directive.line },
        ]);
      // One that is not here stays where it is: whatever it sets holds there.
      if (found.length === 0) return [directive];
      return depth >= MOST_DEPTH ? [] : found.flatMap((each) => join(each, root, depth + 1));
    };
    return part.directives.flatMap(expand);
  };
  const isMain = (part: NginxPart) =>
    part.directives.some(({ name }) => name === 'http' || name === 'events');
  const make = (part: NginxPart): NginxConfig => {
    const directives = join(part, part, 0);
    return { file: part.file, main: isMain(part), directives, missing: missing.get(part.file) ?? [] };
  };
  const mains = parts.filter(isMain).map(make);
  const loose = parts.filter((part) => !isMain(part) && !included.has(part.file));
  const fragments = loose.map(make).filter(({ file }) => !included.has(file));
  // An upstream in one file of conf.d is used in another.
  return [...mains, ...byFolder(fragments)];
}

function byFolder(fragments: readonly NginxConfig[]): NginxConfig[] {
  const folders = new Map<string, NginxConfig>();
  for (const fragment of fragments) {
    const folder = posix.dirname(fragment.file);
    const own = folders.get(folder);
    folders.set(
      folder,
      own === undefined
        ? fragment
        : {
            ...own,
            directives: [...own.directives, ...fragment.directives],
            missing: [...own.missing, ...fragment.missing],
          },
    );
  }
  return [...folders.values()];
}

/** Paths on the server (`/etc/nginx/conf.d/*.conf`) are not those here: the end of them has to fit. */
function isIncluded(pattern: string, from: string, file: string): boolean {
  const glob = posix.normalize(pattern);
  if (!posix.isAbsolute(glob)) return wildcards(posix.join(posix.dirname(from), glob)).test(file);
  return wildcards(glob.split('/').slice(-2).join('/'), '(?:.*/)?').test(file);
}

/** `*` and `?`, as glob(3) reads them. */
function wildcards(glob: string, before = ''): RegExp {
  const pattern = glob
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replace(/\*+/g, '[^/]*')
    .replaceAll('?', '[^/]');
  return new RegExp(`^${before}${pattern}$`);
}
