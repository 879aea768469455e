import { ProtocolError } from '@tidings/protocol';

/** What a schema cannot judge, told as if it had: one field that is wrong, named by its path in the frame. */
export function invalidField(path: string, message: string): ProtocolError {
  return new ProtocolError('validation_failed', `${path}: ${message}`, { details: [{ path, message }] });
}
