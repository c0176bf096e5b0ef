import { DockerfileParser, type Env, type From, type Instruction } from 'dockerfile-ast';
import type { Dockerfile, Stage, Variable } from './artifact.js';
import type { Embedded } from './kubernetes.js';
import type { Place, Sited } from './place.js';
import { commandOf, merged, variable } from './settings.js';

/** The stages of a Dockerfile, each with the environment that it inherits from those it is built on. */
export function readDockerfile(text: string, file: string): Dockerfile {
  const parsed = DockerfileParser.parse(text);
  const stages: Stage[] = [];
  let open: { stage: Stage; own: Variable[]; entry: Sited<string>[]; command: Sited<string>[] } | null = null;
  const close = () => {
    if (open === null) return;
    const { program, flags, env } = commandOf([...open.entry, ...open.command]);
    const inherited = open.entry.length + open.command.length === 0;
    stages.push({
      ...open.stage,
      env: merged(open.stage.env, open.own, env),
      ...(inherited ? {} : { program, flags }),
    });
  };
  for (const instruction of parsed.getInstructions()) {
    const place = placeOf(instruction, file);
    const keyword = instruction.getKeyword();
    if (keyword === 'FROM') {
      close();
      const from = instruction as From; // the parser makes a From of FROM
      const image = filledIn(from.getImage() ?? '', (name) => parsed.resolveVariable(name, place.line - 1));
      const base = stages.find(({ name }) => name !== null && name === image?.toLowerCase());
      const name = from.getBuildStage()?.toLowerCase() ?? null;
      const stage: Stage =
        base === undefined
          ? { ...place, name, image, env: [], program: null, flags: [] }
          : { ...base, ...place, name };
      open = { stage, own: [], entry: [], command: [] };
    } else if (open !== null && keyword === 'ENV') {
      for (const property of (instruction as Env).getProperties()) {
        const value = filledIn(property.getUnescapedValue() ?? '', (name) =>
          parsed.resolveVariable(name, place.line - 1),
        );
        const line = property.getRange().start.line + 1;
        open.own.push(...[variable(property.getName(), value, { file, line })].flatMap((each) => each ?? []));
      }
    } else if (open !== null && keyword === 'ENTRYPOINT') open.entry = argvOf(instruction, place);
    else if (open !== null && keyword === 'CMD') open.command = argvOf(instruction, place);
  }
  close();
  return { file, stages };
}

function placeOf(instruction: Instruction, file: string): Place {
  return { file, line: instruction.getRange().start.line + 1 };
}

/** `["a", "b"]`, or a line for the shell. */
function argvOf(instruction: Instruction, place: Place): Sited<string>[] {
  const text = (instruction.getArgumentsContent() ?? '').replace(/\\\r?\n/g, ' ').trim();
  if (text.startsWith('[')) {
    try {
      const list: unknown = JSON.parse(text);
      if (Array.isArray(list)) return list.map((value) => ({ ...place, value: String(value) }));
    } catch {
      // Docker takes it for the shell's, too.
    }
  }
  return text === '' ? [] : [{ ...place, value: text }];
}

/** `${NAME}`, `$NAME` and `${NAME:-default}` with what ARG and ENV say; null where one of them says nothing. */
function filledIn(text: string, resolve: (name: string) => string | null | undefined): string | null {
  let known = true;
  const filled = text.replace(
    /\$(?:\{(\w+)(?::?-([^}]*))?\}|(\w+))/g,
    (_, braced: string, fallback: string | undefined, plain: string) => {
      const value = resolve(braced ?? plain) ?? fallback;
      if (value === undefined || value === null) known = false;
      return value ?? '';
    },
  );
  return known ? filled : null;
}

/** Files that a Dockerfile writes: `COPY <<EOF /etc/nginx/nginx.conf`. */
export function heredocsOf(text: string, file: string): Embedded[] {
  const lines = text.split(/\r?\n/);
  const found: Embedded[] = [];
  for (let i = 0; i < lines.length; i++) {
    const [, end, name = ''] =
      /^\s*(?:COPY|ADD)\s+(?:--\S+\s+)*<<-?["']?(\w+)["']?\s+(\S+)\s*$/i.exec(lines[i] ?? '') ?? [];
    if (end === undefined) continue;
    const close = lines.findIndex((each, index) => index > i && each.trim() === end);
    if (close < 0) break;
    found.push({ file, name, text: lines.slice(i + 1, close).join('\n'), line: i + 2 });
    i = close;
  }
  return found;
}
