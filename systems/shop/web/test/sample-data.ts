import type { StandInOrder, StandInState } from './stand-in-state.ts'

/** Who can log in to the stand-in. */
export const ALICE = { email: 'alice@example.com', password: 'four quiet green boats', name: 'Alice Example' } as const
export const OPERATOR = {
  email: 'operator@example.com',
  password: 'seven loud blue trains',
  name: 'Operator Example',
} as const

const PRODUCTS = [
  ['red-mug', 'Red mug', 999, 10],
  ['blue-shirt', 'Blue shirt', 1999, 10],
  ['notepad', 'Notepad', 499, 3],
  ['headphones', 'Headphones', 2999, 10],
  ['bottle', 'Water bottle', 1200, 0],
  ['backpack', 'Backpack', 3999, 10],
] as const

/** An order of Alice's. @param index  counts from 1 */
export const sampleOrder = (index: number, state: 'accepted' | 'confirmed' = 'confirmed'): StandInOrder => ({
  accountId: 1,
  id: `order${index}`,
  number: `A${String(index).padStart(5, '0')}`,
  state,
  items: [
    { productId: 1, name: 'Red mug', quantity: 2, priceCents: 999 },
    { productId: 6, name: 'Backpack', quantity: 1, priceCents: 3999 },
  ],
  totalCents: 5997,
  currency: 'EUR',
  placedAt: new Date(Date.UTC(2026, 10, 20, 12, 0, index % 60)).toISOString(),
  confirmedAt: state === 'confirmed' ? '2026-11-20T12:01:00.000Z' : null,
  mailProblem: state === 'confirmed' ? null : 'MessageRejected: the address is suppressed',
})

/** A shop with six products, one of them sold out, Alice with two orders, an operator, and two dead letters. */
export const smallShop = (): StandInState => ({
  products: PRODUCTS.map(([slug, name, priceCents, stock], index) => ({
    id: index + 1,
    slug,
    name,
    priceCents,
    currency: 'EUR',
    stock,
    picture: `/api/pictures/${slug}.jpeg`,
  })),
  accounts: [
    { id: 1, role: 'customer', ...ALICE },
    { id: 2, role: 'operator', ...OPERATOR },
  ],
  orders: [sampleOrder(2, 'accepted'), sampleOrder(1)],
  deadLetters: [
    {
      id: 'letter-1',
      orderId: 'order2',
      orderNumber: 'A00002',
      reason: 'MessageRejected',
      sentAt: '2026-11-20T12:05:00.000Z',
    },
    { id: 'letter-2', orderId: null, orderNumber: null, reason: null, sentAt: '2026-11-20T12:06:00.000Z' },
  ],
})

/** Nothing is sold, nothing was ordered. */
export const emptyShop = (): StandInState => ({ ...smallShop(), products: [], orders: [], deadLetters: [] })

/** Alice ordered ten thousand times. */
export const largeShop = (): StandInState => ({
  ...smallShop(),
  orders: Array.from({ length: 10_000 }, (_, index) => sampleOrder(10_000 - index)),
})
