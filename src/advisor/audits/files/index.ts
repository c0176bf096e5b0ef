import type { Audit } from '../../audit.js';
import { cpu02 } from './cpu02.js';
import { cpu03 } from './cpu03.js';
import { cpu04 } from './cpu04.js';
import { cpu10 } from './cpu10.js';
import { cpu11 } from './cpu11.js';
import { cpu12 } from './cpu12.js';
import { file01 } from './file01.js';
import { g01 } from './g01.js';
import { g02 } from './g02.js';
import { h201 } from './h201.js';
import { h202 } from './h202.js';
import { k02 } from './k02.js';
import { ka01 } from './ka01.js';
import { ka02 } from './ka02.js';
import { ka03 } from './ka03.js';
import { ka04 } from './ka04.js';
import { ka05 } from './ka05.js';
import { ka06 } from './ka06.js';
import { ka08 } from './ka08.js';
import { ka09 } from './ka09.js';
import { ka10 } from './ka10.js';
import { ka12 } from './ka12.js';
import { ka13 } from './ka13.js';
import { mem01 } from './mem01.js';
import { mem02 } from './mem02.js';
import { tls1 } from './tls1.js';

/** The rules that are judged by what files say. */
export const fileAudits: readonly Audit[] = [
  cpu02,
  cpu03,
  cpu04,
  cpu10,
  cpu11,
  cpu12,
  file01,
  g01,
  g02,
  h201,
  h202,
  k02,
  ka01,
  ka02,
  ka03,
  ka04,
  ka05,
  ka06,
  ka08,
  ka09,
  ka10,
  ka12,
  ka13,
  mem01,
  mem02,
  tls1,
];
