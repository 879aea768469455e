import { onTestFinished, vi } from 'vitest';

/** The lines that a test makes the logger write. */
export function writtenLines(): string[] {
  const lines: string[] = [];
  const write = vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    lines.push(String(text));
    return true;
  });
  onTestFinished(() => write.mockRestore());
  return lines;
}
