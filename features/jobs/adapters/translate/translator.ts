import { type TranslateClient, TranslateTextCommand } from '@aws-sdk/client-translate';
import type { Translator } from '../../translator.ts';

/** What Amazon Translate says when it has no way from this text into that language. */
const unsupported = new Set([
  'UnsupportedLanguagePairException',
  'DetectedLanguageLowConfidenceException',
  'InvalidParameterValueException',
  'ValidationException',
]);

/** Amazon Translate, which finds out the text's language by itself. */
export function amazonTranslator(client: TranslateClient): Translator {
  return {
    async translate(text, to) {
      try {
        const { TranslatedText = '', SourceLanguageCode } = await client.send(
          new TranslateTextCommand({ Text: text, SourceLanguageCode: 'auto', TargetLanguageCode: to }),
        );
        return {
          text: TranslatedText,
          ...(SourceLanguageCode !== undefined && { from: SourceLanguageCode }),
          by: 'Amazon Translate',
        };
      } catch (error) {
        if (error instanceof Error && unsupported.has(error.name)) return 'unsupported';
        throw error;
      }
    },
  };
}
