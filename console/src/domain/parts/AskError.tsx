import type { TidingsError } from '@tidings/client';
import type { Right } from '../../contract/rights.ts';
import { Notice } from '../../ui/layout/States.tsx';

/** Why something was not done, in the server's words, and who could do it. What belongs to a field is said there. */
export function AskError({
  error,
  right,
  fields = [],
}: {
  readonly error: TidingsError | undefined;
  readonly right?: Right;
  readonly fields?: readonly string[];
}) {
  if (!error) return null;
  const isAtField = ({ path }: { readonly path: string }) =>
    fields.some((field) => path === `payload.${field}`);
  if (error.details.length > 0 && error.details.every(isAtField)) return null;
  const other = error.details.filter((one) => !isAtField(one));
  return (
    <Notice tone="bad" icon="faults">
      {error.message}
      {other.length > 0 && `: ${other.map(({ path, message }) => `${path} ${message}`).join('; ')}`}
      {error.code === 'forbidden' && right?.may === false && ` ${right.why}`} <code>{error.code}</code>
    </Notice>
  );
}
