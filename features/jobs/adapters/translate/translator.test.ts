import { TranslateClient, TranslateTextCommand } from '@aws-sdk/client-translate';
import { mockClient } from 'aws-sdk-client-mock';
import { describe, expect, it } from 'vitest';
import { translatorContract } from '../translator.contract.ts';
import { amazonTranslator } from './translator.ts';

const named = (name: string) => Object.assign(new Error(name), { name });

function mocked() {
  const client = new TranslateClient({ region: 'eu-west-1' });
  const mock = mockClient(client);
  mock.on(TranslateTextCommand).callsFake(({ TargetLanguageCode }) => {
    if (TargetLanguageCode !== 'es') throw named('UnsupportedLanguagePairException');
    return { TranslatedText: '¡Hola!', SourceLanguageCode: 'en', TargetLanguageCode };
  });
  return { mock, translator: amazonTranslator(client) };
}

describe('Amazon Translate', () => {
  translatorContract(() => mocked().translator);

  it('is asked to find out the language of the text', async () => {
    const { mock, translator } = mocked();
    await translator.translate('Hello!', 'es');
    expect(mock.commandCalls(TranslateTextCommand)[0]?.args[0].input).toEqual({
      Text: 'Hello!',
      SourceLanguageCode: 'auto',
      TargetLanguageCode: 'es',
    });
  });

  it('what is no refusal of the language is thrown, to be tried again', async () => {
    const { mock, translator } = mocked();
    mock.on(TranslateTextCommand).rejects(named('ThrottlingException'));
    await expect(translator.translate('Hello!', 'es')).rejects.toThrow('ThrottlingException');
  });
});
