import type { Audit } from '../audit.js';
import { cpu01 } from './cpu01.js';
import { cpu02 } from './cpu02.js';
import { cpu03 } from './cpu03.js';
import { cpu04 } from './cpu04.js';
import { cpu05 } from './cpu05.js';
import { cpu06 } from './cpu06.js';
import { cpu07 } from './cpu07.js';
import { cpu08 } from './cpu08.js';
import { cpu09 } from './cpu09.js';
import { cpu11 } from './cpu11.js';
import { exp01 } from './exp01.js';
import { fileAudits } from './files/index.js';
import { h201 } from './h201.js';
import { k01 } from './k01.js';
import { k02 } from './k02.js';
import { k03 } from './k03.js';
import { k04 } from './k04.js';
import { k05 } from './k05.js';
import { k06 } from './k06.js';
import { mem01 } from './mem01.js';
import { mem02 } from './mem02.js';
import { mem03 } from './mem03.js';
import { mem04 } from './mem04.js';
import { mem05 } from './mem05.js';
import { mem06 } from './mem06.js';
import { probeAudits } from './probes/index.js';
import { s01 } from './s01.js';
import { s02 } from './s02.js';
import { s03 } from './s03.js';
import { s04 } from './s04.js';
import { s05 } from './s05.js';
import { s06 } from './s06.js';
import { s07 } from './s07.js';
import { tls2 } from './tls2.js';

/** Every rule; a new one is a file and a line here. Self-checks of the generator are those whose id begins with S. */
export const audits: readonly Audit[] = [
  // Those that live rules of the same id follow, whose order wins.
  ...fileAudits,
  ...probeAudits,
  cpu01,
  cpu02,
  cpu03,
  cpu04,
  cpu05,
  cpu06,
  cpu07,
  cpu08,
  cpu09,
  cpu11,
  exp01,
  h201,
  k01,
  k02,
  k03,
  k04,
  k05,
  k06,
  mem01,
  mem02,
  mem03,
  mem04,
  mem05,
  mem06,
  s01,
  s02,
  s03,
  s04,
  s05,
  s06,
  s07,
  tls2,
];
