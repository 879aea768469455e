import { crc32 } from 'node:zlib';

/**
 * One event of a stream that an SDK reads (`application/vnd.amazon.eventstream`): lengths, headers, a payload of JSON, and
 * a checksum of each part: https://smithy.io/2.0/aws/amazon-eventstream.html
 */
export function streamEvent(name: string, payload: object): Buffer {
  const headers = Buffer.concat([
    header(':message-type', 'event'),
    header(':event-type', name),
    header(':content-type', 'application/json'),
  ]);
  const body = Buffer.from(JSON.stringify(payload));
  const lengths = Buffer.alloc(8);
  lengths.writeUInt32BE(preludeBytes + headers.length + body.length + checksumBytes, 0);
  lengths.writeUInt32BE(headers.length, 4);
  const message = Buffer.concat([lengths, checksum(lengths), headers, body]);
  return Buffer.concat([message, checksum(message)]);
}

const checksumBytes = 4;
const preludeBytes = 8 + checksumBytes;
/** The type of a header whose value is a text. */
const isText = 7;

function header(name: string, value: string): Buffer {
  const length = Buffer.alloc(2);
  length.writeUInt16BE(Buffer.byteLength(value));
  return Buffer.concat([
    Buffer.of(Buffer.byteLength(name)),
    Buffer.from(name),
    Buffer.of(isText),
    length,
    Buffer.from(value),
  ]);
}

function checksum(bytes: Buffer): Buffer {
  const sum = Buffer.alloc(checksumBytes);
  sum.writeUInt32BE(crc32(bytes));
  return sum;
}
