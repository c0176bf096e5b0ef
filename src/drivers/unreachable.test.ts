import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { unreachable } from './unreachable.js';

const url = 'https://127.0.0.1:1';

describe('unreachable', () => {
  it('takes the reason out of a report of OpenSSL', () => {
    const report = Object.assign(new Error('80AC:error:0A000410:SSL routines:f:no luck:../rec.c:350:\n'), {
      code: 'ERR_SSL_NO_LUCK',
      library: 'SSL routines',
      reason: 'no luck',
    });
    assert.match(unreachable(url, report).message, /: TLS: no luck \(ERR_SSL_NO_LUCK\)$/);
  });

  it('says what a port without TLS is', () => {
    const { message, hint } = unreachable(
      url,
      Object.assign(new Error('error:0A00010B:SSL routines:\n'), { code: 'ERR_SSL_WRONG_VERSION_NUMBER' }),
    );
    assert.match(message, /: the server does not speak TLS \(ERR_SSL_WRONG_VERSION_NUMBER\)$/);
    assert.match(hint ?? '', /http:\/\//);
  });

  it('is one line, whatever the other side said', () => {
    const { message } = unreachable(url, Object.assign(new Error('one\ntwo\x1b[2J'), { code: 'EODD' }));
    assert.ok(message.endsWith('one\\ntwo\\e[2J (EODD)'), message);
  });
});
