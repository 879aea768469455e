import { createApp } from '../../../core/api/createApp.ts';
import type { Feature } from '../../../core/feature.ts';
import { features as shipped } from '../../../features/index.ts';
import { emitting } from '../../support/emitting.ts';

/** Events that also go to other services: of a client, and of a user's own feed. */
export const emittedTypes = ['engagement', 'message'];

/** The app that is deployed, with events marked. */
export const app = createApp(emittedTypes.reduce<readonly Feature[]>(emitting, shipped));
