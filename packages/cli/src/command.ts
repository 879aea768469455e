/** What a command may do to the world. */
export interface CommandContext {
  /** One line of standard output. */
  print(line: string): void;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Aborts when the user has had enough. */
  readonly stop: AbortSignal;
}

export interface Command {
  /** @throws UsageError, Failed. */
  run(words: readonly string[], context: CommandContext): Promise<void>;
}
