import type { ActionContract, EventContract } from '@tidings/protocol';
import { createApp } from '../../core/api/createApp.ts';
import { features } from '../../features/index.ts';

/** What this app says on the wire. */
export const contracts = createApp(features).contracts;

export const actions: ReadonlyMap<string, ActionContract> = new Map(
  contracts.flatMap(({ actions: of = {} }) => Object.entries(of)),
);

export const events: ReadonlyMap<string, EventContract> = new Map(
  contracts.flatMap(({ events: of = {} }) => Object.entries(of)),
);

export const actionNames: readonly string[] = [...actions.keys()];
