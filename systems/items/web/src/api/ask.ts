import type { ItemsApi, PageQuery } from './items-api.ts'
import type { Question } from './questions.ts'
import type { Info, Item, ItemPage } from './types.ts'

/** What all pages of the list begin with in their names. */
export const PAGES = 'items'
/** The name under which an item is remembered. */
export const itemName = (id: string): string => `item ${id}`

/** The questions that the views ask, each with the name it is remembered under. */
export const ask = {
  page: (api: ItemsApi, query: PageQuery): Question<ItemPage> => ({
    name: `${PAGES} ${JSON.stringify([query.q, query.after])}`,
    ask: signal => api.page(query, signal),
  }),
  item: (api: ItemsApi, id: string): Question<Item> => ({ name: itemName(id), ask: signal => api.item(id, signal) }),
  info: (api: ItemsApi): Question<Info> => ({ name: 'info', ask: signal => api.info(signal) }),
}
