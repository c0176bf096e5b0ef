import { fail, type Outcome, pass } from '../../audit.js';
import { placeText } from '../../gather/files/index.js';
import { MARGIN_SEC } from '../idle-defaults.js';
import { at, fileAudit } from './file-audit.js';
import { timerPairs } from './idle-timers.js';
import { noted } from './pasting.js';

export const ka03 = fileAudit({
  id: 'KA03',
  title: 'The two ends of a connection have different idle times',
  failureTitle: 'Both ends of a connection close it after the same idle time',
  severity: 'medium',
  doc: 'Fails when what is in front of a server and the server itself have the same idle time-out. Which of them closes first is a race then, and each time the server wins a request is lost.',
  versions: 'every version',
  fix: 'Make the time of the server longer, by 15 s.',
  source: 'https://www.rfc-editor.org/rfc/rfc9112#section-9.5',
  run: (files) =>
    timerPairs(files).map(({ front, back }): Outcome => {
      const evidence = {
        front: front.name,
        frontIdleSec: Number.isFinite(front.seconds) ? front.seconds : 'never',
        server: back.name,
        serverIdleSec: Number.isFinite(back.seconds) ? back.seconds : 'never',
      };
      if (front.seconds !== back.seconds || !Number.isFinite(front.seconds))
        return pass(evidence, placeText(back));
      return fail({
        ...at(back),
        evidence,
        why: `${front.name} and the server both close after ${front.seconds} s: when the server is first, a request is on its way`,
        fix: noted(
          back.set(back.seconds + MARGIN_SEC),
          back,
          `${placeText(back)}; ${placeText(front)} stays`,
        ),
      });
    }),
});
