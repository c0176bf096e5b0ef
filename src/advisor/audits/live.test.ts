import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Facts } from '../facts.js';
import { judgeAudit } from '../judge.js';
import { audits } from './index.js';
import { processOf } from './live.test.kit.js';
import { connectionRows } from './live-connection-rows.test.kit.js';
import { fraction, generatorIs, onMachine, shared } from './live-facts.test.kit.js';
import { generatorRows } from './live-generator-rows.test.kit.js';
import { runtimeRows } from './live-runtime-rows.test.kit.js';
import { assertShowable, outcomesIn } from './outcomes.test.kit.js';

/** Each rule, with facts for each of its outcomes. */
const table = [...runtimeRows, ...connectionRows, ...generatorRows];

for (const [id, status, facts] of table) {
  test(`${id}: ${status}, by ${Object.keys(facts).join(' and ')}`, () => {
    // Rules that are judged by files or probes, too, have another way of the same id.
    const audit = ['observed', 'proven', 'probed']
      .map((confidence) => audits.find((each) => each.id === id && each.confidence === confidence))
      .find((each) => each !== undefined);
    assert.ok(audit !== undefined);
    const findings = judgeAudit(audit, { facts, failed: {} });
    assert.deepEqual(
      findings.map((finding) => [finding.status, finding.status === 'error' ? finding.why : null]),
      [[status, null]],
    );
    if (status === 'fail') {
      assert.ok(findings[0]?.why && findings[0].fix);
      assertShowable(findings[0].fix);
    }
  });
}

test('S04: what is to be pasted names no process that has ended', () => {
  const fixOf = (started: boolean) => {
    const process = { ...processOf({}, { cpuSeconds: 5, cpuWaitSeconds: 4 }), pid: 4711, started };
    const [audit] = audits.filter(({ id }) => id === 'S04');
    assert.ok(audit !== undefined);
    return judgeAudit(audit, { facts: { generator: shared(), process }, failed: {} })[0]?.fix ?? '';
  };
  assert.match(fixOf(false), /taskset -a -cp \S+ 4711\n.* --pid 4711$/);
  assert.match(fixOf(true), /\ntaskset -c \S+ zipfire … --workers \d+ --exec 'taskset -c \S+ \.\/server'$/);
});

test('S03 and S04 name CPUs that there are', () => {
  const fixOf = (id: string, changes: Partial<Facts['generator']>) => {
    const audit = audits.find((each) => each.id === id);
    assert.ok(audit !== undefined);
    const load = generatorIs({ eventLoopDelayP99Ms: 20 });
    const generator = { ...shared({ views: [] }), ...changes };
    return judgeAudit(audit, { facts: { generator, load }, failed: {} })[0]?.fix ?? '';
  };
  const two = { cpus: 2, hostCpus: 2, cpuList: '0-1' };
  assert.match(fixOf('S03', two), /^taskset -c 1 zipfire …/);
  assert.match(fixOf('S04', two), /\ntaskset -c 0 \.\/server\ntaskset -c 1 zipfire … --workers 1 /);
  // A container with a part of a large machine.
  const few = { cpus: 4, hostCpus: 64, cpuList: '4-6,12' };
  assert.match(fixOf('S03', few), /^taskset -c 12 zipfire …/);
  assert.match(fixOf('S04', few), /\ntaskset -c 4-5 \.\/server\ntaskset -c 6,12 zipfire … --workers 2 /);
  // Pinned by hand: the others are there.
  assert.match(fixOf('S03', { cpus: 1, hostCpus: 2, cpuList: '0' }), /^taskset -c 1 zipfire …/);
  assert.match(fixOf('S03', { cpus: 1, hostCpus: 1, cpuList: '0' }), /machine with more cores/);
  assert.match(fixOf('S04', { cpus: 1, hostCpus: 1, cpuList: '0' }), /another machine/);
});

const live = audits.filter(({ confidence }) => confidence === 'observed');

test('every live rule is in the table, with each outcome that it can give', () => {
  const cases = new Set(table.map(([id, status]) => `${id} ${status}`));
  const wanted = live.flatMap(({ id, guard }) => {
    const source = new URL(`${id.toLowerCase()}.js`, import.meta.url);
    return [...outcomesIn(source), ...(guard === undefined ? [] : ['notApplicable'])].map(
      (status) => `${id} ${status}`,
    );
  });
  assert.ok(wanted.length > 2 * live.length);
  assert.deepEqual(
    wanted.filter((each) => !cases.has(each)),
    [],
  );
});

test('MEM04 says what GOGC was started with, where no page does', () => {
  const audit = audits.find(({ id }) => id === 'MEM04');
  assert.ok(audit !== undefined);
  const facts = { expvar: fraction(0.3), process: onMachine(0.9) };
  const [finding] = judgeAudit(audit, { facts, failed: {} });
  assert.match(finding?.fix ?? '', /against 5$/);
});
