import { type LiveEnd, type LiveFailure, type LiveUpdate, liveEvents } from '../src/report/html/live-data.js';
import { drawPage } from './draw-page.js';
import { listen } from './listen.js';
import { LiveCharts } from './live-charts.js';

/** Shows a run while it goes on, and its report when it has ended. */
function watch(): void {
  const charts = new LiveCharts();
  const token = new URLSearchParams(location.search).get('token') ?? '';
  const stop = listen(token, {
    event: (name, text) => {
      if (name === liveEvents.update) show(JSON.parse(text) as LiveUpdate, charts);
      if (name === liveEvents.end) end(JSON.parse(text) as LiveEnd);
      if (name === liveEvents.failure) fail((JSON.parse(text) as LiveFailure).message);
      if (name === liveEvents.busy) {
        say('headline', 'Too many pages show this run');
        say('stage', 'Close one of them and load this one again.');
      }
      if (name !== liveEvents.update) stop();
    },
    lost: (again) => {
      say('headline', again ? 'Connection lost' : 'The run has gone');
      say(
        'stage',
        again ? 'Trying again; the figures are the last ones heard.' : 'The figures are the last ones heard.',
      );
    },
  });
}

function show(update: LiveUpdate, charts: LiveCharts): void {
  const { phase, run, runs, elapsedSec, durationSec } = update;
  say('headline', `Running: ${phase}`);
  const of = durationSec === null ? '' : ` of ${durationSec} s`;
  say('stage', `${Math.round(elapsedSec)} s${of}${runs > 1 ? ` · run ${run} of ${runs}` : ''}`);
  const bar = document.getElementById('progress') as HTMLProgressElement | null;
  if (bar !== null) {
    if (durationSec === null || durationSec === 0) bar.removeAttribute('value');
    else bar.value = Math.min(1, elapsedSec / durationSec);
  }
  place('tiles').replaceChildren(...update.tiles.map(([name, value]) => tile(name, value)));
  document.getElementById('operations')?.replaceChildren(...update.operations.map(operation));
  charts.add(update);
}

/** The report, which the server has escaped. */
function end({ main, data }: LiveEnd): void {
  const whole = place('live');
  whole.innerHTML = main;
  whole.dataset['ended'] = 'true';
  whole.querySelector('h1')?.setAttribute('aria-live', 'polite');
  drawPage(data);
}

function fail(message: string): void {
  say('headline', 'The run ended without a result');
  place('headline').className = 'bad';
  say('stage', message);
  document.getElementById('progress')?.remove();
}

function tile(name: string, value: string): HTMLElement {
  const both = document.createElement('div');
  both.append(element('dt', name), element('dd', value));
  return both;
}

function operation(cells: readonly string[]): HTMLElement {
  const row = document.createElement('tr');
  row.append(...cells.map((cell, i) => element(i === 0 ? 'th' : 'td', cell)));
  row.firstElementChild?.setAttribute('scope', 'row');
  return row;
}

function element(name: string, text: string): HTMLElement {
  const made = document.createElement(name);
  made.textContent = text;
  return made;
}

/** Said once: a screen reader reads what changes. */
function say(id: string, text: string): void {
  const at = document.getElementById(id);
  if (at !== null && at.textContent !== text) at.textContent = text;
}

function place(id: string): HTMLElement {
  return document.getElementById(id) ?? document.body;
}

watch();
