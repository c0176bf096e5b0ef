import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ZipfireError } from '../core/index.js';
import { parseTargetFlag, resolveTargetOptions } from './check-options.js';
import { targetOptionTable } from './option-table.js';
import { defaultTargetOptions, type TargetOptions } from './options.js';

function isUsageError(...parts: RegExp[]): (error: unknown) => boolean {
  return (error) => {
    assert.ok(error instanceof ZipfireError);
    assert.equal(error.code, 'usage');
    for (const part of parts) assert.match(`${error.message}\n${error.hint ?? ''}`, part);
    return true;
  };
}

test('the table names every option once, and every default is in its range', () => {
  assert.deepEqual(
    targetOptionTable.map((option) => option.name).sort(),
    Object.keys(defaultTargetOptions).sort(),
  );
  assert.equal(new Set(targetOptionTable.map((option) => option.flag)).size, targetOptionTable.length);
  assert.deepEqual(resolveTargetOptions({}), defaultTargetOptions);
});

test('what is given replaces the default', () => {
  const options = resolveTargetOptions({ port: 81, latency: 'exp:1ms', stallAtMs: 5, stallForMs: 1 });
  assert.deepEqual(options, {
    ...defaultTargetOptions,
    port: 81,
    latency: 'exp:1ms',
    stallAtMs: 5,
    stallForMs: 1,
  });
});

test('a value out of range is refused with its name and the range', () => {
  const table: [Record<string, unknown>, RegExp][] = [
    [{ port: 65_536 }, /port \(--port\).*65536[\s\S]*0 to 65,535/],
    [{ port: -1 }, /port/],
    [{ port: 1.5 }, /port/],
    [{ port: '8080' }, /port/],
    [{ host: 3 }, /host/],
    [{ host: 'a\0b' }, /host/],
    [{ missing: 'explode' }, /missing[\s\S]*generate or 404/],
    [{ errorShare: 1.1 }, /errorShare \(--errors\)[\s\S]*0 to 1/],
    [{ errorShare: Number.NaN }, /errorShare/],
    [{ resetShare: -0.1 }, /resetShare/],
    [{ rate: -1 }, /rate/],
    [{ rate: Number.POSITIVE_INFINITY }, /rate/],
    [{ concurrency: 0.5 }, /concurrency/],
    [{ keepAliveIdleMs: -1 }, /keepAliveIdleMs \(--keep-alive-idle\)[\s\S]*0 s to 24 h/],
    [{ maxValueBytes: 2 ** 40 }, /maxValueBytes[\s\S]*64\.0 MiB/],
    [{ recordKeys: 'yes' }, /recordKeys[\s\S]*true or false/],
    [{ latency: 'soon' }, /latency \(--latency\)[\s\S]*exp:10ms/],
    [{ latency: 10 }, /latency/],
    [{ seed: 2 ** 32 }, /seed/],
    [{ maxKeys: 0 }, /maxKeys/],
    [{ tlsCert: 'x' }, /tlsCert.*tlsKey.*together/],
    [{ stallEveryMs: 100 }, /stallForMs.*must be above 0/],
    [{ stallForMs: 100 }, /stallForMs.*needs stallEveryMs/],
    [{ stallEveryMs: 100, stallForMs: 100 }, /must be below stallEveryMs/],
    [{ latencyy: '1ms' }, /no option 'latencyy'/],
    [{ '\u001b[31m': 1 }, /no option '\\e\[31m'/],
  ];
  for (const [given, expected] of table) {
    const options = given as Partial<TargetOptions>;
    assert.throws(() => resolveTargetOptions(options), isUsageError(expected), JSON.stringify(given));
  }
});

test('flags are read in their own units', () => {
  const table: [name: keyof TargetOptions, text: string, value: unknown][] = [
    ['port', '8080', 8080],
    ['keepAliveIdleMs', '1.5s', 1500],
    ['maxValueBytes', '64KiB', 65_536],
    ['errorShare', '5%', 0.05],
    ['rate', '5k/s', 5000],
    ['missing', '404', '404'],
    ['latency', 'exp:10ms', 'exp:10ms'],
    ['host', '::1', '::1'],
  ];
  for (const [name, text, value] of table) assert.equal(parseTargetFlag(optionOf(name), text), value, name);
});

test('a flag that cannot be read is refused with its name and the range', () => {
  const table: [name: keyof TargetOptions, text: string, expected: RegExp][] = [
    ['port', 'http', /--port.*'http'[\s\S]*0 to 65,535/],
    ['port', '99999', /--port.*99999/],
    ['keepAliveIdleMs', '5', /--keep-alive-idle.*'5'[\s\S]*500ms/],
    ['maxValueBytes', '1 apple', /--max-value/],
    ['errorShare', '110%', /--errors/],
    ['latency', 'exp', /--latency/],
  ];
  for (const [name, text, expected] of table) {
    assert.throws(() => parseTargetFlag(optionOf(name), text), isUsageError(expected), `${name} ${text}`);
  }
});

function optionOf(name: keyof TargetOptions) {
  const option = targetOptionTable.find((row) => row.name === name);
  assert.ok(option);
  return option;
}
