import { posix } from 'node:path';
import type { FileKind } from './artifact.js';

/** Kinds by name alone; in folders other files are not opened. */
const byName: readonly (readonly [RegExp, FileKind])[] = [
  [/^go\.(?:mod|work)$/, 'go.mod'],
  [/\.go$/, 'go'],
  [/^package\.json$/, 'package.json'],
  [/^\.(?:nvmrc|node-version|tool-versions)$/, 'node-version'],
  [/(?<!\.d)\.(?:js|cjs|mjs|ts|cts|mts)$/, 'javascript'],
  [/^(?:(?:Dockerfile|Containerfile)(?:\..+)?|.+\.(?:[Dd]ockerfile|Containerfile))$/, 'dockerfile'],
  [/^(?:docker-)?compose(?:\..+)?\.ya?ml$/, 'compose'],
  [/^(?:\.env(?:\..+)?|.+\.env)$/, 'env'],
  [/\.service$/, 'systemd'],
  [/^haproxy.*\.cfg(?:\..+)?$/, 'haproxy'],
  [/^(?:\d+-)?sysctl.*\.conf$/, 'sysctl'],
  [/^nginx.*\.conf(?:\.template)?$|\.nginx$/, 'nginx'],
];
/** By the folder, too: drop-ins of systemd, and where distributions keep the environment of services. */
const byPath: readonly (readonly [RegExp, FileKind])[] = [
  [/\.service\.d\/[^/]+\.conf$/, 'systemd'],
  // The generator of Express makes it.
  [/(?:^|\/)bin\/www$/, 'javascript'],
  [/(?:^|\/)(?:default|sysconfig)\/[\w-]+$/, 'env'],
];
/** What stands beside a configuration in its folder, and is none. */
const otherwise = /\.(?:sh|bash|py|rb|pl|php|lua|md|rst|txt|html?|css|svg|png|ico|c|h|crt|pem|key)$/i;
const structured = /\.(?:ya?ml|json)$/;

/** What a file is, by its name and its first lines. `yaml`: its documents tell. Null: nothing that a rule asks for. */
export function recognise(file: string, text: string): FileKind | 'yaml' | null {
  const name = posix.basename(file);
  const named =
    byPath.find(([pattern]) => pattern.test(file))?.[1] ??
    byName.find(([pattern]) => pattern.test(name))?.[1];
  if (named !== undefined) return named;
  if (structured.test(name)) return 'yaml';
  if (/\.ya?ml\.(?:tpl|tmpl)$/.test(name)) return 'yaml';
  return byContent(file, text.slice(0, 20_000));
}

/** Whether a file of a folder may be of interest: it is read only then. */
export function isCandidate(file: string): boolean {
  const name = posix.basename(file);
  return (
    byName.some(([pattern]) => pattern.test(name)) ||
    byPath.some(([pattern]) => pattern.test(file)) ||
    structured.test(name) ||
    /\.(?:conf|cfg)$/.test(name) ||
    (/(?:^|\/)(?:sites-enabled|sites-available|conf\.d|nginx)\//.test(file) && !otherwise.test(name))
  );
}

function byContent(file: string, text: string): FileKind | null {
  // A script may write a configuration, and is none.
  if (text.startsWith('#!')) return null;
  if (/^\s*(?:net|vm|kernel|fs)\.[\w.]+\s*=/m.test(text) && !/[{};]/.test(text)) return 'sysctl';
  if (
    /^(?:global|defaults|frontend|backend|listen)\b[^{;]*$/m.test(text) &&
    /^\s+(?:bind|mode|timeout|server|balance)\s/m.test(text)
  )
    return 'haproxy';
  if (/^\s*(?:server|upstream|http|events|location|map|stream)\b[^;{}]*\{/m.test(text) && text.includes(';'))
    return 'nginx';
  if (/^\s*(?:proxy|keepalive|client|worker|listen|server_name|ssl|gzip)\w*\s[^{}]*;/m.test(text))
    return 'nginx';
  if (/^\[Service\]$/m.test(text) && /^ExecStart\s*=/m.test(text)) return 'systemd';
  if (/^\s*FROM\s+\S+/im.test(text) && /^\s*(?:RUN|COPY|CMD|ENTRYPOINT)\s/im.test(text)) return 'dockerfile';
  if (/(?:^|\/)env$/.test(file)) return 'env';
  return null;
}
