import { createHttp1Driver } from '#zipfire/drivers/http1/index.js';
import { driverContract } from './contract.js';

driverContract('http1', createHttp1Driver, {
  http1: true,
  pipelining: true,
  unaskedContinue: true,
  lengthOf304: true,
});
