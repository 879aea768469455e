import { describe, expect, it } from 'vitest';
import { phraseBook } from './phraseBook.ts';
import { translatorContract } from './translator.contract.ts';

describe('the phrase book', () => {
  translatorContract(phraseBook);

  it('leaves what it does not know as it is, and says that it is only a phrase book', async () => {
    expect(await phraseBook().translate('Good morning, Thelonious, hello world', 'es-MX')).toMatchObject({
      text: 'Buenos días, Thelonious, hola mundo',
      note: expect.stringContaining('without a network'),
    });
  });
});
