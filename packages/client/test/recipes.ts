import { readFileSync } from 'node:fs';

/** A module of RECIPES.md. */
interface Recipe {
  /** The heading that it is under. */
  readonly heading: string;
  /** What its first line calls it, if others import it. */
  readonly name: string;
  readonly code: string;
}

const text = readFileSync(new URL('../RECIPES.md', import.meta.url), 'utf8');

export const recipes: readonly Recipe[] = text.split(/^## /m).flatMap((section, part) => {
  const [heading = ''] = section.split('\n');
  return [...section.matchAll(/^```(tsx?)\n(.*?)^```$/gms)].map(([, kind, code = ''], at) => {
    const [, name = `recipe${part}-${at}.${kind}`] = /^\/\/ (\S+)\n/.exec(code) ?? [];
    return { heading, name, code };
  });
});
