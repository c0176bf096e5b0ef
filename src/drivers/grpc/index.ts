import type { Driver, DriverEvents, DriverOptions } from '../../core/index.js';
import type { DynamicBuilder } from '../../grpc/render/index.js';
import { GrpcDriver } from './driver.js';

/** gRPC on plain sockets: zipfire's own protocol code. */
export async function createGrpcDriver(options: DriverOptions, events: DriverEvents): Promise<Driver> {
  const { types = null } = options;
  return new GrpcDriver(options, events, types === null ? undefined : await builderOf(types));
}

/** Loaded only where messages take the schema at each call: it brings a protobuf library with it. */
async function builderOf(types: string): Promise<DynamicBuilder> {
  const { dynamicBuilder, readProtoset, Schema } = await import('../../grpc/index.js');
  const files = readProtoset(Buffer.from(types, 'base64'), 'types');
  return dynamicBuilder(Schema.from(files, 'the schema of the plan').types);
}
