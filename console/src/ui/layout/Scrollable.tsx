import type { ComponentPropsWithRef } from 'react';

export interface ScrollableProps extends ComponentPropsWithRef<'section'> {
  readonly label: string;
}

/**
 * A part of a page that scrolls by itself. Whoever has no pointer scrolls it with the arrow keys, and so has to reach it
 * by Tab: https://www.w3.org/WAI/standards-guidelines/act/rules/0ssw9k/
 */
export const Scrollable = ({ label, ...rest }: ScrollableProps) => (
  // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, and that is done by keys too.
  <section aria-label={label} tabIndex={0} {...rest} />
);
