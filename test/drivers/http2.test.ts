import { createHttp2Driver } from '#zipfire/drivers/http2/index.js';
import { listenHttp2 } from '../support/http2-peer.js';
import { driverContract } from './contract.js';

driverContract('http2', createHttp2Driver, {
  http1: false,
  pipelining: false,
  unaskedContinue: true,
  lengthOf304: true,
  http: '2',
  listen: listenHttp2,
});
