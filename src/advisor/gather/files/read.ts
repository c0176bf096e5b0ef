import { posix } from 'node:path';
import { escapeText } from '../../../core/index.js';
import { readSuppressions, type Suppression } from '../../suppress.js';
import type {
  Container,
  Dockerfile,
  EnvoyConfig,
  FileKind,
  FilesArtifact,
  GoModule,
  HaproxyConfig,
  NodePackage,
  NodeSource,
  ReadFile,
  Sysctl,
  UnreadFile,
  Variable,
} from './artifact.js';
import { readCompose } from './compose.js';
import { heredocsOf, readDockerfile } from './dockerfile.js';
import { isEnvoy, readEnvoy } from './envoy.js';
import { type GoWorkspace, inWorkspaces, readGoModule } from './go-module.js';
import { withNames } from './go-names.js';
import { type Flowing, withSettings } from './go-settle.js';
import { readGoSource } from './go-source.js';
import { readHaproxy } from './haproxy.js';
import { type Chart, containersOfValues, looksLikeValues, readChart } from './helm.js';
import { type Embedded, readKubernetes, templatesIn } from './kubernetes.js';
import { readNginx } from './nginx.js';
import { joinNginx, type NginxPart } from './nginx-includes.js';
import { readNodeSource } from './node-source.js';
import { readEnvFile, readNodePackage, readSysctls, valuesOf } from './plain-files.js';
import { recognise } from './recognise.js';
import { readSystemdUnits } from './systemd.js';
import type { FoundFile } from './walk.js';
import { readYaml, type YamlView } from './yaml-view.js';

export interface FilesRead {
  readonly artifact: FilesArtifact;
  readonly suppressions: readonly Suppression[];
}

const TEMPLATE = 'a template: render it (helm template …) and name what comes out';
/** Go that is generated, or that no build takes in. */
const notBuilt = /^(?:\/\/ Code generated .* DO NOT EDIT\.|\/\/go:build ignore|\/\/ \+build ignore)\s*$/m;
/** A Go file that helps tests, whatever it is called: no program takes in `testing`. */
const ofTests = /^(?:import\s+|\t)"testing"\s*$/m;
const isTest = /(?:^|\/)(?:tests?|__tests__|e2e|__mocks__)\/|\.(?:test|spec)\.\w+$|_test\.go$/;
/** Of JSON in a folder: most of it is of other tools, some with comments, and may be large. */
const mayMatter = /"apiVersion"\s*:\s*"|"static_resources"\s*:|"services"\s*:\s*\{/;
/** What stands beside the files of a service and sets nothing: a pattern of the shell names them all. */
const besides =
  /^(?:go\.sum|go\.work\.sum|package-lock\.json|yarn\.lock|pnpm-lock\.yaml|tsconfig.*\.json|\.(?:docker|git|helm)ignore|Makefile|README.*|LICENSE.*|CHANGELOG.*|Chart\.(?:yaml|lock))$/i;
const UNKNOWN = 'not a kind of file that is known here';

/** Turns texts into one artifact. Pure. */
export function readFiles(found: readonly FoundFile[], unread: readonly UnreadFile[] = []): FilesRead {
  const reader = new Reader(unread);
  for (const each of found) reader.add(each);
  return reader.finish(found);
}

class Reader {
  readonly #files: ReadFile[] = [];
  readonly #unread: UnreadFile[];
  readonly #suppressions: Suppression[] = [];
  readonly #envFiles = new Map<string, Variable[]>();
  readonly #dockerfiles: Dockerfile[] = [];
  readonly #nginx: NginxPart[] = [];
  readonly #envoy: EnvoyConfig[] = [];
  readonly #haproxy: HaproxyConfig[] = [];
  readonly #goModules: GoModule[] = [];
  readonly #goWorkspaces: GoWorkspace[] = [];
  readonly #goSources: Flowing[] = [];
  readonly #nodePackages: NodePackage[] = [];
  readonly #nodeSources: NodeSource[] = [];
  readonly #sysctls: Sysctl[] = [];
  readonly #manifests: YamlView[] = [];
  readonly #charts: YamlView[] = [];
  /** Documents that may be values of a chart, which is known when all charts are. */
  readonly #values: { readonly document: YamlView; readonly named: boolean }[] = [];
  /** Read when the environment files that they name are. */
  readonly #compose: YamlView[] = [];
  readonly #units: FoundFile[] = [];

  constructor(unread: readonly UnreadFile[]) {
    this.#unread = [...unread];
  }

  /** A reader that fails on a file leaves that one out. */
  add(found: FoundFile): void {
    const { file, text, named } = found;
    const { suppressions, problems } = readSuppressions(text, file);
    this.#suppressions.push(...suppressions);
    for (const problem of problems) {
      const [, line = '1', reason = problem] = /:(\d+): (.*)$/s.exec(problem) ?? [];
      this.#miss(file, Number(line), reason);
    }
    const kind = recognise(file, text);
    try {
      if (kind === 'yaml') this.#yaml(found);
      else if (kind !== null) this.#read(kind, found);
      else if (named && !besides.test(posix.basename(file))) this.#miss(file, 1, UNKNOWN);
    } catch (error) {
      this.#miss(file, 1, error instanceof Error ? error.message : String(error), kind);
    }
  }

