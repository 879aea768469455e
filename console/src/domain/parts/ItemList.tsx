import { type ReactNode, useState } from 'react';
import { Button } from '../../ui/controls/Button.tsx';
import list from './items.module.css';

export interface ItemListProps<Item> {
  readonly label: string;
  /** The newest first. */
  readonly items: readonly Item[];
  readonly keyOf: (item: Item) => string;
  readonly children: (item: Item) => ReactNode;
}

/**
 * Items to which more come on top. They wait while somebody is in the list, by pointer or keyboard: what is about to be
 * clicked stays where it is.
 */
export function ItemList<Item>({ label, items, keyOf, children }: ItemListProps<Item>) {
  const [held, setHeld] = useState<ReadonlySet<string>>();
  const hold = () => setHeld((before) => before ?? new Set(items.map(keyOf)));
  const letGo = () => setHeld(undefined);
  const waiting = Math.max(0, held ? items.findIndex((item) => held.has(keyOf(item))) : 0);
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: it is watched and does nothing by itself.
    <div
      onPointerEnter={hold}
      onPointerLeave={letGo}
      onFocus={hold}
      onBlur={({ currentTarget, relatedTarget }) => !currentTarget.contains(relatedTarget) && letGo()}
    >
      {waiting > 0 && (
        <div className={list.waiting} role="status">
          <Button size="small" look="primary" onClick={() => setHeld(new Set(items.map(keyOf)))}>
            {waiting} new
          </Button>
        </div>
      )}
      <ul className={list.items} aria-label={label}>
        {items.slice(waiting).map(children)}
      </ul>
    </div>
  );
}
