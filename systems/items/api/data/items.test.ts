import { hours, milliseconds, seconds, seeded } from '@terrace/kit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Repositories, repositoryKinds } from '../testing/repositories.ts'
import { localClient, startTables } from '../testing/tables.ts'
import { DynamoItems } from './dynamo-items.ts'
import type { ItemRepository, NewItem } from './repository.ts'
import { KEPT_DELETED, MOST_LOOKED_AT } from './rows.ts'

const START = Date.UTC(2026, 10, 22)
const random = seeded('items')

const newItem = (name: string, id = random.uuid()): NewItem => ({
  id,
  name,
  description: '',
  fingerprint: `of ${name}`,
})

describe.each(repositoryKinds)('the repository of items, $kind', ({ start }) => {
  let repositories: Repositories | undefined
  beforeAll(async () => {
    repositories = await start()
  })
  afterAll(() => repositories?.[Symbol.asyncDispose]())
  const empty = async (): Promise<ItemRepository> => {
    if (!repositories) throw new Error('it is not started yet')
    return repositories.create()
  }
  const filled = async (names: readonly string[]) => {
    const items = await empty()
    for (const [index, name] of names.entries()) await items.create(newItem(name), START + milliseconds(index))
    return items
  }
  const allNames = async (items: ItemRepository, limit: number, search?: string) => {
    const pages: string[][] = []
    for (let after: string | undefined; ; ) {
      const page = await items.list({ limit, search, after })
      pages.push(page.items.map(({ name }) => name))
      after = page.next
      if (after === undefined) return pages
    }
  }

  it('I-17: keeps what was created, and gives it back', async () => {
    const items = await empty()
    const asked = { ...newItem('One'), description: 'two\nlines 雪 🎉' }
    const created = await items.create(asked, START)
    const item = {
      id: asked.id,
      name: 'One',
      description: 'two\nlines 雪 🎉',
      createdAt: '2026-11-22T00:00:00.000Z',
      updatedAt: '2026-11-22T00:00:00.000Z',
      version: 1,
    }
    expect(created).toEqual({ kind: 'created', item })
    expect(await items.byId(asked.id)).toEqual(item)
    expect(await items.byId(random.uuid())).toBeUndefined()
  })

  it('makes an item of one id once, and knows a repetition from another request', async () => {
    const items = await empty()
    const asked = newItem('One')
    const answers = await Promise.all(Array.from({ length: 10 }, () => items.create(asked, START)))
    expect(answers.map(({ kind }) => kind).sort()).toEqual(['created', ...Array(9).fill('repeated')])
    await items.change(asked.id, { name: 'Other' }, 'any', START + 5)
    expect(await items.create(asked, START + 9)).toMatchObject({ kind: 'repeated', item: { name: 'One', version: 1 } })
    expect(await items.create({ ...asked, fingerprint: 'another' }, START)).toEqual({ kind: 'taken' })
    expect(await allNames(items, 10)).toEqual([['Other']])
  })

  it('changes what is given, when the version is one of those expected', async () => {
    const items = await empty()
    const { id } = newItem('One')
    await items.create({ id, name: 'One', description: 'kept', fingerprint: '' }, START)
    const changed = await items.change(id, { name: 'Two' }, [7, 1], START + seconds(1))
    expect(changed).toMatchObject({
      kind: 'done',
      item: { name: 'Two', description: 'kept', version: 2, updatedAt: '2026-11-22T00:00:01.000Z' },
    })
    const now = START + seconds(2)
    for (const expected of [[1], [3, 4], []])
      expect(await items.change(id, { name: 'Three' }, expected, now)).toEqual({ kind: 'outdated', version: 2 })
    expect(await items.change(id, { description: '' }, 'any', now)).toMatchObject({
      kind: 'done',
      item: { name: 'Two', description: '', version: 3 },
    })
    for (const expected of ['any', [1], []] as const)
      expect(await items.change(random.uuid(), { name: 'x' }, expected, now)).toEqual({ kind: 'missing' })
    expect(await allNames(items, 10, 'TWO')).toEqual([['Two']])
    expect(await allNames(items, 10, 'one')).toEqual([[]])
  })

  it('lets exactly one of many win that expect the same version, changes and removals alike', async () => {
    const items = await empty()
    const { id } = newItem('One')
    await items.create(newItem('One', id), START)
    for (let round = 1; round <= 5; round++) {
      const outcomes = await Promise.all(
        Array.from({ length: 12 }, (_, index) => items.change(id, { name: `${round}-${index}` }, [round], START)),
      )
      const winners = outcomes.flatMap(outcome => (outcome.kind === 'done' ? [outcome.item] : []))
      expect(winners).toHaveLength(1)
      expect(await items.byId(id)).toEqual(winners[0])
    }
    const last = await Promise.all([
      ...Array.from({ length: 6 }, (_, index) => items.change(id, { name: `last ${index}` }, [6], START)),
      ...Array.from({ length: 6 }, () => items.remove(id, [6], START)),
    ])
    expect(last.filter(({ kind }) => kind === 'done')).toHaveLength(1)
  })

  it('loses no change of many that expect nothing', async () => {
    const items = await empty()
    const { id } = newItem('One')
    await items.create(newItem('One', id), START)
    await Promise.all(Array.from({ length: 20 }, (_, index) => items.change(id, { name: `${index}` }, 'any', START)))
    expect((await items.byId(id))?.version).toBe(21)
  })

  it('removes once, and brings back for a day what was removed, as it was', async () => {
    const items = await empty()
    const { id } = newItem('One')
    const created = await items.create(newItem('One', id), START)
    expect(await items.remove(id, [2], START)).toEqual({ kind: 'outdated', version: 1 })
    expect((await items.remove(id, [1], START)).kind).toBe('done')
    expect(await items.remove(id, 'any', START)).toEqual({ kind: 'missing' })
    expect(await items.change(id, { name: 'x' }, 'any', START)).toEqual({ kind: 'missing' })
    expect(await items.byId(id)).toBeUndefined()
    expect(await allNames(items, 10)).toEqual([[]])
    for (let time = 0; time < 2; time++)
      expect(await items.restore(id, START + KEPT_DELETED - seconds(1))).toEqual({ ...created, kind: 'done' })
    expect(await allNames(items, 10)).toEqual([['One']])
    await items.remove(id, 'any', START)
    expect(await items.restore(id, START + KEPT_DELETED)).toEqual({ kind: 'missing' })
    expect(await items.restore(random.uuid(), START)).toEqual({ kind: 'missing' })
  })

  it('takes an id again when what had it can’t be restored any more', async () => {
    const items = await empty()
    const asked = newItem('One')
    await items.create(asked, START)
    await items.remove(asked.id, 'any', START)
    expect((await items.create(asked, START + hours(1))).kind).toBe('repeated')
    const later = START + KEPT_DELETED
    expect(await items.create({ ...asked, name: 'New', fingerprint: 'new' }, later)).toMatchObject({ kind: 'created' })
    expect(await allNames(items, 10)).toEqual([['New']])
  })

  it('lists the newest first, in pages that are full until the last', async () => {
    const names = Array.from({ length: 23 }, (_, index) => `Item ${index}`)
    const items = await filled(names)
    for (const limit of [1, 5, 22, 23, 24, 100]) {
      const pages = await allNames(items, limit)
      expect(pages.flat()).toEqual(names.toReversed())
      expect(pages.slice(0, -1).every(page => page.length === limit)).toBe(true)
      expect(pages).toHaveLength(Math.ceil(23 / limit))
    }
  })

  it('visits each item once that is there all the while, whatever is added, changed and removed meanwhile', async () => {
    for (const seed of [1, 2, 3]) {
      const chance = seeded(seed)
      const items = await empty()
      let now = START
      const staying = new Map<string, string>()
      for (let index = 0; index < 30; index++) {
        const item = newItem(`Item ${index}`)
        // Many within the same millisecond.
        if (chance.next() < 0.5) now += 1
        await items.create(item, now)
        staying.set(item.id, item.name)
      }
      const visited: string[] = []
      for (let after: string | undefined; ; ) {
        const page = await items.list({ limit: 1 + chance.integer(6), after })
        visited.push(...page.items.map(({ id }) => id))
        after = page.next
        if (after === undefined) break
        now += 1
        await items.create(newItem('added'), now)
        const id = chance.pick([...staying.keys()])
        if (chance.next() < 0.5) await items.change(id, { description: 'changed' }, 'any', now)
        else if (visited.includes(id)) await items.remove(id, 'any', now)
      }
      expect(visited.toSorted()).toEqual([...staying.keys()].sort())
    }
  })

  it('finds a part of a name in whatever letters, and not in the description', async () => {
    const items = await filled(['Red apple', 'GREEN APPLE', 'Pear', 'Ärger', 'a%_b'])
    const { id } = newItem('x')
    await items.create({ id, name: 'Plum', description: 'apple', fingerprint: '' }, START + 10)
    expect((await allNames(items, 1, 'aPPle')).flat()).toEqual(['GREEN APPLE', 'Red apple'])
    expect((await allNames(items, 10, 'äR')).flat()).toEqual(['Ärger'])
    expect((await allNames(items, 10, 'A\u0308R')).flat()).toEqual(['Ärger'])
    expect((await allNames(items, 10, '%')).flat()).toEqual(['a%_b'])
    expect((await allNames(items, 10, 'banana')).flat()).toEqual([])
  })

  it(`looks at ${MOST_LOOKED_AT} rows for one page of a search, and goes on from there`, async () => {
    const items = await empty()
    await items.create(newItem('needle'), START)
    for (let from = 0; from < MOST_LOOKED_AT + 20; from += 20)
      await Promise.all(
        Array.from({ length: 20 }, (_, index) => items.create(newItem('hay'), START + 1 + from + index)),
      )
    const first = await items.list({ limit: 10, search: 'needle' })
    expect([first.items.length, typeof first.next]).toEqual([0, 'string'])
    const second = await items.list({ limit: 10, search: 'needle', after: first.next })
    expect([second.items.map(({ name }) => name), second.next]).toEqual([['needle'], undefined])
  })
})

