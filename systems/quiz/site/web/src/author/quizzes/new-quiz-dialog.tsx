import { useQueryClient } from '@tanstack/react-query'
import { Button, Dialog, DialogActions, Form, TextArea, TextField, useTextForm } from '@terrace/ui'
import { useNavigate } from 'react-router'
import { useServices } from '../../api/services.ts'
import { explain } from '../../explain.ts'
import { authorText } from '../../text/author-text.ts'
import { text } from '../../text/text.ts'
import { ABOUT_LABELS, ABOUT_RULES } from '../quiz/about-rules.ts'

const INITIAL = { title: '', description: '' }

/** Makes a quiz and leads to it. */
export function NewQuizDialog({ onClose }: { readonly onClose: () => void }) {
  const { api } = useServices()
  const queries = useQueryClient()
  const navigate = useNavigate()
  const form = useTextForm({
    key: 'new-quiz',
    initial: INITIAL,
    rules: ABOUT_RULES,
    send: async (values, key) => {
      const { id } = await api.addQuiz(values, key)
      void queries.invalidateQueries({ queryKey: ['mine'] })
      navigate(`/quizzes/${id}`)
    },
    onDone: onClose,
    explain,
    sayField: (name, message) => text.fieldSays(ABOUT_LABELS[name], message),
  })
  return (
    <Dialog title={authorText.newQuiz} isOpen onClose={onClose}>
      <Form
        onSubmit={form.onSubmit}
        failure={form.failure}
        actions={
          <DialogActions>
            <Button type="submit" look="primary" isPending={form.isPending}>
              {authorText.makeQuiz}
            </Button>
            <Button onPress={onClose}>{authorText.cancel}</Button>
          </DialogActions>
        }
      >
        <TextField label={authorText.title} isRequired autoFocus {...form.field('title')} />
        <TextArea label={authorText.description} hint={authorText.descriptionHint} {...form.field('description')} />
      </Form>
    </Dialog>
  )
}
