import { systemClock } from '@terrace/kit'
import { RotatingKeys } from '../../systems/items/api/cursors/rotating-keys.ts'
import type { ItemRepository } from '../../systems/items/api/data/repository.ts'
import { createItems } from '../../systems/items/api/items.ts'
import { CURSOR_KEY } from './key.ts'

/** What the API needs of its environment, on any free port. */
export const ENVIRONMENT = { PORT: '0', TABLE_NAME: 'items-1', CURSOR_SECRET: 'cursors' } as const

/** The items' API over these items, with a key of cursors that is always the same. */
export const serviceOver = (items: ItemRepository) =>
  createItems(({ log }) => ({
    items,
    keys: new RotatingKeys(async () => [CURSOR_KEY], systemClock, log),
    close: () => {},
  }))
