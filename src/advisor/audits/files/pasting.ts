import type { Container, Place, Variable } from '../../gather/files/index.js';

const isDockerfile = /(?:^|\/)(?:Dockerfile|Containerfile)[^/]*$|\.[Dd]ockerfile$/;
const isYaml = /\.(?:ya?ml|json)(?:\.\w+)?$/;

/** Lines to paste, with a note as a comment of the file that they are for. */
export function noted(lines: string, { file }: Pick<Place, 'file'>, note: string): string {
  if (/\.(?:go|mod|work|[cm]?[jt]s)$/.test(file)) return `${lines}   // ${note}`;
  // There a comment behind something is a part of it.
  const isOnItsOwn = isDockerfile.test(file) || (!isYaml.test(file) && !/nginx|haproxy|\.cfg$/.test(file));
  return isOnItsOwn ? `# ${note}\n${lines}` : `${lines}   # ${note}`;
}

/** How a variable is set where a container gets its own, or in the place that sets it now. */
export function environmentFix(
  name: string,
  value: string,
  container: Container,
  note: string,
  variable?: Variable,
): string {
  const { file } = variable ?? container;
  return noted(environmentLine(name, value, container, file), { file }, note);
}

function environmentLine(name: string, value: string, container: Container, place: string): string {
  const { kind, file, values } = container;
  if (isDockerfile.test(place)) return `ENV ${name}="${value}"`;
  if (kind === 'systemd' && place === file) return `Environment="${name}=${value}"`;
  // An environment file.
  if (!isYaml.test(place)) return `${name}=${value}`;
  if (kind === 'compose') return `environment:\n  ${name}: "${value}"`;
  const key = values?.key ?? 'env';
  if (values?.map === true) return `${key}:\n  ${name}: "${value}"`;
  return `${key}:\n  - name: ${name}\n    value: "${value}"`;
}

/** How a container gets so many CPUs. */
export function cpuLine(cpus: number, { kind }: Container): string {
  switch (kind) {
    case 'kubernetes':
      return `cpu: "${cpus}"`;
    case 'compose':
      return `cpus: "${cpus}"`;
    case 'systemd':
      return `CPUQuota=${cpus * 100}%`;
  }
}
