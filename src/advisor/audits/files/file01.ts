import { posix } from 'node:path';
import { fail, inconclusive, type Outcome, pass } from '../../audit.js';
import type { FilesArtifact, UnreadFile } from '../../gather/files/artifact.js';
import { at, fileAudit } from './file-audit.js';

/** What says how a file of a kind is written; JSON is read as the YAML that it is. */
const references: Readonly<Record<NonNullable<UnreadFile['kind']>, string>> = {
  yaml: 'https://yaml.org/spec/1.2.2/',
  template: 'https://helm.sh/docs/helm/helm_template/',
  helm: 'https://helm.sh/docs/chart_template_guide/values_files/',
  kubernetes: 'https://kubernetes.io/docs/reference/kubernetes-api/',
  dockerfile: 'https://docs.docker.com/reference/dockerfile/',
  compose: 'https://docs.docker.com/reference/compose-file/',
  env: 'https://docs.docker.com/compose/how-tos/environment-variables/variable-interpolation/#env-file-syntax',
  nginx: 'https://nginx.org/en/docs/beginners_guide.html#conf_structure',
  envoy: 'https://www.envoyproxy.io/docs/envoy/latest/configuration/overview/overview',
  haproxy: 'https://docs.haproxy.org/3.0/configuration.html#2.1',
  'go.mod': 'https://go.dev/ref/mod#go-mod-file',
  go: 'https://go.dev/ref/spec',
  'package.json': 'https://docs.npmjs.com/cli/configuring-npm/package-json',
  'node-version': 'https://github.com/nvm-sh/nvm#nvmrc',
  javascript: 'https://tc39.es/ecma262/',
  systemd: 'https://www.freedesktop.org/software/systemd/man/latest/systemd.syntax.html',
  sysctl: 'https://man7.org/linux/man-pages/man5/sysctl.conf.5.html',
};
const INCLUDE = 'https://nginx.org/en/docs/ngx_core_module.html#include';

export const file01 = fileAudit({
  id: 'FILE01',
  title: 'Every file was read',
  failureTitle: 'A file could not be read',
  severity: 'low',
  doc: 'Fails for each file that was named or found and could not be read, whole or in part: too large, no YAML, a template that is not rendered, a kind that is not known. The templates of a chart are one finding, and inconclusive where its values were read: those are judged. Inconclusive for an nginx `include` of files that were not named. What it says is not judged by any rule, which is no credit. A finding cites how a file of its kind is written.',
  versions: 'every version',
  fix: 'Mend the file, or name what is made of it.',
  source: 'https://man7.org/linux/man-pages/man2/open.2.html',
  run: (files) => {
    const charts = new Map<string, UnreadFile[]>();
    for (const each of files.unread) {
      const chart = chartOf(each);
      if (chart !== null) charts.set(chart, [...(charts.get(chart) ?? []), each]);
    }
    const unread = [
      ...files.unread.filter((each) => chartOf(each) === null).map(single),
      ...[...charts].map(([chart, templates]) => unrendered(chart, templates, files)),
    ];
    const missing = files.nginx.flatMap((config) =>
      config.missing.map((include) => ({
        ...inconclusive(
          'the files that it includes were not named',
          { include: include.value },
          at(include).where,
        ),
        source: INCLUDE,
      })),
    );
    if (unread.some(({ status }) => status === 'fail')) return [...unread, ...missing];
    const isWhole = unread.length === 0 && files.files.length > 0;
    return [...unread, ...(isWhole ? [pass({ files: files.files.length })] : []), ...missing];
  },
});

function single(each: UnreadFile): Outcome {
  return fail({
    ...at(each),
    ...sourceOf(each),
    evidence: { reason: each.reason },
    why: `no rule sees what it says: ${each.reason}`,
    fix: `mend ${at(each).where}, or leave it out`,
  });
}

function sourceOf({ kind }: UnreadFile): { source?: string } {
  return kind === null ? {} : { source: references[kind] };
}

/** The folder of the chart that a template is of; null: it is no template of one. */
function chartOf({ file, kind }: UnreadFile): string | null {
  return kind === 'template' ? (/^(.*?)\/?(?:^|\/)templates\//.exec(file)?.[1] ?? null) : null;
}

/** One finding for a chart, however many templates it has. With its values read nothing is to be mended. */
function unrendered(chart: string, templates: readonly UnreadFile[], { files }: FilesArtifact): Outcome {
  const [first] = templates;
  const name = chart === '' ? '.' : chart;
  const place = first === undefined ? {} : { ...at(first), ...sourceOf(first) };
  const values = files.filter(({ file, kind }) => kind === 'helm' && posix.dirname(file) === name);
  const overlay = values.find(({ file }) => posix.basename(file) !== 'values.yaml');
  const render = `helm template ${name}${overlay === undefined ? '' : ` -f ${overlay.file}`} > rendered.yaml`;
  const evidence = { chart: name, templates: templates.length };
  if (values.length > 0)
    return {
      ...inconclusive(
        `of the chart ${name} only what its values say of resources and environments is judged, and not what ${templates.length === 1 ? 'its template says' : `its ${templates.length} templates say`}: ${render}, and name rendered.yaml`,
        evidence,
      ),
      ...place,
    };
  return fail({
    ...place,
    evidence,
    why: 'no rule sees what a template says: what it asks for is known when it is rendered',
    fix: `${render}   # and name rendered.yaml`,
  });
}
