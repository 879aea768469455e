import { expect, it } from 'vitest';
import type { Translator } from '../translator.ts';

/** What all translators keep. */
export function translatorContract(make: () => Translator): void {
  it('“hello” in Spanish has “hola” in it, and who translated is told', async () => {
    const translation = await make().translate('Hello!', 'es');
    if (translation === 'unsupported') throw new Error('Spanish is unsupported');
    expect(translation.text.toLowerCase()).toContain('hola');
    expect(translation.from).toBe('en');
    expect(translation.by).not.toBe('');
  });

  it('a language that it does not know is an answer, not an error', async () => {
    expect(await make().translate('hello', 'xx')).toBe('unsupported');
  });
}
