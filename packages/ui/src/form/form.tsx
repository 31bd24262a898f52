import type { FormEvent, ReactNode } from 'react'
import { Form as AriaForm } from 'react-aria-components/Form'
import { Banner } from '../banner/banner.tsx'
import { classNames } from '../class-names.ts'
import styles from './form.module.css'

export interface FormProps {
  readonly onSubmit: (event: FormEvent) => void
  /** What went wrong that belongs to no field; stands above the buttons, where the eyes are after pressing one. */
  readonly failure?: string | undefined
  /** The buttons at the end. */
  readonly actions: ReactNode
  readonly children: ReactNode
}

/** One column of fields; Enter sends it. The browser's own validation bubbles are off: messages stand under fields. */
export const Form = ({ onSubmit, failure, actions, children }: FormProps) => (
  <AriaForm onSubmit={onSubmit} validationBehavior="aria" className={classNames(styles.form)}>
    {children}
    {failure !== undefined && (
      <div role="alert">
        <Banner state="bad">{failure}</Banner>
      </div>
    )}
    {actions}
  </AriaForm>
)
