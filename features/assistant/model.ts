/** What one side said in a conversation. */
export interface Turn {
  readonly role: 'user' | 'assistant';
  readonly text: string;
}

/** A language model. */
export interface Model {
  /**
   * Answers `text`, which the earlier `turns` lead up to, piece by piece. Throws when the answer breaks off;
   * after `signal` it asks for no more, and ends or throws.
   */
  stream(question: {
    readonly turns: readonly Turn[];
    readonly text: string;
    readonly signal: AbortSignal;
  }): AsyncIterable<string>;
}
