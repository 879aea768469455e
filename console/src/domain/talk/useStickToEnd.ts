import { type RefObject, type UIEvent, useEffect, useRef } from 'react';

/** How near to the end counts as at the end. */
const nearPx = 40;

export interface StickToEnd {
  readonly ref: RefObject<HTMLElement | null>;
  onScroll(event: UIEvent<HTMLElement>): void;
}

/** Keeps what scrolls at its end while more comes, unless somebody scrolled away from there. @param size changes with what is in it */
export function useStickToEnd(size: string | number): StickToEnd {
  const ref = useRef<HTMLElement>(null);
  const isAtEnd = useRef(true);
  useEffect(() => {
    const shown = ref.current;
    if (shown && isAtEnd.current) shown.scrollTop = shown.scrollHeight;
  }, [size]);
  return {
    ref,
    onScroll({ currentTarget: { scrollTop, scrollHeight, clientHeight } }) {
      isAtEnd.current = scrollHeight - scrollTop - clientHeight < nearPx;
    },
  };
}
