import type { Audit } from '../../audit.js';
import { g01 } from './g01.js';
import { g03 } from './g03.js';
import { h201 } from './h201.js';
import { h202 } from './h202.js';
import { h203 } from './h203.js';
import { h204 } from './h204.js';
import { ka01 } from './ka01.js';
import { ka02 } from './ka02.js';
import { ka03 } from './ka03.js';
import { ka04 } from './ka04.js';
import { ka06 } from './ka06.js';
import { ka07 } from './ka07.js';
import { ka11 } from './ka11.js';
import { ka13 } from './ka13.js';
import { tls1 } from './tls1.js';

/** The rules that are judged by what probes saw. Those of files with the same id stand beside them. */
export const probeAudits: readonly Audit[] = [
  g01,
  g03,
  h201,
  h202,
  h203,
  h204,
  ka01,
  ka02,
  ka03,
  ka04,
  ka06,
  ka07,
  ka11,
  ka13,
  tls1,
];
