import * as z from 'zod/mini';
import en from 'zod/v4/locales/en.js';
import { type ErrorDetail, ProtocolError } from './errors.ts';

z.config(en());

/** An answer must fit in a frame, however much is wrong. */
const maxDetails = 20;

/**
 * Judges a value by a schema.
 *
 * @param at where the value stands in the frame: `payload`, or nothing for the frame itself.
 * @throws ProtocolError `validation_failed` that names each wrong field with its path.
 */
export function validate<S extends z.ZodMiniType>(schema: S, value: unknown, at = ''): z.output<S> {
  const judged = schema.safeParse(value);
  if (judged.success) return judged.data;
  const details = judged.error.issues.slice(0, maxDetails).map((issue) => toDetail(issue, at));
  const message = details.map((detail) => `${detail.path}: ${detail.message}`).join('; ');
  throw new ProtocolError('validation_failed', message, { details });
}

function toDetail(issue: z.core.$ZodIssue, at: string): ErrorDetail {
  const path = [...(at ? [at] : []), ...issue.path.map((step) => String(step).slice(0, 80))].join('.');
  if (
    issue.code === 'invalid_type' &&
    issue.input === undefined &&
    issue.message.endsWith('received undefined')
  ) {
    return { path: path || 'frame', message: `is missing: expected ${article(issue.expected)}` };
  }
  return { path: path || 'frame', message: issue.message.replace(/^Invalid input: /, '') };
}

function article(noun: string): string {
  return /^[aeiou]/.test(noun) ? `an ${noun}` : `a ${noun}`;
}
