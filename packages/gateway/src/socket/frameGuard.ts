/**
 * Reads a connection's bytes as they arrive. Gives how many of a chunk come before the end of the header of a frame
 * that is too long, and undefined for as long as there is none.
 */
export type FrameGuard = (chunk: Buffer) => number | undefined;

function headerLength(header: Buffer, read: number): number {
  if (read < 2) return 2;
  const lengthCode = header.readUInt8(1) & 0x7f;
  const maskBytes = header.readUInt8(1) & 0x80 ? 4 : 0;
  return 2 + maskBytes + (lengthCode === 126 ? 2 : lengthCode === 127 ? 8 : 0);
}

function payloadLength(header: Buffer): number {
  const lengthCode = header.readUInt8(1) & 0x7f;
  if (lengthCode === 126) return header.readUInt16BE(2);
  return lengthCode === 127 ? Number(header.readBigUInt64BE(2)) : lengthCode;
}

/**
 * Watches for a frame longer than AWS takes. `ws` tells only whole messages, and a message of 128 KB is allowed when
 * no frame of it is longer than 32 KB, so the frame headers are read here.
 */
export function frameGuard(frameBytes: number): FrameGuard {
  const header = Buffer.alloc(14);
  let read = 0;
  let payloadLeft = 0;

  return (chunk) => {
    for (let at = 0; at < chunk.length; ) {
      if (payloadLeft > 0) {
        const skipped = Math.min(payloadLeft, chunk.length - at);
        payloadLeft -= skipped;
        at += skipped;
        continue;
      }
      header.writeUInt8(chunk.readUInt8(at), read);
      read += 1;
      if (read >= 2 && read === headerLength(header, read)) {
        read = 0;
        payloadLeft = payloadLength(header);
        if (payloadLeft > frameBytes) return at;
      }
      at += 1;
    }
    return;
  };
}
