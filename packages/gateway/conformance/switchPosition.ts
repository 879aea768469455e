import type { Unknowns } from '../src/index.ts';
import type { ConformanceCase } from './conformanceCase.ts';
import type { Rig, RigOptions } from './rig.ts';
import { withRig } from './rig.ts';

/** A switch in one position, and what is then seen. */
export function position<K extends keyof Unknowns>(
  key: K,
  value: Unknowns[K],
  rule: string,
  options: RigOptions,
  test: (rig: Rig) => Promise<void>,
): ConformanceCase {
  const prove = () => withRig({ ...options, unknowns: { [key]: value } }, test);
  return { mark: 'U', source: `unknowns.${key}`, rule: `${rule} (${String(value) || 'empty'})`, prove };
}
