import { type Kysely, sql } from 'kysely'
import { CURRENCY, catalogue } from '../catalogue.ts'
import type { Product } from '../schemas/product.ts'
import type { Tables } from './tables.ts'

const COLUMNS = ['id', 'slug', 'name', 'price_cents', 'stock'] as const

type ProductRow = Pick<Tables['products'], (typeof COLUMNS)[number]>

/** Puts what is not on sale yet on sale; every instance does so when it starts. */
export async function insertMissingProducts(db: Kysely<Tables>, stock: number): Promise<void> {
  const known = await db.selectFrom('products').select('id').execute()
  const ids = new Set(known.map(({ id }) => id))
  const missing = catalogue.filter(({ id }) => !ids.has(id))
  if (missing.length === 0) return
  const rows = missing.map(product => ({ ...product, stock }))
  // Another instance may be doing the same: what it inserted stays as it is.
  await db.insertInto('products').values(rows).onDuplicateKeyUpdate({ id: sql`id` }).execute()
}

export async function allProducts(db: Kysely<Tables>): Promise<Product[]> {
  const rows = await db.selectFrom('products').select(COLUMNS).orderBy('id').execute()
  return rows.map(toProduct)
}

export async function productById(db: Kysely<Tables>, id: number): Promise<Product | undefined> {
  const row = await db.selectFrom('products').select(COLUMNS).where('id', '=', id).executeTakeFirst()
  return row && toProduct(row)
}

/** @returns false when there is no such product */
export async function setStock(db: Kysely<Tables>, id: number, stock: number): Promise<boolean> {
  if (!(await productById(db, id))) return false
  await db.updateTable('products').set({ stock }).where('id', '=', id).execute()
  return true
}

const toProduct = ({ id, slug, name, price_cents, stock }: ProductRow): Product => ({
  id,
  slug,
  name,
  priceCents: price_cents,
  currency: CURRENCY,
  stock,
  picture: `/api/pictures/${slug}.jpeg`,
})
