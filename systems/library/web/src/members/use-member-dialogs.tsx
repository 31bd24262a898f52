import { type ReactNode, useMemo, useState } from 'react'
import type { Member } from '../api/types.ts'
import { LendToMemberDialog } from '../lending/lend-to-member-dialog.tsx'
import { MemberFormDialog } from './member-form-dialog.tsx'

type Open = { readonly kind: 'add' } | { readonly kind: 'rename' | 'lend'; readonly member: Member }

export interface MemberDialogs {
  readonly add: () => void
  readonly rename: (member: Member) => void
  readonly lend: (member: Member) => void
}

/** The dialogs about members: the ways to open them, and the one that is open, to be put into the view. */
export function useMemberDialogs(): readonly [MemberDialogs, ReactNode] {
  const [open, setOpen] = useState<Open>()
  const dialogs = useMemo(
    () => ({
      add: () => setOpen({ kind: 'add' }),
      rename: (member: Member) => setOpen({ kind: 'rename', member }),
      lend: (member: Member) => setOpen({ kind: 'lend', member }),
    }),
    [],
  )
  const close = () => setOpen(undefined)
  switch (open?.kind) {
    case 'add':
      return [dialogs, <MemberFormDialog key="add" onClose={close} />]
    case 'rename':
      return [dialogs, <MemberFormDialog key="rename" member={open.member} onClose={close} />]
    case 'lend':
      return [dialogs, <LendToMemberDialog key="lend" member={open.member} onClose={close} />]
    default:
      return [dialogs, null]
  }
}
