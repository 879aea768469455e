import {
  cloneElement,
  createContext,
  type KeyboardEvent,
  type ReactElement,
  type ReactNode,
  useContext,
  useId,
} from 'react';
import { Icon, type IconName } from '../Icon.tsx';
import type { ButtonProps } from './Button.tsx';
import css from './Menu.module.css';

export interface MenuProps {
  /** The button that opens it. */
  readonly trigger: ReactElement<ButtonProps>;
  readonly children: ReactNode;
}

/** How far it stays from its button and from the window's edge. */
const gapPx = 6;

const MenuId = createContext('');

/**
 * Things to do, behind a button: a popover, which the platform opens and closes, also by Escape and by a click beside
 * it, and from which it gives the focus back.
 */
export function Menu({ trigger, children }: MenuProps) {
  const id = useId();
  const buttonId = `${id}-button`;
  return (
    <MenuId value={id}>
      {cloneElement(trigger, { id: buttonId, popoverTarget: id })}
      <div
        id={id}
        popover="auto"
        role="menu"
        tabIndex={-1}
        aria-labelledby={buttonId}
        className={css.menu}
        onKeyDown={move}
        onToggle={({ currentTarget, newState }) => {
          if (newState !== 'open') return;
          place(currentTarget, document.getElementById(buttonId));
          itemsOf(currentTarget)[0]?.focus();
        }}
      >
        {children}
      </div>
    </MenuId>
  );
}

const itemsOf = (menu: HTMLElement) => [...menu.querySelectorAll<HTMLElement>('[role=menuitem]')];

/** Arrows go from one to the next, and round. */
function move(event: KeyboardEvent<HTMLElement>): void {
  const items = itemsOf(event.currentTarget);
  const at = items.indexOf(document.activeElement as HTMLElement);
  const next = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: -1 }[event.key];
  if (next === undefined) return;
  event.preventDefault();
  items.at(next % items.length)?.focus();
}

/** Below its button, at its right edge, and within the window. */
function place(menu: HTMLElement, button: HTMLElement | null): void {
  if (!button) return;
  const { right, bottom } = button.getBoundingClientRect();
  menu.style.top = `${bottom + gapPx}px`;
  menu.style.left = `${Math.max(gapPx, right - menu.offsetWidth)}px`;
}

export interface MenuItemProps {
  readonly icon?: IconName;
  readonly children: ReactNode;
  onSelect(): void;
}

export function MenuItem({ icon, children, onSelect }: MenuItemProps) {
  const menu = useContext(MenuId);
  return (
    <button
      type="button"
      role="menuitem"
      tabIndex={-1}
      className={css.item}
      popoverTarget={menu}
      popoverTargetAction="hide"
      onClick={onSelect}
    >
      {icon && <Icon name={icon} />}
      {children}
    </button>
  );
}

export const MenuHeading = ({ children }: { readonly children: ReactNode }) => (
  <div className={css.heading}>{children}</div>
);

export const MenuLine = () => <hr className={css.line} />;