  finish(found: readonly FoundFile[]): FilesRead {
    const kubernetes = readKubernetes(this.#manifests);
    for (const each of kubernetes.embedded) this.#embedded(each);
    const envFile = (path: string) => this.#envFiles.get(path) ?? this.#byEnding(path);
    const compose = this.#compose.map((document) => {
      const beside = posix.join(posix.dirname(document.place.file), '.env');
      const dotenv = found.find(({ file }) => file === beside)?.text ?? '';
      return readCompose(document, { file: envFile, value: valuesOf(dotenv) });
    });
    for (const each of compose.flatMap(({ embedded }) => embedded)) this.#embedded(each);
    const charted = this.#containersOfCharts(found);
    const units = readSystemdUnits(this.#units, envFile);
    const containers: Container[] = [
      ...kubernetes.containers,
      ...compose.flatMap((each) => each.containers),
      ...charted,
      ...units,
    ];
    const artifact: FilesArtifact = {
      files: this.#files,
      unread: this.#unread.map((each) => ({ ...each, reason: escapeText(each.reason, { maxLength: 300 }) })),
      containers,
      dockerfiles: this.#dockerfiles,
      services: kubernetes.services,
      balancers: kubernetes.balancers,
      ingressNginx: kubernetes.ingressNginx,
      sysctls: [...this.#sysctls, ...kubernetes.sysctls, ...compose.flatMap((each) => each.sysctls)],
      nginx: joinNginx(this.#nginx),
      envoy: this.#envoy,
      haproxy: this.#haproxy,
      goModules: inWorkspaces(this.#goModules, this.#goWorkspaces),
      goSources: withNames(withSettings(this.#goSources, this.#goModules)),
      nodePackages: withVersionFiles(this.#nodePackages, found),
      nodeSources: this.#nodeSources,
    };
    return { artifact, suppressions: this.#suppressions };
  }

  #read(kind: FileKind, found: FoundFile): void {
    const { file, text, within } = found;
    // Its documents tell whether it is one.
    if (kind !== 'compose') this.#files.push({ file, kind });
    if (kind === 'compose') this.#yaml(found);
    else if (kind === 'dockerfile') {
      this.#dockerfiles.push(this.#whole(readDockerfile(text, file)));
      for (const each of heredocsOf(text, file)) this.#embedded(each);
    } else if (kind === 'env') this.#envFiles.set(file, readEnvFile(text, file));
    else if (kind === 'nginx') this.#addNginx(file, text);
    else if (kind === 'haproxy') this.#haproxy.push(readHaproxy(text, file));
    else if (kind === 'go.mod') this.#addGoModule(file, text);
    // Tests make servers that nobody else meets, and what is generated is mended elsewhere.
    else if (kind === 'go' && !isTest.test(within) && !notBuilt.test(text) && !ofTests.test(text))
      this.#goSources.push(readGoSource(text, file));
    else if (kind === 'package.json') this.#nodePackages.push(readNodePackage(text, file));
    else if (kind === 'javascript' && !isTest.test(within))
      this.#nodeSources.push(readNodeSource(text, file));
    else if (kind === 'systemd') this.#units.push(found);
    else if (kind === 'sysctl') this.#sysctls.push(...readSysctls(text, file));
  }

  #addGoModule(file: string, text: string): void {
    const { module, workspace } = readGoModule(text, file);
    if (file.endsWith('.work')) this.#goWorkspaces.push(workspace);
    else this.#goModules.push(module);
  }

  #whole(dockerfile: Dockerfile): Dockerfile {
    if (dockerfile.stages.length === 0)
      this.#miss(dockerfile.file, 1, 'no FROM in this Dockerfile', 'dockerfile');
    return dockerfile;
  }

  #yaml({ file, text, named }: FoundFile): void {
    if (!named && file.endsWith('.json') && !mayMatter.test(text)) return;
    const { documents, problems } = readYaml(text, file);
    const [problem] = problems;
    if (problem !== undefined && text.includes('{{')) this.#miss(file, problem.line, TEMPLATE, 'template');
    else for (const each of problems) this.#miss(file, each.line, `not YAML: ${each.value}`, 'yaml');
    if (problem === undefined && text.includes('{{'))
      for (const each of documents.flatMap(templatesIn).slice(0, 1))
        this.#miss(file, each.line, TEMPLATE, 'template');
    const kinds = documents.map(yamlKind);
    const isNothing = problem === undefined && kinds.every((kind) => kind === null);
    const [first, second] = documents;
    if (isNothing && first !== undefined && posix.basename(file) === 'Chart.yaml') this.#charts.push(first);
    else if (isNothing && first !== undefined && second === undefined && mayBeValues(first, named))
      this.#values.push({ document: first, named });
    else if (isNothing && named && !besides.test(posix.basename(file))) this.#miss(file, 1, UNKNOWN);
    for (const [index, document] of documents.entries()) {
      const kind = kinds[index] ?? null;
      if (kind === null) continue;
      if (!this.#files.some((each) => each.file === file)) this.#files.push({ file, kind });
      if (kind === 'kubernetes') this.#manifests.push(document);
      if (kind === 'compose') this.#compose.push(document);
      if (kind === 'envoy') this.#envoy.push(readEnvoy(document, file));
    }
  }

  /** Values stand beside their chart; those that are named elsewhere are of the only one there is, or of none that was read. */
  #containersOfCharts(found: readonly FoundFile[]): Container[] {
    const charts = this.#charts.map((document) => {
      const templates = posix.join(posix.dirname(document.place.file), 'templates/');
      const texts = found.filter(({ file }) => posix.normalize(file).startsWith(templates));
      return readChart(
        document,
        texts.map(({ text }) => text),
      );
    });
    const [only, second] = charts;
    const groups = new Map<Chart | string, YamlView[]>();
    for (const { document, named } of this.#values) {
      const { file } = document.place;
      const beside = charts.find(({ folder }) => folder === posix.dirname(file));
      const chart = beside ?? (second === undefined ? only : undefined);
      if (beside === undefined && !named) continue;
      this.#files.push({ file, kind: 'helm' });
      const key = chart ?? posix.dirname(file);
      groups.set(key, [...(groups.get(key) ?? []), document]);
    }
    return [...groups].flatMap(([key, documents]) => {
      const isBase = ({ place }: YamlView) => /(?:^|\/)values\.ya?ml$/.test(place.file);
      const base = documents.filter(isBase);
      const over = documents.filter((each) => !isBase(each));
      const layers = over.length === 0 ? [base] : over.map((each) => [...base, each]);
      return layers.flatMap((each) =>
        containersOfValues(each, typeof key === 'string' ? null : key, charts.length < 2),
      );
    });
  }

  #addNginx(file: string, text: string, firstLine = 1): void {
    const { directives, problem } = readNginx(text, file, firstLine);
    this.#nginx.push({ file, directives });
    if (problem !== null) this.#miss(file, problem.line, `not read to its end: ${problem.value}`, 'nginx');
  }

