import { type TranslateClient, TranslateTextCommand } from '@aws-sdk/client-translate';
import type { Translator } from '../../translator.ts';

/** Amazon Translate's errors for a pair of languages that it does not support. */
const unsupported = new Set([
  'UnsupportedLanguagePairException',
  'DetectedLanguageLowConfidenceException',
  'InvalidParameterValueException',
  'ValidationException',
]);

/** Amazon Translate. It detects the text's language. */
export function amazonTranslator(client: TranslateClient): Translator {
  return {
    async translate(text, to) {
      try {
        const {
          TranslatedText = '',
          SourceLanguageCode,
          AppliedTerminologies = [],
        } = await client.send(
          new TranslateTextCommand({ Text: text, SourceLanguageCode: 'auto', TargetLanguageCode: to }),
        );
        return {
          text: TranslatedText,
          ...(SourceLanguageCode !== undefined && { from: SourceLanguageCode }),
          by: 'Amazon Translate',
          ...(AppliedTerminologies.length > 0 && {
            note: `With ${AppliedTerminologies.map(({ Name }) => Name).join(' and ')}.`,
          }),
        };
      } catch (error) {
        if (error instanceof Error && unsupported.has(error.name)) return 'unsupported';
        throw error;
      }
    },
  };
}
