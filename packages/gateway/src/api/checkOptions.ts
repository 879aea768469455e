import type { Faults } from '../faults.ts';
import type { Quotas } from '../quotas.ts';
import { awsQuotas } from '../quotas.ts';
import type { Unknowns } from '../unknowns.ts';
import { likelyUnknowns } from '../unknowns.ts';
import type { WebSocketGatewayOptions } from '../webSocketGateway.ts';
import { checkTimeout } from './checkApi.ts';
import type { Known } from './knownFields.ts';
import { onlyKnown } from './knownFields.ts';

const optionFields: Known<WebSocketGatewayOptions> = {
  clock: true,
  faults: true,
  quotas: true,
  unknowns: true,
  onError: true,
  onHandshake: true,
  authorizeManagement: true,
  closeWaitMs: true,
};
const faultFields: Known<Faults> = { post: true, connect: true, disconnect: true };

const keysOf = <T extends object>(defaults: T) =>
  Object.fromEntries(Object.keys(defaults).map((name) => [name, true])) as Known<T>;

/** What a switch that is a text can be; the texts that reach clients may say anything. */
const positions: { readonly [K in keyof Unknowns]?: readonly Unknowns[K][] } = {
  answerWithoutStatus: ['error', 'accepted'],
  scalarRouteKeys: ['stringified', 'absent'],
  largePosts: ['fragmented', 'whole', 'refused'],
  invalidUtf8Posts: ['refused', 'sent'],
};

function checkUnknowns(unknowns: Partial<Unknowns>): void {
  onlyKnown('unknowns', unknowns, keysOf(likelyUnknowns));
  for (const [name, value] of Object.entries(unknowns)) {
    const key = name as keyof Unknowns;
    const type = typeof likelyUnknowns[key];
    const texts: readonly unknown[] | undefined = positions[key];
    if (value === undefined) continue;
    if (typeof value !== type || (type === 'number' && !((value as number) >= 0)))
      throw new Error(`unknowns: ${name} is a ${type}, not ${value}`);
    if (texts && !texts.includes(value))
      throw new Error(`unknowns: ${name} is one of ${texts.join(', ')}, not ${value}`);
  }
}

function checkQuotas(quotas: Partial<Quotas>): void {
  onlyKnown('quotas', quotas, keysOf(awsQuotas));
  for (const [name, value] of Object.entries(quotas)) {
    if (value !== undefined && !(typeof value === 'number' && value >= 0))
      throw new Error(`quotas: ${name} is a number from 0, not ${value}`);
  }
  const { integrationTimeoutMs } = quotas;
  if (integrationTimeoutMs !== undefined) checkTimeout('quotas: integrationTimeoutMs', integrationTimeoutMs);
}

/** @throws where an option, a quota, a switch or a fault is not known, or its value means nothing; names it */
export function checkOptions(options: WebSocketGatewayOptions): void {
  const { faults = {}, quotas = {}, unknowns = {} } = options;
  onlyKnown('options', options, optionFields);
  onlyKnown('faults', faults, faultFields);
  checkUnknowns(unknowns);
  checkQuotas(quotas);
}
