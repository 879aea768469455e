import { type Feature, feature } from '../../core/feature.ts';
import { messageContract } from './contract.ts';
import { messageActions } from './messages.ts';
import { messageSettings } from './settings.ts';

/** Messages from one user to another. */
export const messages: Feature<typeof messageContract> = feature({
  name: 'messages',
  contract: messageContract,
  settings: messageSettings,
  actions: messageActions,
});
