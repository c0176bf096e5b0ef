import type { Argv, Options } from 'yargs';
import { closest, type ExitCode, escapeText, usageError } from '../core/index.js';
import type { Command } from './command.js';

type Flags = Readonly<Record<string, unknown>>;
type Flag = Options & { describe: string };

const text = (describe: string): Flag => ({ type: 'string', requiresArg: true, describe });

const preview: Record<string, Flag> = {
  draws: text('keys to draw, 10M at most [1M]'),
  cache: { ...text('cache sizes, in keys or as a share of n: 1000, 1%; again for more'), array: true },
};

const fit: Record<string, Flag> = {
  field: text('JSON lines: where the key is, a.b within objects'),
  column: text('CSV: name of the column of the key, or its number from 1 when there is no header'),
  regex: text('any lines: a regex with one group, the key'),
  write: text('write a profile that draws such keys'),
  quiet: { type: 'boolean', alias: 'q', describe: 'no progress on stderr' },
};

const both: Record<string, Flag> = {
  key: text('preview: which of the keys of a profile; fit: a regex for the path of an access log'),
  seed: text('what everything random follows from [1]'),
  out: text('write the result as JSON; - is stdout'),
};

const groups = { 'Preview:': preview, 'Fit:': fit, 'Both:': both };

/** What the actions are, and which flags are only another's. Each is loaded when it is called for. */
const actions: Readonly<
  Record<
    string,
    {
      readonly others: Record<string, Flag>;
      readonly load: () => Promise<(flags: Flags) => Promise<ExitCode>>;
    }
  >
> = {
  preview: { others: fit, load: async () => (await import('./keys/preview.js')).preview },
  fit: { others: preview, load: async () => (await import('./keys/fit.js')).fit },
};

/** `zipfire keys`: looks at a key distribution before it is used, or finds the one of a log. */
export const keys: Command = {
  usage: 'keys <action> [input]',
  builder: (yargs: Argv) => {
    yargs.positional('action', { type: 'string', describe: 'preview or fit' }).positional('input', {
      type: 'string',
      describe: 'preview: a distribution or a profile (.yaml); fit: a log, gzipped or not; - is stdin',
    });
    for (const [group, flags] of Object.entries(groups)) {
      for (const [name, options] of Object.entries(flags)) yargs.option(name, { ...options, group });
    }
    return yargs.epilogue(`Examples:
  zipfire keys preview zipf:n=1e6,alpha=1.2 --cache 1000
  zipfire keys preview profile.yaml --key user
  zipfire keys fit access.log --write profile.yaml
  zipfire keys fit access.log --key '/users/(\\d+)'`);
  },
  run: async (argv: Flags): Promise<ExitCode> => {
    const name = String(argv['action']);
    const action = Object.hasOwn(actions, name) ? actions[name] : undefined;
    if (action === undefined) {
      const near = closest(name, Object.keys(actions));
      const hint = near === undefined ? 'zipfire keys preview, or zipfire keys fit' : `did you mean ${near}?`;
      throw usageError(`keys: no action "${escapeText(name, { maxLength: 60 })}"`, hint);
    }
    checkFlags(name, argv, action.others);
    // The parser reads a lone dash as an empty text.
    return (await action.load())({ ...argv, input: argv['input'] === '' ? '-' : argv['input'] });
  },
};

function checkFlags(action: string, argv: Flags, others: Record<string, Flag>): void {
  for (const flag of Object.keys(others)) {
    if (argv[flag] === undefined) continue;
    throw usageError(`keys ${action} has no --${flag}`, 'zipfire keys --help tells whose it is');
  }
  for (const flag of Object.keys({ ...preview, ...fit, ...both })) {
    if (Array.isArray(argv[flag]) && flag !== 'cache')
      throw usageError(`--${flag} is given more than once`, 'give it once');
  }
  if (argv['input'] === undefined) {
    const hint =
      action === 'fit' ? 'zipfire keys fit access.log' : 'zipfire keys preview zipf:n=1e6,alpha=1.2';
    throw usageError(`keys ${action} of what?`, hint);
  }
}
