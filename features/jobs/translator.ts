/** A translation, and its translator. */
export interface Translation {
  readonly text: string;
  /** The detected language of the text, where known. */
  readonly from?: string;
  readonly by: string;
  /** What a reader must know about the quality. */
  readonly note?: string;
}

/** Translates texts of at most 10,000 bytes, in any language. */
export interface Translator {
  /**
   * @param to a language's code, such as `es`. The result is `unsupported` for a pair of languages that it
   *   does not know.
   */
  translate(text: string, to: string): Promise<Translation | 'unsupported'>;
}
