/**
 * Services with one fault each, as they stand in repositories, and the same with the fault mended: every fault is
 * found, by its rule and no other, and nothing is found in the mended ones.
 */
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { gatherFiles } from '#zipfire/advisor/gather/files/index.js';
import { advise, fileAudits } from '#zipfire/advisor/index.js';

const root = fileURLToPath(new URL('../../../test/advisor/catalogue/', import.meta.url));

const faults: readonly (readonly [folder: string, ids: readonly string[]])[] = [
  ['go-line-old', ['CPU02']],
  ['go-debug-off', ['CPU02']],
  ['go-limit-below-two', ['CPU03']],
  ['go-pinned', ['CPU04']],
  ['go-automaxprocs', ['CPU04']],
  ['go-downward-api', ['CPU04']],
  ['go-old-image', ['CPU10']],
  ['go-pin-above-limit', ['CPU10']],
  ['go-fractional-limit', ['CPU10']],
  ['jvm-one-cpu', ['CPU11']],
  ['jvm-no-limit', ['CPU11']],
  ['nginx-one-worker', ['CPU12']],
  ['envoy-concurrency', ['CPU12']],
  ['memlimit-missing', ['MEM01']],
  ['memlimit-is-the-limit', ['MEM02']],
  ['systemd-memlimit', ['MEM02']],
  ['alb-outlasts-node', ['KA02']],
  ['gcp-outlasts-go', ['KA02']],
  ['envoy-outlasts-node', ['KA02']],
  ['equal-timers', ['KA03']],
  ['node-default-behind-alb', ['KA04']],
  ['go-idle-is-read-timeout', ['KA05']],
  ['nginx-upstream-without-keepalive', ['KA08']],
  ['nginx-in-configmap', ['KA08']],
  ['haproxy-closes', ['KA08']],
  ['go-two-idle-connections', ['KA09']],
  ['go-keep-alives-off', ['KA09']],
  ['go-body-not-read', ['KA09']],
  ['go-reverse-proxy', ['KA09']],
  ['node-agent-without-keep-alive', ['KA10']],
  ['node-18-default-agent', ['KA10']],
  ['go-listen-and-serve', ['KA12']],
  ['nginx-few-streams', ['H201']],
  ['envoy-unlimited-streams', ['H202']],
  ['grpc-too-many-pings', ['G01']],
  ['grpc-behind-cluster-ip', ['G02']],
  ['backlog-short', ['K02']],
  ['backlog-capped', ['K02']],
  ['helm-template', ['FILE01']],
  ['helm-values', ['MEM02']],
  ['limit-range', ['MEM01']],
  ['go-times-in-helper', ['KA12']],
  ['kustomize-patch', ['MEM01']],
  ['memlimit-malformed', ['MEM02']],
  ['go-numcpu', ['CPU04']],
  ['nginx-map-closes', ['KA08']],
  ['nest-behind-alb', ['KA04']],
  ['go-default-client', ['KA09']],
  ['alb-outlasts-haproxy', ['KA02']],
  ['nginx-keep-alive-off', ['KA01']],
  ['node-one-request', ['KA01']],
  ['nginx-few-requests', ['KA06']],
  ['node-idle-one-second', ['KA13']],
  ['nginx-no-resumption', ['TLS1']],
  ['jvm-counts-fewer', ['CPU11']],
  ['many-at-once', ['CPU02', 'KA05', 'KA09', 'MEM01']],
];

async function findings(folder: string) {
  const gathered = await gatherFiles([`${root}${folder}`]);
  return advise({ target: folder, gathered, audits: fileAudits }).findings;
}

async function failures(folder: string) {
  return (await findings(folder)).filter(({ status }) => status === 'fail' || status === 'error');
}

describe('the catalogue of faults in files', () => {
  it('has every folder in its table', () => {
    assert.deepEqual(readdirSync(root).sort(), faults.map(([folder]) => folder).sort());
  });

  for (const [folder, ids] of faults) {
    it(`finds ${ids.join(', ')} in ${folder}`, async () => {
      const found = await failures(`${folder}/broken`);
      assert.deepEqual([...new Set(found.map(({ id }) => id))].sort(), ids, JSON.stringify(found, null, 1));
      for (const each of found) {
        assert.equal(each.confidence, 'static');
        assert.match(each.where ?? '', /:\d+$/, 'a place');
        assert.ok(each.why && each.fix, 'a reason and a fix');
      }
    });

    it(`finds nothing in ${folder} when it is mended, and judges it`, async () => {
      const all = await findings(`${folder}/mended`);
      assert.deepEqual(
        all.filter(({ status }) => status === 'fail' || status === 'error'),
        [],
      );
      for (const id of ids)
        assert.ok(
          all.some((each) => each.id === id && each.status === 'pass'),
          `${id} passes: ${JSON.stringify(all.filter((each) => each.id === id))}`,
        );
    });
  }
});
