import { seeded } from '@terrace/kit'
import type { ItemRepository } from '../../systems/items/api/data/repository.ts'

const START = Date.UTC(2026, 10, 22)
const NAMES = ['Blue kettle', 'Garden & tools', 'Cien hojas', '雪 lamp', 'Box of “odd” screws']

/** The same items for everybody: short names, descriptions of a few lines. */
export async function fill(items: ItemRepository, count: number, seed: number): Promise<void> {
  const random = seeded(seed)
  for (let index = 0; index < count; index++) {
    const name = `${random.pick(NAMES)} ${index}`
    const description = Array.from({ length: random.integer(4) }, (_, line) => `Line ${line} of what ${name} is.`).join(
      '\n',
    )
    await items.create({ id: random.uuid(), name, description, fingerprint: '' }, START + index)
  }
}
