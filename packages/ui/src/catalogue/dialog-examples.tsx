import { useState } from 'react'
import { Button } from '../button/button.tsx'
import { Dialog, DialogActions } from '../dialog/dialog.tsx'
import { Form } from '../form/form.tsx'
import { useTextForm } from '../form/use-text-form.ts'
import { TextField } from '../text-field/text-field.tsx'
import { Row, Section } from './section.tsx'

const INITIAL = { title: '' }
const RULES = {
  title: {
    missing: 'Enter a title',
    maxCharacters: 255,
    tooLong: (max: string, actual: string) => `A title has at most ${max} characters; yours has ${actual}`,
  },
}

/** A dialog with a form whose sending always fails, so that its errors can be seen. */
export function DialogExamples() {
  const [isOpen, setIsOpen] = useState(false)
  return (
    <Section title="Dialog with a form">
      <Row>
        <Button onPress={() => setIsOpen(true)}>Open dialog</Button>
      </Row>
      <Dialog title="Add a thing" isOpen={isOpen} onClose={() => setIsOpen(false)}>
        <FailingForm onClose={() => setIsOpen(false)} />
      </Dialog>
    </Section>
  )
}

function FailingForm({ onClose }: { readonly onClose: () => void }) {
  const form = useTextForm({
    key: 'catalogue',
    initial: INITIAL,
    rules: RULES,
    send: () => Promise.reject(new Error('The server has no room for more things.')),
    onDone: onClose,
    explain: error => (error instanceof Error ? error.message : String(error)),
  })
  return (
    <Form
      onSubmit={form.onSubmit}
      failure={form.failure}
      actions={
        <DialogActions>
          <Button type="submit" look="primary" isPending={form.isPending}>
            Add thing
          </Button>
          <Button
            look="quiet"
            onPress={() => {
              form.discard()
              onClose()
            }}
          >
            Cancel
          </Button>
        </DialogActions>
      }
    >
      <TextField label="Title" {...form.field('title')} />
    </Form>
  )
}
