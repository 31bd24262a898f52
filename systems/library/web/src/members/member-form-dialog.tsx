import { Button, Dialog, DialogActions, Form, TextField, useTextForm } from '@terrace/ui'
import { useMemo } from 'react'
import { useServices } from '../api/services.ts'
import type { Member } from '../api/types.ts'
import { explain } from '../explain.ts'
import { text } from '../text.ts'

const RULES = { name: { missing: text.nameMissing, maxCharacters: 255, tooLong: text.nameTooLong } }

/** Adds a member, or renames one when it is given. */
export function MemberFormDialog({ member, onClose }: { readonly member?: Member; readonly onClose: () => void }) {
  const { api, queries, toasts } = useServices()
  const initial = useMemo(() => ({ name: member?.name ?? '' }), [member?.name])
  const form = useTextForm({
    key: member ? `member-${member.id}` : 'new-member',
    initial,
    rules: RULES,
    send: async (values, key) => {
      await (member ? api.renameMember(member.id, values) : api.addMember(values, key))
      const said = member ? text.memberSaved(values.name) : text.memberAdded(values.name)
      toasts.add({ state: 'good', text: said }, { timeout: 6_000 })
      void queries.invalidateQueries()
    },
    onDone: onClose,
    explain,
    sayField: (_name, message) => text.fieldSays(text.name, message),
  })
  const cancel = () => {
    form.discard()
    onClose()
  }
  return (
    <Dialog title={member ? text.renameMember : text.addMember} isOpen onClose={onClose}>
      <Form
        onSubmit={form.onSubmit}
        failure={form.failure}
        actions={
          <DialogActions>
            <Button type="submit" look="primary" isPending={form.isPending}>
              {member ? text.saveName : text.addMember}
            </Button>
            <Button look="quiet" onPress={cancel}>
              {text.cancel}
            </Button>
          </DialogActions>
        }
      >
        <TextField label={text.name} autoFocus {...form.field('name')} />
      </Form>
    </Dialog>
  )
}
