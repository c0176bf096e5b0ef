import type { CallData, StreamPlan } from '../../core/index.js';
import type { PlanContext } from '../context.js';
import type { DraftOperation } from '../operation.js';
import type { Path, Problems } from '../problems.js';
import type { HeaderValues } from '../schema-headers.js';
import { splitHeaders } from '../weighted.js';
import { draftCall } from './call.js';
import { binaryFile, jsonData, jsonFile, jsonOfYaml, noData } from './data.js';
import { metadataOf } from './metadata.js';

/** A call of a profile, each value checked for itself. */
export interface RawCall {
  readonly weight?: number | undefined;
  readonly call: string;
  readonly data?: unknown;
  readonly dataFile?: string | undefined;
  readonly binaryFile?: string | undefined;
  readonly metadata?: Readonly<Record<string, HeaderValues>> | undefined;
  readonly gzip?: boolean | undefined;
  readonly stream?: RawStream | undefined;
}

interface RawStream {
  readonly interval?: number | undefined;
  readonly messages?: number | undefined;
  readonly duration?: number | undefined;
  readonly freshValues?: boolean | undefined;
}

const dataNames = ['data', 'dataFile', 'binaryFile'] as const;

/** @param fileOf where a file of the profile is */
export function readCall(
  name: string,
  raw: RawCall,
  fileOf: (path: string) => string,
  context: PlanContext,
  problems: Problems,
): DraftOperation | undefined {
  const at: Path = ['operations', name];
  const [given = 'data', second] = dataNames.filter((one) => raw[one] !== undefined);
  if (second !== undefined) {
    problems.add([...at, second], `${given} gives the data already`, undefined, 'name');
    return undefined;
  }
  const dataAt: Path = [...at, given];
  const data = problems.attempt(dataAt, () => readData(raw, problems.nameOf(dataAt), fileOf, context));
  if (data === undefined) return undefined;
  const metadata = splitHeaders(raw.metadata ?? {});
  const headers = metadata.headers.map(metadataOf);
  const weighted = metadata.weighted.map((header) => ({ ...header, name: header.name.toLowerCase() }));
  const call = draftCall(raw.call, data, {
    methodAt: problems.nameOf([...at, 'call']),
    gzip: raw.gzip ?? false,
    stream: streamOf(raw.stream),
  });
  const path = `/${raw.call.replace(/^\//, '')}`;
  const operation = { name, weight: raw.weight ?? 1, method: 'POST', path, headers, body: null, call };
  return { operation, pathAt: [...at, 'call'], methodAt: [...at, 'call'], dataAt, weighted };
}

function readData(
  raw: RawCall,
  place: string,
  fileOf: (path: string) => string,
  context: PlanContext,
): CallData {
  if (raw.dataFile !== undefined) return jsonFile(fileOf(raw.dataFile), context);
  if (raw.binaryFile !== undefined) return binaryFile(fileOf(raw.binaryFile), context);
  return raw.data === undefined ? noData : jsonData(jsonOfYaml(raw.data), place);
}

function streamOf(raw: RawStream = {}): StreamPlan {
  return {
    intervalMs: raw.interval ?? 0,
    messages: raw.messages ?? null,
    durationMs: raw.duration ?? null,
    freshValues: raw.freshValues ?? false,
  };
}
