import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ZipfireError } from '#zipfire/core/index.js';
import { renderHgrm, reportFormats } from '#zipfire/report/index.js';
import { assertGolden } from '../fixtures/golden.js';
import { encodedHistogram } from '../fixtures/histogram.js';
import { resultOf } from '../fixtures/result.js';

const fast = encodedHistogram([
  [1_000_000, 900],
  [5_000_000, 90],
  [20_000_000, 10],
]);
const slow = encodedHistogram([[2_000_000_000, 1]]);

describe('hgrm report', () => {
  it('gives the distribution in milliseconds', async () => {
    assertGolden(
      'response.golden.hgrm',
      await renderHgrm(resultOf({ histograms: { response: fast, service: slow } })),
    );
  });

  it('gives the service times when asked', async () => {
    const result = resultOf({ histograms: { response: fast, service: slow } });
    assert.match(
      await renderHgrm(result, 'service'),
      /#\[Max {5}= {5}20\d\d\.\d{3}, Total count {4}= {12}1\]/,
    );
  });

  it('writes an empty distribution for a run without a response', async () => {
    const text = await renderHgrm(resultOf({ histograms: { response: encodedHistogram([]), service: '' } }));
    assert.match(text, /Total count {4}= {12}0\]/);
    assert.doesNotMatch(text, /NaN/);
  });

  it('refuses what is no histogram', async () => {
    for (const response of ['', 'garbage!!', fast.slice(0, 20), 'A'.repeat(1 << 20)]) {
      await assert.rejects(
        renderHgrm(resultOf({ histograms: { response, service: '' } })),
        (error) =>
          error instanceof ZipfireError && error.message.startsWith('histograms.response of the result'),
      );
    }
  });
});

describe('report formats', () => {
  it('are found by their flags, each once', () => {
    assert.deepEqual(
      reportFormats.map((format) => format.flag),
      ['out', 'html', 'junit', 'markdown', 'csv', 'hdr', 'interval-log', 'prometheus', 'gitlab'],
    );
  });

  it('render a whole result', async () => {
    const result = resultOf({ histograms: { response: fast, service: fast } });
    const context = { page: async () => ({ script: '', style: '' }), baseline: null };
    for (const format of reportFormats)
      assert.match(await format.render(result, context), /\n$/, format.flag);
  });
});
