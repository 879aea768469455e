import { contract, described, id } from '@tidings/protocol';
import { expect, test } from 'vitest';
import * as z from 'zod/mini';
import { withHoverTexts } from './hoverTexts.ts';

const lamp = z.object({ lampId: id('Which lamp.'), on: z.boolean() });
const lampContract = contract({
  actions: {
    'lamp.switch': {
      roles: 'any',
      payload: z.object({
        to: described(z.union([lamp, z.literal('all')]), 'What is switched.'),
        lampId: z.optional(id('Which lamp.')),
      }),
      answer: z.object({ lamps: described(z.array(lamp), 'All of them.') }),
      documentation: 'Switches a lamp on */ or off.',
    },
  },
});
const declarations = `import * as z from 'zod/mini';
export declare const lampContract: {
    readonly actions: {
        'lamp.switch': {
            readonly roles: "any";
            readonly payload: z.ZodMiniObject<{
                to: z.ZodMiniUnion<readonly [z.ZodMiniObject<{
                    lampId: z.ZodMiniString<string>;
                    on: z.ZodMiniBoolean<boolean>;
                }, z.core.$strip>, z.ZodMiniLiteral<"all">]>;
                lampId: z.ZodMiniOptional<z.ZodMiniString<string>>;
            }, z.core.$strip>;
            readonly answer: z.ZodMiniObject<{
                lamps: z.ZodMiniArray<z.ZodMiniObject<{
                    lampId: z.ZodMiniString<string>;
                    on: z.ZodMiniBoolean<boolean>;
                }, z.core.$strip>>;
            }, z.core.$strip>;
            readonly documentation: "Switches a lamp on */ or off.";
        };
    };
};
`;

/** Each comment with the line below it. */
const commented = (text: string) =>
  [...text.matchAll(/^\s*\/\*\* (.*) \*\/\n\s*'?([\w.]+)/gm)].map(
    ([, comment, name]) => `${name}: ${comment}`,
  );

test('what a contract says stands above what it says it of, also in lists; what is one of several stays bare', () => {
  const text = withHoverTexts(declarations, { lampContract });
  expect(commented(text)).toEqual([
    'lamp.switch: Switches a lamp on *\\/ or off.',
    'to: What is switched.',
    'lampId: Which lamp.',
    'lamps: All of them.',
    'lampId: Which lamp.',
  ]);
  expect(text.replaceAll(/^\s*\/\*\* .* \*\/\n/gm, '')).toBe(declarations);
});

test('a contract that a function makes of words is read as well', () => {
  const made = declarations.replace('lampContract: {', 'lampContract: (who: string) => {');
  expect(commented(withHoverTexts(made, { lampContract: () => lampContract }))).toHaveLength(5);
});
