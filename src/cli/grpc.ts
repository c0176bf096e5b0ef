import type { Argv } from 'yargs';
import type { ExitCode } from '../core/index.js';
import { planFromGrpc } from '../profile/index.js';
import type { Command } from './command.js';
import { addGrpcFlags, grpcExamples, grpcFlagNames, readGrpcFlags, usualGrpcFlags } from './grpc-flags.js';
import { measure } from './measure.js';
import { planContext } from './plan-context.js';
import { readOutputs } from './read-outputs.js';

/** `zipfire grpc`: one method of one target, measured and reported. */
export const grpc: Command = {
  usage: 'grpc [target]',
  flagNames: grpcFlagNames,
  usualFlags: usualGrpcFlags,
  builder: (yargs: Argv) =>
    addGrpcFlags(yargs)
      .positional('target', {
        type: 'string',
        describe: 'host:port, grpc://, grpcs://, dns:///host:port or unix:///path',
      })
      .epilogue(grpcExamples),
  run: async (argv: Readonly<Record<string, unknown>>): Promise<ExitCode> => {
    const outputs = readOutputs(argv);
    const target = argv['target'] === undefined ? undefined : String(argv['target']);
    const plan = await planFromGrpc(target, readGrpcFlags(argv), planContext());
    return measure(plan, outputs, argv['quiet'] === true);
  },
};
