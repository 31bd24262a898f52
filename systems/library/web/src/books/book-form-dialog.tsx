import { Button, Dialog, DialogActions, Form, TextField, useTextForm } from '@terrace/ui'
import { useMemo } from 'react'
import { useServices } from '../api/services.ts'
import type { Book } from '../api/types.ts'
import { explain } from '../explain.ts'
import { text } from '../text.ts'

const MAX_CHARACTERS = 255

const RULES = {
  title: { missing: text.titleMissing, maxCharacters: MAX_CHARACTERS, tooLong: text.titleTooLong },
  author: { missing: text.authorMissing, maxCharacters: MAX_CHARACTERS, tooLong: text.authorTooLong },
}

const LABELS = { title: text.title, author: text.author }

/** Adds a book, or changes one when it is given. */
export function BookFormDialog({ book, onClose }: { readonly book?: Book; readonly onClose: () => void }) {
  const { api, queries, toasts } = useServices()
  const initial = useMemo(() => ({ title: book?.title ?? '', author: book?.author ?? '' }), [book?.title, book?.author])
  const form = useTextForm({
    key: book ? `book-${book.id}` : 'new-book',
    initial,
    rules: RULES,
    send: async (values, key) => {
      await (book ? api.changeBook(book.id, values) : api.addBook(values, key))
      const said = book ? text.bookSaved(values.title) : text.bookAdded(values.title)
      toasts.add({ state: 'good', text: said }, { timeout: 6_000 })
      void queries.invalidateQueries()
    },
    onDone: onClose,
    explain,
    sayField: (name, message) => text.fieldSays(LABELS[name], message),
  })
  const cancel = () => {
    form.discard()
    onClose()
  }
  return (
    <Dialog title={book ? text.editBook : text.addBook} isOpen onClose={onClose}>
      <Form
        onSubmit={form.onSubmit}
        failure={form.failure}
        actions={
          <DialogActions>
            <Button type="submit" look="primary" isPending={form.isPending}>
              {book ? text.saveBook : text.addBook}
            </Button>
            <Button look="quiet" onPress={cancel}>
              {text.cancel}
            </Button>
          </DialogActions>
        }
      >
        <TextField label={text.title} autoFocus {...form.field('title')} />
        <TextField label={text.author} {...form.field('author')} />
      </Form>
    </Dialog>
  )
}
