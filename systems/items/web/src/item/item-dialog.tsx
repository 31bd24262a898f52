import { Button, Dialog, DialogActions, Form, TextArea, TextField, useTextForm } from '@terrace/ui'
import { useMemo } from 'react'
import { useServices } from '../api/services.ts'
import { type Item, type ItemText, LIMITS } from '../api/types.ts'
import type { Change } from '../changes/change.ts'
import { explain } from '../explain.ts'
import { text } from '../text.ts'

const RULES = {
  name: { missing: text.nameMissing, maxCharacters: LIMITS.name, tooLong: text.nameTooLong },
  description: { maxCharacters: LIMITS.description, tooLong: text.descriptionTooLong },
}
const EMPTY: ItemText = { name: '', description: '' }

/** What is written: a new item, another text of one, or once more what did not arrive. */
export type Written =
  | { readonly kind: 'new' }
  | { readonly kind: 'edit'; readonly item: Item }
  | { readonly kind: 'again'; readonly change: Change }

export interface ItemDialogProps {
  readonly of: Written
  readonly onClose: () => void
}

/** Takes the text of an item. It closes at once: the item is in sight, marked, until the API has confirmed it. */
export function ItemDialog({ of, onClose }: ItemDialogProps) {
  const { changes } = useServices()
  const { name, description } = textOf(of)
  const initial = useMemo(() => ({ name, description }), [name, description])
  const form = useTextForm({
    key: draftOf(of),
    initial,
    rules: RULES,
    send: async typed => {
      if (of.kind === 'new') changes.create(typed)
      else if (of.kind === 'edit') changes.edit(of.item, typed)
      else changes.again(of.change.key, typed)
    },
    onDone: onClose,
    explain,
  })
  const isNew = of.kind === 'new' || (of.kind === 'again' && of.change.kind === 'create')
  return (
    <Dialog title={isNew ? text.addItem : text.editItem} isOpen onClose={onClose}>
      <Form
        onSubmit={form.onSubmit}
        failure={form.failure}
        actions={
          <DialogActions>
            <Button type="submit" look="primary" isPending={form.isPending}>
              {isNew ? text.addItem : text.saveItem}
            </Button>
            <Button
              look="quiet"
              onPress={() => {
                form.discard()
                onClose()
              }}
            >
              {text.cancel}
            </Button>
          </DialogActions>
        }
      >
        <TextField label={text.name} autoFocus {...form.field('name')} />
        <TextArea label={text.description} rows={5} {...form.field('description')} />
      </Form>
    </Dialog>
  )
}

function textOf(of: Written): ItemText {
  if (of.kind === 'new') return EMPTY
  return of.kind === 'edit' ? of.item : of.change.text
}

function draftOf(of: Written): string {
  if (of.kind === 'new') return 'new-item'
  return of.kind === 'edit' ? `item-${of.item.id}` : `unsaved-${of.change.key}`
}
