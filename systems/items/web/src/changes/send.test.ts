import { RequestError } from '@terrace/ui'
import { describe, expect, it } from 'vitest'
import type { ItemsApi } from '../api/items-api.ts'
import type { Item, ItemText } from '../api/types.ts'
import { sendCreation, sendEdit, sendRemoval } from './send.ts'

const text = (name: string): ItemText => ({ name, description: '' })
const itemOf = (name: string, version: number): Item => ({
  ...text(name),
  id: 'i',
  createdAt: '2026-11-20T10:00:00.000Z',
  updatedAt: '2026-11-20T10:00:00.000Z',
  version,
})
const refused = (status: number) => new RequestError('refused', 'x', { status })

/** An API with one item, which it may already have; writes down what it was asked. */
function apiWith(there?: Item) {
  let item = there
  const asked: string[] = []
  const current = () => {
    if (!item) throw refused(404)
    return item
  }
  const api: Pick<ItemsApi, 'create' | 'change' | 'item' | 'remove'> = {
    create: async ({ name }, key) => {
      asked.push(`create ${name} ${key}`)
      item ??= itemOf(name, 1)
      return item
    },
    change: async (_id, { name }, version) => {
      asked.push(`change ${name} ${version}`)
      if (version !== current().version) throw refused(412)
      item = itemOf(name, version + 1)
      return item
    },
    item: async () => current(),
    remove: async (_id, version) => {
      if (version !== current().version) throw refused(412)
      item = undefined
    },
  }
  return { api: api as ItemsApi, asked }
}
const creation = { kind: 'create', key: 'k', state: { kind: 'saving' } } as const

describe('sending what was typed', () => {
  it('makes one item of a text that was changed while the fate of the first was not known (I-02)', async () => {
    const { api, asked } = apiWith()
    const item = await sendCreation(api, { ...creation, text: text('Cups'), sent: text('Cup') })
    expect(item).toMatchObject({ name: 'Cups', version: 2 })
    expect(asked).toEqual(['create Cup k', 'change Cups 1'])
  })

  it('repeats the same text under the same key (I-02)', async () => {
    const { api, asked } = apiWith()
    await sendCreation(api, { ...creation, text: text('Cup'), sent: text('Cup') })
    expect(asked).toEqual(['create Cup k'])
  })

  it('tells a conflict from an own answer that was lost and from a version that moved without a change (I-02)', async () => {
    const base = itemOf('Cup', 1)
    expect(await sendEdit(apiWith(itemOf('Mug', 2)).api, { base, text: text('Cups') })).toMatchObject({
      kind: 'conflict',
      theirs: { name: 'Mug' },
    })
    expect(await sendEdit(apiWith(itemOf('Cups', 2)).api, { base, text: text('Cups') })).toMatchObject({
      kind: 'saved',
      item: { version: 2 },
    })
    expect(await sendEdit(apiWith(itemOf('Cup', 3)).api, { base, text: text('Cups') })).toMatchObject({
      kind: 'saved',
      item: { name: 'Cups', version: 4 },
    })
  })

  it('passes on that the item is gone, but takes a second deletion as done (I-02)', async () => {
    const base = itemOf('Cup', 1)
    await expect(sendEdit(apiWith().api, { base, text: text('Cups') })).rejects.toMatchObject({ status: 404 })
    await expect(sendRemoval(apiWith().api, base)).resolves.toBeUndefined()
    await expect(sendRemoval(apiWith(itemOf('Cup', 2)).api, base)).rejects.toMatchObject({ status: 412 })
  })
})
