import type { ComponentPropsWithRef } from 'react';
import { Icon, type IconName } from '../Icon.tsx';
import css from './Button.module.css';

interface Look {
  /** `primary`: what the page is for; one a view. `plain`: without a frame. @default normal */
  readonly look?: 'primary' | 'normal' | 'plain' | 'danger';
  readonly icon?: IconName;
  readonly size?: 'small' | 'normal';
}

export interface ButtonProps extends ComponentPropsWithRef<'button'>, Look {}

/** Does something on this page. What leads to another one is a link. */
export function Button({
  look = 'normal',
  size = 'normal',
  icon,
  className,
  children,
  ...rest
}: ButtonProps) {
  const classes = [css.button, css[look], css[size], children === undefined && css.lone, className];
  return (
    <button type="button" className={classes.filter(Boolean).join(' ')} {...rest}>
      {icon && <Icon name={icon} />}
      {children}
    </button>
  );
}

export interface IconButtonProps extends Omit<ButtonProps, 'children' | 'icon'> {
  readonly icon: IconName;
  /** What it does: it is read out, and shown where the pointer rests. */
  readonly label: string;
}

export function IconButton({ label, ...rest }: IconButtonProps) {
  return <Button look="plain" aria-label={label} title={label} {...rest} />;
}

/** Leads elsewhere, and looks as a button: it is what the page is for. Without `href` it does not lead there yet. */
export function ButtonLink({
  look = 'normal',
  size = 'normal',
  icon,
  className,
  children,
  ...rest
}: ComponentPropsWithRef<'a'> & Look) {
  const classes = [css.button, css[look], css[size], className];
  return (
    <a className={classes.filter(Boolean).join(' ')} {...rest}>
      {icon && <Icon name={icon} />}
      {children}
    </a>
  );
}
