import { featureRows } from '../../core/keys.ts';

/** An answer: what was asked, and how far it is. */
export const streamKey = featureRows('STREAM').key;

/** Which answer a conversation is waiting for: there is one at a time. */
export const awaitedKey = featureRows('ASKING').key;
