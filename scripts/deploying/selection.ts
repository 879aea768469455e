import type { WrittenStack } from './assembly.ts';

/**
 * The stacks that a command line of `cdk deploy` names, with those that they need. All where it names none: that is the
 * CDK's to judge.
 */
export function selectedStacks(
  stacks: readonly WrittenStack[],
  words: readonly string[],
): readonly WrittenStack[] {
  const patterns = words.filter((word) => !word.startsWith('-')).map(asPattern);
  const named = stacks.filter(({ id }) => patterns.some((pattern) => pattern.test(id)));
  if (named.length === 0 || words.includes('--all')) return stacks;
  if (words.some((word) => /^(-e|--exclusively)$/.test(word))) return named;
  const selected = new Set(named);
  // A set's iteration comes to what is added on the way.
  for (const { after } of selected)
    for (const stack of stacks) if (after.includes(stack.id)) selected.add(stack);
  return stacks.filter((stack) => selected.has(stack));
}

/** Wider than the CDK's: of too many, one that is not deployed is only asked for. */
function asPattern(word: string): RegExp {
  if (/[[\]{}()!+@]/.test(word)) return /^/;
  const escaped = word.replace(/[.\\^$|]/g, '\\$&');
  return new RegExp(`^${escaped.replace(/\*+/g, '.*').replaceAll('?', '.')}$`);
}

/** Whether a command line of `cdk deploy` leaves what it prepared to be executed by somebody. */
export function isPreparedOnly(words: readonly string[]): boolean {
  const line = words.join(' ');
  return (
    /(^| )--(no-execute|execute[= ]false)( |$)/.test(line) ||
    /(^| )(--method|-m)[= ]?(prepare|execute)-change-set( |$)/.test(line)
  );
}
