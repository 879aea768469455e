import { writeRefusal } from '../adapters/logger/refusals.ts';
import { type Refused, whyRefused } from '../core/refusal.ts';
import type { Settings } from '../core/settings.ts';
import { metrics } from './wiring.ts';

/** Tells whoever runs the stage why a handshake was refused. Its client learns the status and no more. */
export function reportRefusal(
  { refused: status, check }: Refused,
  settings: Settings,
  { requestId }: { readonly requestId: string },
): void {
  metrics().add('RefusedHandshakes', 1, check);
  writeRefusal({ requestId, status, check, why: whyRefused(check, settings) });
}
