const wholeText = 0x81;
const largest = { inOneByte: 125, inTwo: 0xffff };

/** The text of the last whole message that came as bytes, and its frame: of a broadcast's posts all have the same. */
let last: { readonly text: Buffer; readonly frame: Buffer } | undefined;

/** A whole text message as a server sends it. The same bytes one after the other get one frame, which nobody may write to. */
export function sharedTextFrame(text: Buffer): Buffer {
  if (!last?.text.equals(text)) {
    const frame = textFrame(text);
    last = { text: frame.subarray(frame.length - text.length), frame };
  }
  return last.frame;
}

/** A whole text message as a server sends it: https://www.rfc-editor.org/rfc/rfc6455#section-5.2 */
export function textFrame(text: Buffer | string): Buffer {
  const length = typeof text === 'string' ? Buffer.byteLength(text) : text.length;
  const headerBytes = length <= largest.inOneByte ? 2 : length <= largest.inTwo ? 4 : 10;
  const frame = Buffer.allocUnsafe(headerBytes + length);
  frame[0] = wholeText;
  if (headerBytes === 2) {
    frame[1] = length;
  } else if (headerBytes === 4) {
    frame[1] = 126;
    frame.writeUInt16BE(length, 2);
  } else {
    frame[1] = 127;
    frame.writeBigUInt64BE(BigInt(length), 2);
  }
  if (typeof text === 'string') frame.write(text, headerBytes);
  else text.copy(frame, headerBytes);
  return frame;
}
