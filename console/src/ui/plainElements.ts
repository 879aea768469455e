import { type ComponentPropsWithRef, createElement } from 'react';

type Props = ComponentPropsWithRef<'div'> & ComponentPropsWithRef<'input'> & { readonly asChild?: boolean };

const elementOf =
  (name: 'div' | 'input') =>
  ({ asChild: _, ...props }: Props) =>
    createElement(name, props);

export { useId, useSyncExternalStore } from 'react';

/** In the place of Radix's elements, which cmdk is made of: those that give way to a child are not used here. */
export const Primitive = { div: elementOf('div'), input: elementOf('input') };