it('a write whose answer was lost is repeated by the SDK and still counts once', async () => {
  await using tables = await startTables()
  const name = await tables.create()
  const client = localClient(tables.url)
  let lost = 0
  client.middlewareStack.add(
    next => async parameters => {
      const answer = await next(parameters)
      if (lost++ % 2 === 1) return answer
      throw Object.assign(new Error('the connection was reset'), { name: 'TimeoutError' })
    },
    { step: 'deserialize', name: 'lose', priority: 'low' },
  )
  const lossy = new DynamoItems(client, name, seeded(1))
  const sound = new DynamoItems(tables.client, name, seeded(2))
  const asked = newItem('One')
  expect((await lossy.create(asked, START)).kind).toBe('created')
  expect(await lossy.change(asked.id, { name: 'Two' }, [1], START)).toMatchObject({
    kind: 'done',
    item: { version: 2 },
  })
  expect(await lossy.change(asked.id, { name: 'Two' }, 'any', START)).toMatchObject({ item: { version: 3 } })
  expect((await lossy.remove(asked.id, [3], START)).kind).toBe('done')
  expect((await lossy.restore(asked.id, START)).kind).toBe('done')
  expect(await sound.byId(asked.id)).toMatchObject({ name: 'Two', version: 3 })
  expect(lost).toBeGreaterThan(8)
  client.destroy()
})
