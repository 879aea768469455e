export const usage: string;
export function helpFor(words: readonly string[]): string | undefined;
