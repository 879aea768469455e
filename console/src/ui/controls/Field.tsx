import { type ComponentPropsWithRef, type ReactNode, useId } from 'react';
import css from './Field.module.css';

interface Labels {
  readonly label: string;
  /** What somebody has to know who fills it in. */
  readonly hint?: ReactNode;
  /** What is wrong with what is in it. */
  readonly error?: string | undefined;
  /** The label is for screen readers alone: the place says it. */
  readonly hideLabel?: boolean;
}

/** What a control needs to belong to its label, its hint and its error. */
interface Belongs {
  readonly id: string;
  readonly className: string | undefined;
  readonly 'aria-describedby': string | undefined;
  readonly 'aria-invalid': boolean | undefined;
}

/** A control with its label, hint and error. `children` makes the control of what ties it to them. */
export function Field({
  label,
  hint,
  error,
  hideLabel = false,
  children,
}: Labels & { readonly children: (belongs: Belongs) => ReactNode }) {
  const id = useId();
  const notes = [hint !== undefined && `${id}-hint`, error !== undefined && `${id}-error`].filter(Boolean);
  return (
    <div className={css.field}>
      <label htmlFor={id} className={hideLabel ? 'visually-hidden' : css.label}>
        {label}
      </label>
      {children({
        id,
        className: css.control,
        'aria-describedby': notes.length > 0 ? notes.join(' ') : undefined,
        'aria-invalid': error === undefined ? undefined : true,
      })}
      {hint !== undefined && (
        <p id={`${id}-hint`} className={css.hint}>
          {hint}
        </p>
      )}
      {error !== undefined && (
        <p id={`${id}-error`} className={css.error} role="alert">
          {error}
        </p>
      )}
    </div>
  );
}

type Given<Tag extends 'input' | 'select' | 'textarea'> = Labels &
  Omit<ComponentPropsWithRef<Tag>, 'id' | 'className'>;

export function TextField({ label, hint, error, hideLabel, ...rest }: Given<'input'>) {
  return (
    <Field {...labels({ label, hint, error, hideLabel })}>
      {(belongs) => <input type="text" autoComplete="off" spellCheck={false} {...rest} {...belongs} />}
    </Field>
  );
}

export function TextArea({ label, hint, error, hideLabel, ...rest }: Given<'textarea'>) {
  return (
    <Field {...labels({ label, hint, error, hideLabel })}>
      {(belongs) => <textarea spellCheck={false} {...rest} {...belongs} />}
    </Field>
  );
}

/** The platform's own: it is what every keyboard, screen reader and phone knows. */
export function Select({ label, hint, error, hideLabel, ...rest }: Given<'select'>) {
  return (
    <Field {...labels({ label, hint, error, hideLabel })}>
      {({ className, ...belongs }) => (
        <select {...rest} {...belongs} className={`${className} ${css.select}`} />
      )}
    </Field>
  );
}

export function Checkbox({
  label,
  ...rest
}: { readonly label: ReactNode } & Omit<ComponentPropsWithRef<'input'>, 'type' | 'className'>) {
  return (
    <label className={css.check}>
      <input type="checkbox" {...rest} />
      <span>{label}</span>
    </label>
  );
}

/** Without what is not given: an absent field and an undefined one differ here. */
function labels({ label, hint, error, hideLabel }: { [K in keyof Labels]: Labels[K] | undefined }): Labels {
  return {
    label: label ?? '',
    ...(hint !== undefined && { hint }),
    ...(error !== undefined && { error }),
    ...(hideLabel !== undefined && { hideLabel }),
  };
}
