import type { Argv } from 'yargs';
import type { ExitCode } from '../core/index.js';
import { planFromGrpc } from '../profile/index.js';
import type { Command } from './command.js';
import { addFlags } from './flag-table.js';
import { addGrpcFlags, grpcExamples, grpcFlagNames, readGrpcFlags, usualGrpcFlags } from './grpc-flags.js';
import { measure } from './measure/measure.js';
import { readOutputs } from './measure/read-outputs.js';
import { planContext } from './plan-context.js';
import { readSignalFlags, signalFlags, watcherOf } from './watch/signal-flags.js';

/** `zipfire grpc`: one method of one target, measured and reported. */
export const grpc: Command = {
  usage: 'grpc [target]',
  flagNames: [...grpcFlagNames, ...Object.keys(signalFlags)],
  usualFlags: usualGrpcFlags,
  builder: (yargs: Argv) =>
    addFlags(addGrpcFlags(yargs), { 'Diagnosis:': signalFlags })
      .positional('target', {
        type: 'string',
        describe: 'host:port, grpc://, grpcs://, dns:///host:port or unix:///path',
      })
      .epilogue(grpcExamples),
  run: async (argv: Readonly<Record<string, unknown>>): Promise<ExitCode> => {
    const outputs = readOutputs(argv);
    const target = argv['target'] === undefined ? undefined : String(argv['target']);
    const watched = readSignalFlags(argv);
    const plan = await planFromGrpc(target, readGrpcFlags(argv), planContext());
    return measure(plan, outputs, argv['quiet'] === true, undefined, await watcherOf(watched));
  },
};
