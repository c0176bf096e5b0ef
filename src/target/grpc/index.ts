export { type GrpcWhere, openGrpc } from './server.js';
