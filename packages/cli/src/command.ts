import type { Readable } from 'node:stream';

/** What a command may do to the world. */
export interface CommandContext {
  /** One line of standard output. */
  print(line: string): void;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Aborts when the user has had enough. */
  readonly stop: AbortSignal;
  /** Where a command reads that is told to. @default standard input */
  readonly input?: Readable;
}

export interface Command {
  /** @throws UsageError, Failed. */
  run(words: readonly string[], context: CommandContext): Promise<void>;
}
