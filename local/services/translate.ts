import { phraseBook } from '../../features/jobs/adapters/phraseBook.ts';
import { ServiceError } from './sqsApi.ts';

type Input = Readonly<Record<string, unknown>>;

const book = phraseBook();

/**
 * Answers TranslateText by the phrase book, which it names where Amazon Translate names what it was given for a text. A
 * language that the book does not know is one that is not supported:
 * https://docs.aws.amazon.com/translate/latest/APIReference/API_TranslateText.html
 */
export async function answerTranslation({ Text, TargetLanguageCode }: Input) {
  const translation = await book.translate(String(Text), String(TargetLanguageCode));
  if (translation === 'unsupported') {
    throw new ServiceError(
      'UnsupportedLanguagePairException',
      'The phrase book does not know this language.',
    );
  }
  return {
    TranslatedText: translation.text,
    SourceLanguageCode: translation.from,
    TargetLanguageCode,
    AppliedTerminologies: [{ Name: 'phrase-book-of-the-local-stack' }],
  };
}
