export const usage: string;
export function told(words: readonly string[]): string | undefined;
