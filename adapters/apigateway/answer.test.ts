import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readAnswer } from './answer.ts';

const answer = (head: string, body = '') => Buffer.from(`HTTP/1.1 ${head}\r\n\r\n${body}`, 'latin1');

const whole: readonly (readonly [string, Buffer, number])[] = [
  ['an empty one', answer('200 OK\r\nContent-Length: 0'), 200],
  ['one with a body', answer('410 Gone\r\ncontent-length: 4\r\nx: y', 'gone'), 410],
  ['one that has no body by its status', answer('204 No Content'), 204],
  ['one without a reason', answer('429 \r\ncontent-length:2', '{}'), 429],
  [
    'one in chunks',
    answer('200 OK\r\nTransfer-Encoding: Chunked', '3\r\nabc\r\nA;x=y\r\n0123456789\r\n0\r\n\r\n'),
    200,
  ],
  [
    'one in chunks with trailers',
    answer('500 x\r\ntransfer-encoding: chunked', '1\r\na\r\n0\r\na: b\r\nc: d\r\n\r\n'),
    500,
  ],
  [
    'one after another that only announces it',
    Buffer.concat([answer('103 Early Hints\r\nlink: x'), answer('200 OK\r\ncontent-length: 1', 'a')]),
    200,
  ],
];

describe('an answer', () => {
  it.each(whole)('%s is known with its last byte, and not before', (_, bytes, status) => {
    expect(readAnswer(bytes)).toEqual({ status, length: bytes.length, isReusable: true });
    for (let end = 0; end < bytes.length; end++) {
      expect(readAnswer(bytes.subarray(0, end))?.length, String(end)).toBeUndefined();
    }
  });

  it.each(whole)('%s ends where it does, whatever comes behind it', (_, bytes, status) => {
    const anything = fc.property(fc.uint8Array({ minLength: 1 }), (rest) => {
      expect(readAnswer(Buffer.concat([bytes, rest]))).toEqual({
        status,
        length: bytes.length,
        isReusable: true,
      });
    });
    fc.assert(anything);
  });

  it.each([
    ['closes its connection', answer('200 OK\r\ncontent-length: 0\r\nConnection: foo, Close')],
    ['is of HTTP/1.0', Buffer.from('HTTP/1.0 200 OK\r\ncontent-length: 0\r\n\r\n')],
    ['has no length', answer('200 OK')],
    ['has two lengths', answer('200 OK\r\ncontent-length: 0\r\ncontent-length: 0')],
    ['has a length that is none', answer('200 OK\r\ncontent-length: -1')],
    [
      'has a length and chunks',
      answer('200 OK\r\ncontent-length: 5\r\ntransfer-encoding: chunked', '0\r\n\r\n'),
    ],
    ['is packed', answer('200 OK\r\ntransfer-encoding: gzip, chunked', '0\r\n\r\n')],
    ['has a chunk of no size', answer('200 OK\r\ntransfer-encoding: chunked', 'x\r\n')],
    [
      'has a chunk longer than its size',
      answer('200 OK\r\ntransfer-encoding: chunked', '1\r\nabc\r\n0\r\n\r\n'),
    ],
  ])('that %s is the last of its connection', (_, bytes) => {
    expect(readAnswer(bytes)).toEqual({ status: 200, length: undefined, isReusable: false });
    // And nothing of it is in what is read next.
    const [, next, status] = whole[0] ?? [];
    expect(readAnswer(next ?? bytes)).toEqual({ status, length: next?.length, isReusable: true });
  });

  it.each(['HTTP/2 200 OK\r\n\r\n', 'HTTP/1.1 20 OK\r\n\r\n', '\r\n\r\n', 'SSH-2.0\r\n\r\n'])(
    'that is none is refused: %j',
    (text) => {
      expect(() => readAnswer(Buffer.from(text))).toThrow('the answer is no HTTP/1');
    },
  );
});