  /** What a ConfigMap holds is told with the lines of the manifest. */
  #embedded({ name, text, line, file }: Embedded): void {
    const kind = recognise(name, text);
    if (kind === 'nginx') this.#addNginx(file, text, line);
    else if (kind === 'haproxy') this.#haproxy.push(readHaproxy(text, file, line));
    else if (kind === 'sysctl') this.#sysctls.push(...readSysctls(text, file));
    else if (kind === 'yaml') {
      const { documents } = readYaml(text, file, line);
      for (const document of documents) if (isEnvoy(document)) this.#envoy.push(readEnvoy(document, file));
    }
  }

  /** `/etc/default/app` on the server is `default/app` or `app` here. */
  #byEnding(path: string): readonly Variable[] {
    const name = posix.basename(path);
    const found = [...this.#envFiles].filter(([file]) => posix.basename(file) === name);
    return found.length === 1 ? (found[0]?.[1] ?? []) : [];
  }

  #miss(file: string, line: number, reason: string, kind: UnreadFile['kind'] = null): void {
    this.#unread.push({ file, line, reason, kind });
  }
}

/** Beside a chart they are called so; another name has to be given, and to hold what values do. */
function mayBeValues(document: YamlView, named: boolean): boolean {
  const isCalledSo = /^values\b.*\.ya?ml$|\bvalues\.ya?ml$/i.test(posix.basename(document.place.file));
  return named ? isCalledSo || looksLikeValues(document) : isCalledSo;
}

function yamlKind(document: YamlView): FileKind | null {
  if (/(?:^|\/)kustomization\.ya?ml$/i.test(document.place.file)) return 'kubernetes';
  if (document.at('apiVersion').text !== null && document.at('kind').text !== null) return 'kubernetes';
  if (isEnvoy(document)) return 'envoy';
  const services = document.at('services').entries();
  const isCompose = services.some(
    ([, each]) => each.at('image').text !== null || each.at('build').isMap || each.at('build').text !== null,
  );
  return isCompose ? 'compose' : null;
}

/** The first line, or that of `nodejs` in a `.tool-versions`. */
function nodeVersionIn(text: string): { line: number; value: string } {
  const lines = text.split(/\r?\n/).map((each) => each.trim());
  const index = Math.max(
    0,
    lines.findIndex((each) => /^node(?:js)?\s/.test(each)),
  );
  return { line: index + 1, value: lines[index]?.replace(/^node(?:js)?\s+/, '') ?? '' };
}

/** `.nvmrc` and `.node-version` say which Node a package runs on; more exactly than `engines`. */
function withVersionFiles(packages: readonly NodePackage[], found: readonly FoundFile[]): NodePackage[] {
  const versions = new Map(
    found
      .filter(({ file, text }) => recognise(file, text) === 'node-version')
      .map(({ file, text }) => [posix.dirname(file), { file, ...nodeVersionIn(text) }]),
  );
  return packages.map((each) => {
    const version = versions.get(posix.dirname(each.file));
    return version === undefined ? each : { ...each, node: version };
  });
}
