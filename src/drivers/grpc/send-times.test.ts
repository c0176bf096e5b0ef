import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SendTimes } from './send-times.js';

test('each message has the time of the run that it was sent in', () => {
  const times = new SendTimes();
  times.add(1, 100);
  times.add(4, 200);
  times.add(5, 300);
  assert.deepEqual(
    [1, 2, 4, 5, 5].map((number) => times.take(number)),
    [100, 200, 200, 300, 300],
  );
});

test('a message that was not sent has no time', () => {
  const times = new SendTimes();
  assert.equal(times.take(1), null);
  times.add(2, 100);
  assert.equal(times.take(3), null);
  times.add(3, 200);
  assert.equal(times.take(3), 200);
  times.clear();
  assert.equal(times.take(3), null);
});

test('more runs than are kept: none is dated later than it was sent', () => {
  const times = new SendTimes();
  for (let number = 1; number <= 5_000; number++) times.add(number, number * 10);
  let before = 0;
  for (let number = 1; number <= 5_000; number++) {
    const time = times.take(number);
    assert.ok(time !== null && time <= number * 10 && time >= before, `message ${number}: ${time}`);
    before = time;
  }
  times.add(5_001, 50_010);
  assert.equal(times.take(5_001), 50_010);
});
