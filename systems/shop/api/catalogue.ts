/** Prices are in the smallest unit of this currency. */
export const CURRENCY = 'EUR'

/** What the shop sells. A product's picture is the object `<slug>.jpeg` of the pictures bucket. */
export const catalogue = [
  { id: 1, slug: 'red-mug', name: 'Red mug', price_cents: 999 },
  { id: 2, slug: 'blue-shirt', name: 'Blue shirt', price_cents: 1999 },
  { id: 3, slug: 'notepad', name: 'Notepad', price_cents: 499 },
  { id: 4, slug: 'headphones', name: 'Headphones', price_cents: 2999 },
  { id: 5, slug: 'bottle', name: 'Water bottle', price_cents: 1200 },
  { id: 6, slug: 'backpack', name: 'Backpack', price_cents: 3999 },
] as const
