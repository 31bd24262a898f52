import { decode } from '@terrace/ui'
import { itemOf } from '../api/types.ts'
import { ReloadedError } from '../explain.ts'
import type { Change } from './change.ts'

const STORAGE_KEY = 'terrace.items.unsaved'

const textOf = decode.object<Change['text']>({ name: decode.text, description: decode.text })
const anyOf = decode.object<{ readonly kind: 'create' | 'edit' }>({ kind: decode.oneOf('create', 'edit') })
const creationOf = decode.object({ key: decode.text, text: textOf, sent: decode.nullable(textOf) })
const editOf = decode.object({ key: decode.text, text: textOf, base: itemOf })

/** What was typed and not saved when the tab was left or reloaded; what became of it is then not known. */
export function readKept(storage: Pick<Storage, 'getItem'>): readonly Change[] {
  try {
    const stored: unknown = JSON.parse(storage.getItem(STORAGE_KEY) ?? '[]')
    const state = { kind: 'failed', error: new ReloadedError('left before the answer came') } as const
    return decode
      .list(value => value)(stored)
      .map((value): Change => {
        if (anyOf(value).kind === 'edit') return { kind: 'edit', ...editOf(value), state }
        const { sent, ...creation } = creationOf(value)
        return { kind: 'create', ...creation, sent: sent ?? undefined, state }
      })
  } catch {
    return []
  }
}

/** Keeps it in this tab. */
export function keep(storage: Pick<Storage, 'setItem' | 'removeItem'>, changes: readonly Change[]): void {
  try {
    if (changes.length === 0) storage.removeItem(STORAGE_KEY)
    else storage.setItem(STORAGE_KEY, JSON.stringify(changes.map(({ state: _, ...change }) => change)))
  } catch {
    // Without storage the text lives as long as the page.
  }
}
