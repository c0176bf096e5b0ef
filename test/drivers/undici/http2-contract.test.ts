import { createUndiciDriver } from '#zipfire/drivers/undici/index.js';
import { listenHttp2 } from '../../support/http2-peer.js';
import { driverContract } from '../contract.js';

driverContract('undici over HTTP/2', createUndiciDriver, {
  http1: false,
  pipelining: false,
  unaskedContinue: false,
  lengthOf304: false,
  http: '2',
  listen: listenHttp2,
});
