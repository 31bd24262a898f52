import type { FormEvent, ReactNode } from 'react'
import { Button } from '../button/button.tsx'
import { Form } from '../form/form.tsx'

export interface EntranceFormProps {
  /** As `useTextForm` makes it. */
  readonly form: {
    readonly onSubmit: (event: FormEvent) => void
    readonly isPending: boolean
    readonly failure: string | undefined
  }
  /** What its button says. */
  readonly action: string
  /** Its fields. */
  readonly children: ReactNode
}

/** One of the ways in. */
export const EntranceForm = ({ form, action, children }: EntranceFormProps) => (
  <Form
    onSubmit={form.onSubmit}
    failure={form.failure}
    actions={
      <Button type="submit" look="primary" isPending={form.isPending}>
        {action}
      </Button>
    }
  >
    {children}
  </Form>
)
