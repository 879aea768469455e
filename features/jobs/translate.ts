import { ProtocolError } from '@tidings/protocol';
import * as z from 'zod/mini';
import { jobKind } from './jobKind.ts';
import { jobSettings } from './settings.ts';

/** What one request to Amazon Translate may hold: https://docs.aws.amazon.com/translate/latest/dg/what-is-limits.html */
const maxBytes = 10_000;

/** People write the name of a language where programs write its code. */
const codes: Readonly<Record<string, string>> = {
  english: 'en',
  french: 'fr',
  german: 'de',
  italian: 'it',
  portuguese: 'pt',
  spanish: 'es',
};

/** Translates a text, whose language is detected. */
export const translate = jobKind({
  name: 'translate',
  roles: 'any',
  input: z.object({
    text: z.string().check(
      z.minLength(1),
      z.refine((text) => Buffer.byteLength(text) <= maxBytes, `must have ${maxBytes} bytes at most`),
    ),
    to: z.string().check(z.regex(/^[A-Za-z-]{2,20}$/, 'must be a language, such as es or es-MX')),
  }),
  // The second action detects a text's language:
  // https://docs.aws.amazon.com/translate/latest/dg/security-iam-awsmanpol.html
  allow: (settings) =>
    jobSettings.in(settings).translator === 'amazon'
      ? [
          {
            actions: ['translate:TranslateText', 'comprehend:DetectDominantLanguage'],
            resources: ['*'],
            why: 'Neither action has resource-level permissions.',
          },
        ]
      : [],
  async run({ runtime }, { text, to }) {
    const language = codes[to.toLowerCase()] ?? to;
    const translation = await runtime.translator.translate(text, language);
    if (translation === 'unsupported') {
      throw new ProtocolError('validation_failed', `this text cannot be translated to ${language}`);
    }
    return { to: language, ...translation };
  },
});
