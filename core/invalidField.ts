import { ProtocolError } from '@tidings/protocol';

/** An error for a field that a schema cannot check, in the form of a schema's error. */
export function invalidField(path: string, message: string): ProtocolError {
  return new ProtocolError('validation_failed', `${path}: ${message}`, { details: [{ path, message }] });
}
