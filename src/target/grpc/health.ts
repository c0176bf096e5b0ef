import { enumeration, message, type ProtoFile, serverStreaming, string, unary } from './protobuf/index.js';

/** The health checking protocol of gRPC (grpc.health.v1). */

export const ServingStatus = { UNKNOWN: 0, SERVING: 1, NOT_SERVING: 2, SERVICE_UNKNOWN: 3 } as const;

const HealthCheckRequest = message('grpc.health.v1.HealthCheckRequest', { service: string(1) });
const HealthCheckResponse = message(
  'grpc.health.v1.HealthCheckResponse',
  { status: enumeration(1, 'grpc.health.v1.HealthCheckResponse.ServingStatus') },
  { ServingStatus },
);

export const Health = {
  name: 'grpc.health.v1.Health',
  methods: {
    Check: unary(HealthCheckRequest, HealthCheckResponse),
    Watch: serverStreaming(HealthCheckRequest, HealthCheckResponse),
  },
} as const;

export const healthFile: ProtoFile = {
  name: 'grpc/health/v1/health.proto',
  package: 'grpc.health.v1',
  messages: [HealthCheckRequest, HealthCheckResponse],
  services: [Health],
};
