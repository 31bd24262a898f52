import { showUndo, type Toasts } from '@terrace/ui'
import { useSyncExternalStore } from 'react'
import { itemName, PAGES } from '../api/ask.ts'
import type { ItemsApi } from '../api/items-api.ts'
import type { Questions } from '../api/questions.ts'
import type { Item, ItemText } from '../api/types.ts'
import { explain } from '../explain.ts'
import { text as words } from '../text.ts'
import { type Change, type ChangesSnapshot, NO_CHANGES } from './change.ts'
import { keep, readKept } from './kept.ts'
import { isRefusal, sendCreation, sendEdit, sendRemoval } from './send.ts'

const GOOD_MS = 6_000
const BAD_MS = 20_000

/**
 * What was done in this page: in sight at once, sent at once, and taken back in sight when it did not arrive. What was
 * typed is kept then, until it is saved or discarded, through a reload of the tab too.
 */
export interface Changes {
  readonly current: () => ChangesSnapshot
  readonly subscribe: (listener: () => void) => () => void
  readonly create: (text: ItemText) => void
  readonly edit: (base: Item, text: ItemText) => void
  /** Sends something that did not arrive again, with another text when one is given. */
  readonly again: (key: string, text?: ItemText) => void
  readonly discard: (key: string) => void
  /** After a conflict: ours over theirs, unless theirs has changed once more. */
  readonly keepMine: (key: string) => void
  /** Deletes; can be undone for ten seconds. */
  readonly remove: (item: Item) => void
}

export interface ChangesOptions {
  readonly api: ItemsApi
  readonly questions: Questions
  readonly toasts: Toasts
}

/** The changes of one page. */
export function createChanges({ api, questions, toasts }: ChangesOptions): Changes {
  const listeners = new Set<() => void>()
  let current: ChangesSnapshot = { ...NO_CHANGES, changes: readKept(sessionStorage) }

  const set = (next: Partial<ChangesSnapshot>) => {
    current = { ...current, ...next }
    if (next.changes) keep(sessionStorage, next.changes)
    for (const listener of listeners) listener()
  }
  const put = (change: Change) => {
    const others = current.changes
    const isThere = others.some(({ key }) => key === change.key)
    set({ changes: isThere ? others.map(old => (old.key === change.key ? change : old)) : [...others, change] })
  }
  const without = (key: string) => current.changes.filter(change => change.key !== key)
  const find = (key: string) => current.changes.find(change => change.key === key)
  const show = (id: string) => set({ removed: new Map([...current.removed].filter(([other]) => other !== id)) })
  const refresh = () => questions.outdate(PAGES)
  const confirm = (item: Item, changes = current.changes) => {
    set({ changes, confirmed: new Map(current.confirmed).set(item.id, { item, at: Date.now() }) })
    questions.put(itemName(item.id), item)
    refresh()
  }
  const say = (state: 'good' | 'bad', said: string) =>
    void toasts.add({ state, text: said }, { timeout: state === 'good' ? GOOD_MS : BAD_MS })

  async function send(change: Change): Promise<void> {
    put(change)
    try {
      const outcome =
        change.kind === 'create'
          ? ({ kind: 'saved', item: await sendCreation(api, change) } as const)
          : await sendEdit(api, change)
      if (outcome.kind === 'conflict') {
        questions.put(itemName(outcome.theirs.id), outcome.theirs)
        return put({ ...change, state: outcome })
      }
      const { item } = outcome
      confirm(item, without(change.key))
      say('good', change.kind === 'create' ? words.itemAdded(item.name) : words.itemSaved(item.name))
    } catch (error) {
      const state = { kind: 'failed', error } as const
      if (change.kind === 'edit') return put({ ...change, state })
      // Refused is not done; of everything else the next attempt has to find out.
      put({ ...change, state, sent: isRefusal(error) ? change.sent : (change.sent ?? change.text) })
    }
  }

  async function restore(id: string, name: string): Promise<void> {
    try {
      const item = await api.restore(id)
      show(id)
      confirm(item)
    } catch (error) {
      toasts.add({
        state: 'bad',
        text: `${words.itemNotRestored(name)} ${explain(error)}`,
        action: { label: words.tryAgain, onAction: () => void restore(id, name) },
      })
    }
  }

  async function remove(item: Item): Promise<void> {
    const { id, name } = item
    if (current.removed.has(id)) return
    set({ removed: new Map(current.removed).set(id, Date.now()) })
    const sent = sendRemoval(api, item)
    const close = showUndo(toasts, {
      text: words.itemDeleted(name),
      undoLabel: words.undo,
      commit: () => {},
      undo: () =>
        void sent.then(
          () => restore(id, name),
          () => {},
        ),
    })
    try {
      await sent
      questions.forget(itemName(id))
    } catch (error) {
      close()
      show(id)
      questions.outdate(itemName(id))
      say('bad', `${words.itemNotDeleted(name)} ${explain(error)}`)
    }
    refresh()
  }

  return {
    current: () => current,
    subscribe: listener => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    create: text => void send({ kind: 'create', key: randomKey(), text, state: { kind: 'saving' } }),
    edit: (base, text) => void send({ kind: 'edit', key: randomKey(), base, text, state: { kind: 'saving' } }),
    again: (key, text) => {
      const change = find(key)
      if (!change || change.state.kind === 'saving') return
      void send({ ...change, text: text ?? change.text, state: { kind: 'saving' } })
    },
    discard: key => {
      set({ changes: without(key) })
      questions.outdate('')
    },
    keepMine: key => {
      const change = find(key)
      if (change?.kind !== 'edit' || change.state.kind !== 'conflict') return
      void send({ ...change, base: change.state.theirs, state: { kind: 'saving' } })
    },
    remove: item => void remove(item),
  }
}

/** What was done in this page, followed. */
export const useChanges = (changes: Changes): ChangesSnapshot =>
  useSyncExternalStore(changes.subscribe, changes.current)

// `crypto.randomUUID` is missing on plain HTTP under a name that the browser does not trust.
const randomKey = (): string =>
  Array.from(crypto.getRandomValues(new Uint8Array(16)), byte => byte.toString(16).padStart(2, '0')).join('')
