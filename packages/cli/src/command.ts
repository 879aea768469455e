/** What a command may do to the world. */
export interface Surroundings {
  /** One line of standard output. */
  print(line: string): void;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Aborts when the user has had enough. */
  readonly stop: AbortSignal;
}

export interface Command {
  /** What it does, in a few words: a line of `tidings --help`. */
  readonly summary: string;
  readonly usage: string;
  /** @throws UsageError, Failed. */
  run(words: readonly string[], surroundings: Surroundings): Promise<void>;
}
