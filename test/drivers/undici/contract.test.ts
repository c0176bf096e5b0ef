import { driverContract } from '../contract.js';
import { undici } from './subject.js';

driverContract('undici', undici.factory, undici.capabilities);
