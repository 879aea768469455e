import type { Faults } from './faults.ts';
import type { Known } from './knownFields.ts';
import { onlyKnown } from './knownFields.ts';
import { awsQuotas } from './quotas.ts';
import { likelyUnknowns } from './unknowns.ts';
import type { WebSocketGatewayOptions } from './webSocketGateway.ts';

const optionFields: Known<WebSocketGatewayOptions> = {
  clock: true,
  faults: true,
  quotas: true,
  unknowns: true,
  onError: true,
  closeWaitMs: true,
};
const faultFields: Known<Faults> = { post: true, connect: true, disconnect: true };

const keysOf = <T extends object>(defaults: T) =>
  Object.fromEntries(Object.keys(defaults).map((name) => [name, true])) as Known<T>;

/** @throws where an option, a quota, a switch or a fault is not known, and where a quota is no number; names it */
export function checkOptions(options: WebSocketGatewayOptions): void {
  const { faults = {}, quotas = {}, unknowns = {} } = options;
  onlyKnown('options', options, optionFields);
  onlyKnown('faults', faults, faultFields);
  onlyKnown('unknowns', unknowns, keysOf(likelyUnknowns));
  onlyKnown('quotas', quotas, keysOf(awsQuotas));
  for (const [name, value] of Object.entries(quotas)) {
    if (value !== undefined && !(typeof value === 'number' && value >= 0))
      throw new Error(`quotas: ${name} is a number from 0, not ${value}`);
  }
}
