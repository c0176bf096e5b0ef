import type { Service } from '../service.js';
import { type BoundMethod, bind } from './handler.js';
import { Health, healthFile } from './health.js';
import { HealthService } from './health-service.js';
import { KV, kvFile } from './kv.js';
import { kvHandlers } from './kv-service.js';
import { reflectionV1, reflectionV1Alpha } from './reflection.js';
import { reflectionHandler } from './reflection-service.js';

/** Everything the target serves over gRPC. */
export interface GrpcServices {
  /** By their paths: `/kv.v1.KV/Get`. */
  readonly methods: ReadonlyMap<string, BoundMethod>;
  readonly health: HealthService;
}

export function makeGrpcServices(service: Service): GrpcServices {
  const health = new HealthService([KV.name]);
  const reflect = reflectionHandler([kvFile, healthFile, reflectionV1.file, reflectionV1Alpha.file]);
  const methods = [
    ...bind(KV, kvHandlers(service), false),
    ...bind(Health, health.handlers, true),
    ...bind(reflectionV1.service, { ServerReflectionInfo: reflect }, true),
    ...bind(reflectionV1Alpha.service, { ServerReflectionInfo: reflect }, true),
  ];
  return { methods: new Map(methods.map((method) => [method.path, method])), health };
}
