import type { ComponentPropsWithRef, ReactNode } from 'react';
import { Icon, type IconName } from '../Icon.tsx';
import css from './Button.module.css';

interface Look {
  /** `primary`: what the page is for; one a view. `plain`: without a frame. @default normal */
  readonly look?: 'primary' | 'normal' | 'plain' | 'danger';
  readonly icon?: IconName;
  readonly size?: 'small' | 'normal';
}

export interface ButtonProps extends ComponentPropsWithRef<'button'>, Look {}

/** What an element needs to look as a button. */
function drawn<P extends Look & { className?: string | undefined; children?: ReactNode }>(props: P) {
  const { look = 'normal', size = 'normal', icon, className, children, ...rest } = props;
  const classes = [css.button, css[look], css[size], children === undefined && css.lone, className];
  return {
    ...rest,
    className: classes.filter(Boolean).join(' '),
    children: (
      <>
        {icon && <Icon name={icon} />}
        {children}
      </>
    ),
  };
}

/** Does something on this page. What leads to another one is a link. */
export const Button = (props: ButtonProps) => <button type="button" {...drawn(props)} />;

export interface IconButtonProps extends Omit<ButtonProps, 'children' | 'icon'> {
  readonly icon: IconName;
  /** What it does: it is read out, and shown where the pointer rests. */
  readonly label: string;
}

export function IconButton({ label, ...rest }: IconButtonProps) {
  return <Button look="plain" aria-label={label} title={label} {...rest} />;
}

/** Leads elsewhere, and looks as a button: it is what the page is for. Without `href` it does not lead there yet. */
export const ButtonLink = (props: ComponentPropsWithRef<'a'> & Look) => <a {...drawn(props)} />;
