import { describe, expect, it } from 'vitest';
import { builtInModel } from './builtInModel.ts';
import { modelContract } from './model.contract.ts';

const hurried = { now: () => 0, wait: async () => {} };

describe('the built-in model', () => {
  modelContract(() => builtInModel({ clock: hurried }));

  it('says that it is none, what it was asked, and how much was said before', async () => {
    const turns = [
      { role: 'user', text: 'one' },
      { role: 'assistant', text: 'two' },
    ] as const;
    let answer = '';
    const question = { turns, text: 'And now?', signal: new AbortController().signal };
    for await (const piece of builtInModel({ clock: hurried }).stream(question)) answer += piece;
    expect(answer).toMatch(/not a language model.*“And now\?”.*2 turns/);
  });
});
