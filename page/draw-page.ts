import type { PageData } from '../src/report/html/page-data.js';
import { drawCurves } from './curves.js';
import { drawHeat } from './heat.js';
import { drawKeys } from './keys.js';
import { drawServiceCpu, drawServiceHeld } from './signals.js';
import { drawLatency, drawRate } from './timeline.js';

/** Draws the charts of a report into the places that its markup has for them. */
export function drawPage(data: PageData): void {
  drawCurves('percentiles', data.curves);
  if (data.timeline !== null) {
    drawRate('rate', data.timeline);
    drawLatency('latency', data.timeline);
  }
  if (data.signals !== null) {
    drawServiceCpu('service-cpu', data.signals);
    drawServiceHeld('service-held', data.signals);
  }
  if (data.heat !== null) drawHeat('heat', data.heat);
  data.keys.forEach((keys, i) => {
    drawKeys(`keys-${i}`, keys);
  });
}
