import { afterAll, afterEach } from 'vitest';
import { leftOpen } from './leftOpen.ts';

// A setup file of vitest's: it is run before each test file, also where files share their modules.
const close = (left: Set<() => void>) => {
  for (const end of left) end();
  left.clear();
};
afterEach(() => close(leftOpen.byTest));
afterAll(() => close(leftOpen.byFile));

// Thrown where nobody catches it, so that vitest fails the run: Node would print it and go on.
const refuse = (warning: Error) => {
  throw warning;
};
process.on('warning', refuse);
afterAll(() => void process.off('warning', refuse));
