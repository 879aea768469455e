/**
 * In the place of Radix's dialog, which cmdk has for a part that is not used here, and which no bundler can leave out by
 * itself: with what it stands on it is a twentieth of the whole console.
 */
export const Root = () => null;
export const Portal = Root;
export const Overlay = Root;
export const Content = Root;
