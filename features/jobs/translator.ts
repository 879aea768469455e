/** A text in another language, and who translated it. */
export interface Translation {
  readonly text: string;
  /** The language that the text was found to be in, where that is known. */
  readonly from?: string;
  readonly by: string;
  /** What a reader must know about the quality. */
  readonly note?: string;
}

/** Translates texts of at most 10,000 bytes from whatever language they are in. */
export interface Translator {
  /** @param to a language's code, such as `es`. `unsupported`: there is no way into it from this text's language. */
  translate(text: string, to: string): Promise<Translation | 'unsupported'>;
}
