import type { Write } from '../core/ports.ts';

type Update = Extract<Write, { readonly update: unknown }>;

/**
 * Refuses the updates that DynamoDB refuses, in every adapter. Local engines accept some of them, and an
 * update that changes nothing cannot be in a transaction at all.
 *
 * @throws `ValidationException` where nothing changes, an attribute is named twice, or the key would change
 */
export function checkUpdate({ set = {}, remove = [], add = {} }: Update): void {
  const names = [...Object.keys(set), ...remove, ...Object.keys(add)];
  if (names.length === 0) throw invalid('an update that changes nothing');
  if (new Set(names).size < names.length) throw invalid('an update that names an attribute twice');
  if (names.includes('pk') || names.includes('sk')) throw invalid('an update of the key');
}

const invalid = (what: string): Error => Object.assign(new Error(what), { name: 'ValidationException' });
