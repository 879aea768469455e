import type { TranslateClientConfig } from '@aws-sdk/client-translate';
import type { Translator } from '../../translator.ts';

/** Opens Amazon Translate. Its client is loaded with the first text. */
export function openTranslator(settings: TranslateClientConfig): Translator {
  let opened: Promise<Translator> | undefined;
  const open = async () => {
    const { TranslateClient } = await import('@aws-sdk/client-translate');
    const { amazonTranslator } = await import('./translator.ts');
    return amazonTranslator(new TranslateClient(settings));
  };
  return {
    async translate(text, to) {
      opened ??= open();
      return (await opened).translate(text, to);
    },
  };
}
